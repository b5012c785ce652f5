"""One module is one statistical test."""
