"""The document formats: one file each with a ``SPEC``."""
