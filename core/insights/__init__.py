"""Insights: what statistics find in data and runs."""
