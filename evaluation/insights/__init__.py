"""Insights of runs, of comparisons, of models for a dataset and of the workspace: one file a finder."""
