"""What the README shows: made by the real code over real orders, on a day that never changes, and checked."""
