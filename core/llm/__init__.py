"""A language model behind any OpenAI-compatible server; optional everywhere."""
