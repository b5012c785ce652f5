"""One module is one table format."""
