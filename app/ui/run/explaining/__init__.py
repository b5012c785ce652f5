"""Parts of the explanations of a run: one module a question."""
