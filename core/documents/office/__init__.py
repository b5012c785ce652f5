"""Office documents: parts of ZIP containers, opened with care, and the marks in them."""
