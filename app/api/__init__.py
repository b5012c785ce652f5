"""The public REST contract: thin adapters from HTTP to services."""
