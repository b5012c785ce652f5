"""Finders of insights of the whole workspace; each public module holds one ``SPEC``."""
