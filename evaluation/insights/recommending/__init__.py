"""Finders of insights on models for a dataset; each public module holds one ``SPEC``."""
