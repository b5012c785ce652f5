"""One module, one source."""
