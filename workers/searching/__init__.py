"""One question to the index: where to look, what each way of searching finds, which order comes of it."""
