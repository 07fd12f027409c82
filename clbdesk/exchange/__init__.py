"""What comes in from schools and registers, and what goes out to them."""
