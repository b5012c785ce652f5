"""Leaks: what a model could know in training that it will not know when it predicts."""
