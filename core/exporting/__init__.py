"""Stored tables written as files that other programs read."""
