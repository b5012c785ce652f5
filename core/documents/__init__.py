"""Documents: formats, parsing, cutting into passages."""
