"""One module is one format that tables are written in."""
