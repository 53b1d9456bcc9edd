"""What the stack holds of one person: taken out, or handed out."""
