"""One file, one chart. Each module holds a ``SPEC``."""
