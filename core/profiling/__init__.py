"""What a table holds, what is odd about it, and how two tables differ: pure functions over stored Parquet files."""
