"""Rows, files and how they are kept: the only place that knows SQL and object stores."""
