"""Ways to let every class count the same: one file, one way."""
