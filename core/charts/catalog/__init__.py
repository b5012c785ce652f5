"""One module, one chart. Each holds a ``SPEC``."""
