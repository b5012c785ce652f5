"""One file, one kind of leak."""
