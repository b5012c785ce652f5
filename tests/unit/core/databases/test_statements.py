"""What is let through to a database, and what is not, in each of its dialects."""

import pytest

from core.databases.registry import DATABASES
from core.databases.statements import check_reading
from core.errors import UserInputError
from tests.markdown import ROOT

every_dialect = pytest.mark.parametrize("dialect", sorted(spec.dialect for spec in DATABASES.values()))


@every_dialect
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "select a from t where b = 'x; drop table t'",
        "WITH x AS (SELECT 1 AS a) SELECT * FROM x",
        "(SELECT 1) UNION (SELECT 2)",
        "-- delete everything\nSELECT /* insert; update */ 1",
        "SELECT t.update FROM t",
        "SELECT replace(a, 'b', 'c') FROM t",
        "SELECT updated_at, created FROM deletes",
        "SELECT 'it''s; fine' FROM t",
    ],
)
def test_a_statement_that_only_reads_passes_unchanged(sql: str, dialect: str) -> None:
    assert check_reading(sql, dialect) == sql.rstrip()


@every_dialect
def test_what_follows_the_end_is_left_out(dialect: str) -> None:
    assert check_reading("  SELECT 1 ;; -- done\n", dialect) == "  SELECT 1"


@every_dialect
@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("", "is empty"),
        (" ; ", "is empty"),
        ("-- nothing", "is empty"),
        ("SELECT 1; SELECT 2", "more than one statement"),
        ("SELECT 1; COMMIT; DROP TABLE t", "more than one statement"),
        ("DELETE FROM t", "begins with SELECT or WITH; this one begins with 'DELETE'"),
        ("EXPLAIN ANALYZE DELETE FROM t", "begins with"),
        ("COPY t TO PROGRAM 'sh'", "begins with"),
        ("SET ROLE postgres", "begins with"),
        ("PRAGMA writable_schema = 1", "begins with"),
        ("ATTACH 'x' AS y", "begins with"),
        ("SELECT *\nINTO new FROM t", "does more than read: INTO in line 2"),
        ("WITH x AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM x", "does more than read: IN"),
        ("SELECT * FROM t FOR UPDATE", "does more than read: UPDATE"),
        ("SELECT 'open", "not closed"),
        ("SELECT 1 \0", "NUL"),
        ("SELECT 1" + " " * 100_000, "characters"),
    ],
)
def test_all_else_is_refused_in_words(sql: str, sentence: str, dialect: str) -> None:
    with pytest.raises(UserInputError, match=sentence) as caught:
        check_reading(sql, dialect)
    assert caught.value.field == "sql"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 EXEC sp_who",
        "SELECT 1 AS a SHUTDOWN",
        "SELECT 1 WAITFOR DELAY '1:00'",
        "SELECT 1 DROP TABLE t",
        "SELECT * FROM OPENROWSET('x', 'y', 'z')",
        "SELECT 1 COMMIT",
        "SELECT 1 USE master",
        "SELECT 1 KILL 53",
    ],
)
def test_sql_server_needs_no_semicolon_to_begin_another_statement(sql: str) -> None:
    with pytest.raises(UserInputError, match="does more than read"):
        check_reading(sql, "tsql")


@pytest.mark.parametrize(
    ("sql", "dialect"),
    [
        ("SELECT $$a; drop$$, $x$delete$x$, E'it\\'s; delete'", "postgres"),
        ("SELECT `drop`, 'it\\'s; delete', \"update; x\" # insert;", "mysql"),
        ("SELECT [drop], N'delete;' FROM dbo.[update]", "tsql"),
        ('SELECT [drop], "delete" FROM t', "sqlite"),
    ],
)
def test_quoted_words_are_names_and_text(sql: str, dialect: str) -> None:
    assert check_reading(sql, dialect)


def test_the_page_on_sources_names_every_kind_of_database() -> None:
    page = (ROOT / "docs" / "user" / "sources.md").read_text(encoding="utf-8")
    assert [spec.label for spec in DATABASES.values() if f"| {spec.label} |" not in page] == []


@every_dialect
@pytest.mark.parametrize(
    "call",
    [
        "pg_read_file('/etc/passwd')",
        "pg_catalog.pg_read_file('x')",
        "pg_terminate_backend(1)",
        "pg_advisory_lock(1)",
        "PG_NOTIFY ('a', 'b')",
        "lo_import('/etc/passwd')",
        "query_to_xml('delete from t', true, true, '')",
        "set_config('role', 'x', false)",
        "nextval('s')",
        "load_file('/etc/passwd')",
        "get_lock('a', 100)",
        "load_extension('x')",
        "writefile('x', 'y')",
        "xp_cmdshell('x')",
    ],
)
def test_functions_that_act_or_reach_for_files_are_refused(call: str, dialect: str) -> None:
    with pytest.raises(UserInputError, match="does more than read tables"):
        check_reading(f"SELECT a, {call} FROM t", dialect)


def test_quotes_do_not_hide_a_function() -> None:
    with pytest.raises(UserInputError, match="'pg_read_file' in line 1 does more than read tables"):
        check_reading("SELECT \"pg_read_file\"('x')", "postgres")


@every_dialect
def test_columns_may_be_called_like_functions_that_act(dialect: str) -> None:
    check_reading("SELECT nextval, t.get_lock FROM t WHERE nextval IN (1, 2)", dialect)
