"""One module is one kind of database."""
