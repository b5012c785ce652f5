"""Finders of insights of one run; each public module holds one ``SPEC``."""
