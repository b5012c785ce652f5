"""One file, one model. Each module holds a ``SPEC``."""
