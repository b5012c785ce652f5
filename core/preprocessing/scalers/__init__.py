"""Ways to bring numbers to one scale: one file, one way."""
