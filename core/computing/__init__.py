"""Work on stored tables that a person waits for: typed parameters in, a typed answer out, kept and found again."""
