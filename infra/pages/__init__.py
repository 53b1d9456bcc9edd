"""What a run did, as pages to look at: `out/index.html`, a page a customer, the mails as they were sent."""
