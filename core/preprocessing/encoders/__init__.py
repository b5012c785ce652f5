"""Ways to turn categories into numbers: one file, one way."""
