"""One file, one way to watch an estimator learn; each ends where a plain ``fit`` ends."""
