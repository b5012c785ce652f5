"""How good predictions are, how sure that is, and how two models compare."""
