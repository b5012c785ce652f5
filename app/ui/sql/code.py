"""The script that repeats a statement without Praxis."""

from collections.abc import Mapping, Sequence


def script(sql: str, tables: Sequence[Mapping[str, str]], *, url: str) -> str:
    """Python with DuckDB that downloads the tables and runs the statement."""
    lines = ["import duckdb", "import pandas as pd", "", "connection = duckdb.connect()"]
    for table in tables:
        address = f"{url}/api/v1/datasets/{table['dataset_id']}/export?format=parquet"
        lines.append(f"connection.register({table['name']!r}, pd.read_parquet({address!r}))")
    body = sql.rstrip() if '"""' not in sql and "\\" not in sql else None
    statement = f'"""\n{body}\n"""' if body is not None and not body.endswith('"') else repr(sql)
    return "\n".join([*lines, f"print(connection.sql({statement}).df())", ""])
