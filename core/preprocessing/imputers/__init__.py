"""Ways to fill missing numbers: one file, one way."""
