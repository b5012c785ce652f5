"""SQL over datasets: one reading statement, in an engine that can reach nothing else."""
