"""How JSON becomes a table."""
