"""One module, one computation."""
