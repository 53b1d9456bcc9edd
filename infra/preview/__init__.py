"""Looking at a message before it is sent: for whom, what it says by each channel, and the page that shows it."""
