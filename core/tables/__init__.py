"""Reading uploaded files into one normal form: a Parquet file with five types of column.

Only ``core.tables.ingest`` and what it starts import DuckDB; listing formats and previewing rows stay light.
"""
