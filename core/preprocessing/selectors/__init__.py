"""Ways to choose among features: one file, one way."""
