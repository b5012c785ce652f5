"""Finders of insights of runs that are compared; each public module holds one ``SPEC``."""
