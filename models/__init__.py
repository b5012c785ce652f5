"""Estimators: what they are, how they are built, and how they learn step by step."""
