"""Ways to turn texts into numbers: one file, one way."""
