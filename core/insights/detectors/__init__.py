"""One file, one kind of pattern or problem that is looked for in a dataset."""
