"""Tables of our own making with a known truth, for first steps and for tests."""
