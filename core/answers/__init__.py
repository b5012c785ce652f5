"""Answers from documents: found, worded, and checked sentence by sentence against what the documents say."""
