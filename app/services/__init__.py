"""Use cases, one noun a module: what pages, REST and tools call. No widgets, no SQL, no learning libraries."""
