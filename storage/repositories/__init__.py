"""All queries, one noun a module. A repository works inside the session of its unit of work."""
