"""One file, one metric. Each module holds a ``SPEC``."""
