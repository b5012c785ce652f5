"""Texts with marks: Markdown and web pages."""
