"""Hypothesis tests: what each one asks, needs and answers, which one suits, and how many were done."""
