"""What is odd about a table, each kind in a file of its own, and what it does to the work."""
