"""Recipes: steps that fix a table, learned once, executed by DuckDB, written out as pandas."""
