"""One module is one sample table."""
