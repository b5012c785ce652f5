"""Computations about a run: one file, one question."""
