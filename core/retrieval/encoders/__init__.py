"""Models that turn texts into vectors, one module for each kind; ``factory`` chooses by setting."""
