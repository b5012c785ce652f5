"""What a statement may be: one, reading, from known tables, with functions that only compute."""

import pytest

from core.errors import UserInputError
from core.sql.guard import MAX_CHARACTERS, check_query

TABLES = ("titanic", "sales", "Übersicht")

ALLOWED = [
    ("SELECT * FROM titanic", ("titanic",)),
    ("select 1", ()),
    ("from Titanic select Age", ("titanic",)),
    ("SELECT 1;", ()),
    ("SELECT 1 -- ; drop table titanic", ()),
    ("SELECT 1 /* ; */", ()),
    ("VALUES (1, 2), (3, 4)", ()),
    ("DESCRIBE titanic", ("titanic",)),
    ("SUMMARIZE SELECT * FROM titanic", ("titanic",)),
    ("PIVOT titanic ON Sex USING count(*)", ("titanic",)),
    ("SELECT * FROM titanic UNION ALL SELECT * FROM sales", ("titanic", "sales")),
    ("WITH a AS (SELECT * FROM titanic) SELECT * FROM a", ("titanic",)),
    ("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT * FROM r", ()),
    ("SELECT max(Fare) OVER (PARTITION BY Sex ORDER BY Age) FROM titanic AS t(a, b)", ("titanic",)),
    ("SELECT date_trunc('month', d)::DATE, CAST(a AS DECIMAL(10, 2)) FROM sales WHERE (a) IN (1, 2)", ("sales",)),
    ("SELECT list_transform([1, 2], x -> x + 1), {'a': 1}, Name.upper() FROM titanic", ("titanic",)),
    (
        "SELECT * EXCLUDE (a) FROM titanic ASOF JOIN sales USING (d) QUALIFY row_number() OVER () = 1",
        ("titanic", "sales"),
    ),
    ("SELECT a FROM titanic GROUP BY GROUPING SETS ((a), (b)), CUBE (a), ROLLUP (b)", ("titanic",)),
    ("SELECT i FROM range(3) r(i), unnest([1, 2]) u(x)", ()),
    ('SELECT "a""b; DROP" FROM "Übersicht"', ("Übersicht",)),
    ("SELECT EXISTS (SELECT 1), CASE WHEN (1 > 0) THEN (1) ELSE (2) END, INTERVAL (3) DAY", ()),
]


@pytest.mark.parametrize(("sql", "tables"), ALLOWED)
def test_reading_statements_pass_and_name_their_tables(sql: str, tables: tuple[str, ...]) -> None:
    assert check_query(sql, TABLES) == tables


REFUSED = [
    ("", "There is no statement."),
    ("  -- nothing", "There is no statement."),
    ("SELECT 1; SELECT 2", "These are 2 statements."),
    ("SELECT 1; DROP TABLE titanic", "These are 2 statements."),
    ("INSERT INTO titanic VALUES (1)", "INSERT is not possible here"),
    ("UPDATE titanic SET a = 1", "UPDATE is not possible here"),
    ("DELETE FROM titanic", "DELETE is not possible here"),
    ("WITH a AS (DELETE FROM titanic RETURNING *) SELECT * FROM a", "DELETE is not possible here"),
    ("CREATE TABLE x AS SELECT 1", "CREATE is not possible here"),
    ("SELECT * INTO x FROM titanic", "INTO is not possible here"),
    ("COPY titanic TO 'x.csv'", "COPY is not possible here"),
    ("COPY (SELECT 1) TO 'x.csv'", "COPY is not possible here"),
    ("ATTACH 'x.db'", "ATTACH is not possible here"),
    ("INSTALL httpfs", "INSTALL is not possible here"),
    ("LOAD httpfs", "LOAD is not possible here"),
    ("SET memory_limit = '100GB'", "SET is not possible here"),
    ("PRAGMA database_list", "PRAGMA is not possible here"),
    ("CALL pragma_version()", "CALL is not possible here"),
    ("EXPORT DATABASE 'x'", "The statement cannot be understood"),
    ("EXPLAIN SELECT 1", "EXPLAIN is not possible here"),
    ("SHOW TABLES", "SHOW is not possible here"),
    ("USE memory", "USE is not possible here"),
    ("SELECT * FROM titanic FOR UPDATE", "FOR UPDATE is not possible here"),
    ("SELECT $1", "The statement has a placeholder"),
    ("SELECT * FROM read_csv('/etc/passwd')", "The function 'read_csv' (line 1) cannot be used here."),
    ("SELECT * FROM read_parquet('x.parquet')", "The function 'read_parquet'"),
    ("SELECT * FROM parquet_scan('x')", "The function 'parquet_scan'"),
    ("SELECT * FROM read_text('/etc/passwd')", "The function 'read_text'"),
    ("SELECT * FROM read_blob('/etc/passwd')", "The function 'read_blob'"),
    ("SELECT * FROM glob('*')", "The function 'glob'"),
    ("SELECT * FROM sniff_csv('x')", "The function 'sniff_csv'"),
    ("SELECT getenv('HOME')", "The function 'getenv'"),
    ("SELECT getenv/**/('HOME')", "The function 'getenv'"),
    ("SELECT \"getenv\" ('HOME')", "The function 'getenv'"),
    ("SELECT 'x'.read_text()", "The function 'read_text'"),
    ("WITH getenv(x) AS (SELECT 1) SELECT getenv('HOME') FROM getenv", "The function 'getenv'"),
    ("SELECT current_setting('home_directory')", "The function 'current_setting'"),
    ("SELECT sleep_ms(100000)", "The function 'sleep_ms'"),
    ("SELECT json_execute_serialized_sql('x')", "The function 'json_execute_serialized_sql'"),
    ("SELECT * FROM query('SELECT 1')", "The function 'query'"),
    ("SELECT * FROM query_table('titanic')", "The function 'query_table'"),
    ("SELECT * FROM duckdb_settings()", "The function 'duckdb_settings'"),
    ("SELECT * FROM pragma_table_info('titanic')", "The function 'pragma_table_info'"),
    ("SELECT * FROM duckdb_tables", "There is no table 'duckdb_tables'."),
    ("SELECT * FROM sqlite_master", "There is no table 'sqlite_master'."),
    ("SELECT * FROM information_schema.tables", "There is no schema 'information_schema'."),
    ("SELECT * FROM 'x.csv'", "There is no table 'x.csv'."),
    ('SELECT * FROM "/etc/passwd"', "There is no table '/etc/passwd'."),
    ("SELECT * FROM 'https://example.com/x.parquet'", "There is no table 'https://example.com/x.parquet'."),
    ("SELECT * FROM (SELECT * FROM 'x.csv'), (WITH \"x.csv\" AS (SELECT 1) SELECT 1)", "There is no table 'x.csv'."),
    ("SELECT 'a", "The statement cannot be read to its end."),
    ("SELECT a b c", "The statement cannot be understood at 'c' (line 1, column 12)."),
    ("SELECT a\u202eb FROM titanic", "The statement holds an invisible character (U+202E)."),
    ("SELECT a\u0000 FROM titanic", "The statement holds an invisible character (U+0000)."),
    ("SELECT " + "(" * 500 + "1" + ")" * 500, "The statement is nested too deeply."),
    ("SELECT 1" + " + 1" * (MAX_CHARACTERS // 4), "The statement has 50,008 characters"),
    ("SELECT 1" + "+1" * 9_000, "The statement has 18,002 words and signs."),
]


@pytest.mark.parametrize(("sql", "message"), REFUSED, ids=range(len(REFUSED)))
def test_anything_else_is_refused_with_a_sentence(sql: str, message: str) -> None:
    with pytest.raises(UserInputError) as refusal:
        check_query(sql, TABLES)
    assert refusal.value.message.startswith(message)
    assert refusal.value.hint


def test_a_table_that_is_not_there_suggests_close_names() -> None:
    with pytest.raises(UserInputError) as refusal:
        check_query("SELECT * FROM titanc", TABLES)
    assert (refusal.value.message, refusal.value.hint) == ("There is no table 'titanc'.", "Did you mean titanic?")


def test_a_misspelt_function_suggests_close_names() -> None:
    with pytest.raises(UserInputError) as refusal:
        check_query("SELECT medain(Age) FROM titanic", TABLES)
    assert refusal.value.hint == "Did you mean median or mean?"
