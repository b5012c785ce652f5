"""Three kinds of database on real servers and files: what is read, in which types, and what is refused."""

import datetime as dt
import socketserver
import threading
import time
from decimal import Decimal
from typing import Any

import psycopg
import pyarrow as pa
import pytest

from core.computing.spec import OpenConnection
from core.databases.reading import QueryOutcome, describe, describe_server, list_tables, read_query
from core.databases.spec import Kind
from core.errors import NotFound, UserInputError
from tests import mariadb
from tests.unit.core.databases.conftest import OpenWith, make_opened

SECRET = "correct battery"


def read(opened: OpenConnection, sql: str, **options: Any) -> tuple[QueryOutcome, pa.Table]:
    batches: list[pa.RecordBatch] = []
    facts = {"max_rows": 1_000_000, "timeout_s": 30}
    outcome = read_query(opened, sql, on_batch=batches.append, **(facts | options))
    return outcome, pa.Table.from_batches(batches)


class TestPostgresql:
    def test_every_type_arrives_as_what_it_is(self, postgresql: psycopg.Connection, open_postgresql: OpenWith) -> None:
        postgresql.execute(
            """CREATE TABLE kinds (i smallint, b bigint, n numeric(10, 2), u numeric, f real, ok boolean, d date,
               ts timestamp, tz timestamptz, t time, j jsonb, a integer[], aj json[], id uuid, raw bytea, i2 interval,
               net inet, "odd ""name" varchar(9))"""
        )
        postgresql.execute(
            """INSERT INTO kinds VALUES (-1, 9223372036854775807, 3.25, 1e20, 0.5, true, '2024-02-29',
               '2024-01-01 01:02:03.5', '2024-01-01 00:00+02', '23:59', '{"a": [1, null]}', '{1,null}', '{"1"}',
               'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\\x01ff', '26:00:01', '10.0.0.1', 'ünï')"""
        )
        outcome, table = read(open_postgresql(), "SELECT * FROM kinds")
        assert outcome.n_lost == {}
        assert table.to_pylist() == [
            {
                "i": -1,
                "b": 9223372036854775807,
                "n": Decimal("3.25"),
                "u": 1e20,
                "f": 0.5,
                "ok": True,
                "d": dt.date(2024, 2, 29),
                "ts": dt.datetime(2024, 1, 1, 1, 2, 3, 500_000),
                "tz": dt.datetime(2023, 12, 31, 22, tzinfo=dt.UTC),
                "t": "23:59:00",
                "j": '{"a": [1, null]}',
                "a": "[1, null]",
                "aj": '["1"]',
                "id": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                "raw": "01ff",
                "i2": "26:00:01",
                "net": "10.0.0.1",
                'odd "name': "ünï",
            }
        ]

    def test_what_has_no_equal_is_counted_and_missing(self, open_postgresql: OpenWith) -> None:
        sql = (
            "SELECT d, z, n::numeric(9, 2) FROM (VALUES ('infinity'::date, '-infinity'::timestamptz, 'NaN'::numeric), "
            "('2024-01-01', '12024-01-01', 1)) AS t (d, z, n)"
        )
        outcome, table = read(open_postgresql(), sql)
        assert outcome.n_lost == {"d": 1, "z": 2, "n": 1}
        assert table["d"].to_pylist() == [None, dt.date(2024, 1, 1)]

    def test_a_large_table_comes_in_bounded_batches(self, open_postgresql: OpenWith) -> None:
        sizes: list[int] = []
        outcome = read_query(
            open_postgresql(),
            "SELECT i, repeat('x', 1000) AS x FROM generate_series(1, 60000) AS i",
            max_rows=1_000_000,
            timeout_s=60,
            on_batch=lambda batch: sizes.append(batch.nbytes),
        )
        assert (outcome.n_rows, outcome.is_truncated) == (60_000, False)
        assert max(sizes) < 12_000_000
        assert len(sizes) < 40

    def test_the_tables_are_listed_with_the_databases_estimate(
        self, postgresql: psycopg.Connection, open_postgresql: OpenWith
    ) -> None:
        postgresql.execute("CREATE TABLE big AS SELECT i FROM generate_series(1, 500) AS i")
        postgresql.execute("ANALYZE big")
        postgresql.execute("CREATE SCHEMA other")
        postgresql.execute("CREATE VIEW other.seen AS SELECT 1 AS one")
        found = [(info.schema_name, info.name, info.kind, info.n_rows) for info in list_tables(open_postgresql())]
        assert found == [("other", "seen", "view", None), ("public", "big", "table", 500)]
        assert describe_server(open_postgresql()).endswith(", 2 tables.")
        columns = describe(open_postgresql(), "big")
        assert [(column.name, column.type) for column in columns] == [("i", "integer")]

    @pytest.mark.parametrize(
        ("sql", "sentence"),
        [
            ("SELECT * FROM nowhere", 'names a table that does not exist.*"nowhere"'),
            ("SELECT nothing FROM pg_class", "names a column that does not exist"),
            ("SELECT * FROM FROM pg_class", "does not understand the query"),
            ("SELECT 1 / 0", "The database refuses: division by zero"),
            ("SELECT nextval('counter')", "does more than read"),
        ],
    )
    def test_what_the_database_refuses_is_told(
        self, postgresql: psycopg.Connection, open_postgresql: OpenWith, sql: str, sentence: str
    ) -> None:
        postgresql.execute("CREATE SEQUENCE counter")
        with pytest.raises(UserInputError, match=sentence):
            read(open_postgresql(), sql)

    def test_what_slips_through_a_read_only_transaction_is_rolled_back(
        self, postgresql: psycopg.Connection, open_postgresql: OpenWith
    ) -> None:
        read(open_postgresql(), "SELECT lo_create(4711)")
        assert postgresql.execute("SELECT count(*) FROM pg_largeobject_metadata").fetchone() == (0,)

    def test_a_person_without_rights_is_told_so(
        self, postgresql: psycopg.Connection, open_postgresql: OpenWith
    ) -> None:
        postgresql.execute("CREATE TABLE salaries (i integer)")
        postgresql.execute("DROP ROLE IF EXISTS guest")
        postgresql.execute("CREATE ROLE guest LOGIN")
        with pytest.raises(UserInputError, match="'guest' may not read this"):
            read(open_postgresql(user="guest"), "SELECT * FROM salaries")
        assert list_tables(open_postgresql(user="guest")) == ()

    def test_the_time_is_bounded_and_the_servers_work_ends(
        self, postgresql: psycopg.Connection, open_postgresql: OpenWith
    ) -> None:
        began = time.monotonic()
        with pytest.raises(UserInputError, match="took longer than a query may"):
            read(open_postgresql(), "SELECT pg_sleep(60)", timeout_s=1)
        assert time.monotonic() - began < 10
        self.wait_until_idle(postgresql)

    def test_a_query_that_is_cancelled_ends_on_the_server(
        self, postgresql: psycopg.Connection, open_postgresql: OpenWith
    ) -> None:
        class CancelledError(Exception):
            pass

        def cancel() -> None:
            raise CancelledError

        with pytest.raises(CancelledError):
            read(open_postgresql(), "SELECT pg_sleep(60)", on_tick=cancel)
        self.wait_until_idle(postgresql)

    @staticmethod
    def wait_until_idle(postgresql: psycopg.Connection) -> None:
        sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'praxis' AND datname = current_database()"
        deadline = time.monotonic() + 5
        while postgresql.execute(sql).fetchone() != (0,):
            assert time.monotonic() < deadline, "the query goes on"
            time.sleep(0.02)


class TestMysql:
    def test_every_type_arrives_as_what_it_is(
        self, mariadb_server: mariadb.MariadbServer, mariadb_database: str, open_mysql: OpenWith
    ) -> None:
        mariadb_server.execute(
            """CREATE TABLE kinds (i INT, u BIGINT UNSIGNED, n DECIMAL(10, 2), w DECIMAL(65, 30), f DOUBLE, b BIT(9),
               d DATE, ts DATETIME(6), tz TIMESTAMP, tm TIME, y YEAR, j JSON, e ENUM('a', 'b'), raw VARBINARY(5),
               tx TEXT, `odd ``name` VARCHAR(9))""",
            "SET time_zone = '+02:00'",
            """INSERT INTO kinds VALUES (-1, 9223372036854775807, -3.25, 1.5, 2.5, b'100000001', '2024-02-29',
               '2024-01-01 01:02:03.5', '2024-01-01 00:00:00', '-26:00:01', 2024, '{"a": 1}', 'b', x'01ff', 'ünï',
               '€')""",
            database=mariadb_database,
        )
        outcome, table = read(open_mysql(), "SELECT * FROM kinds")
        assert outcome.n_lost == {}
        assert table.to_pylist() == [
            {
                "i": -1,
                "u": 9223372036854775807,
                "n": Decimal("-3.25"),
                "w": 1.5,
                "f": 2.5,
                "b": 257,
                "d": dt.date(2024, 2, 29),
                "ts": dt.datetime(2024, 1, 1, 1, 2, 3, 500_000),
                "tz": dt.datetime(2023, 12, 31, 22, tzinfo=dt.UTC),
                "tm": "-26:00:01",
                "y": 2024,
                "j": '{"a": 1}',
                "e": "b",
                "raw": "01ff",
                "tx": "ünï",
                "odd `name": "€",
            }
        ]

    def test_dates_of_zero_are_counted_and_missing(
        self, mariadb_server: mariadb.MariadbServer, mariadb_database: str, open_mysql: OpenWith
    ) -> None:
        mariadb_server.execute(
            "CREATE TABLE days (d DATE, ts DATETIME)",
            "SET sql_mode = ''",
            "INSERT INTO days VALUES ('0000-00-00', '2024-00-00'), ('2024-01-01', '2024-01-01')",
            database=mariadb_database,
        )
        outcome, table = read(open_mysql(), "SELECT * FROM days")
        assert outcome.n_lost == {"d": 1, "ts": 1}
        assert table["ts"].to_pylist() == [None, dt.datetime(2024, 1, 1)]

    def test_whole_numbers_that_do_not_fit_are_refused_rather_than_bent(self, open_mysql: OpenWith) -> None:
        with pytest.raises(UserInputError, match="Column 'u' holds whole numbers beyond"):
            read(open_mysql(), "SELECT 18446744073709551615 AS u")
        _, table = read(open_mysql(), "SELECT CAST(18446744073709551615 AS CHAR) AS u")
        assert table["u"].to_pylist() == ["18446744073709551615"]

    def test_only_as_many_rows_as_asked_for_are_read(self, open_mysql: OpenWith) -> None:
        began = time.monotonic()
        outcome, table = read(open_mysql(), "SELECT seq FROM seq_1_to_1000000000", max_rows=1_000)
        assert (outcome.n_rows, outcome.is_truncated) == (1_000, True)
        assert table["seq"].to_pylist() == list(range(1, 1_001))
        assert time.monotonic() - began < 10

    def test_the_tables_are_listed(
        self, mariadb_server: mariadb.MariadbServer, mariadb_database: str, open_mysql: OpenWith
    ) -> None:
        mariadb_server.execute(
            "CREATE TABLE `a b` (i INT)", "CREATE VIEW seen AS SELECT 1 AS one", database=mariadb_database
        )
        own = [info for info in list_tables(open_mysql()) if info.schema_name == mariadb_database]
        assert [(info.name, info.kind) for info in own] == [("a b", "table"), ("seen", "view")]
        assert describe_server(open_mysql()).startswith("It answers: MariaDB 1")
        assert [(column.name, column.type) for column in describe(open_mysql(), "a b")] == [("i", "int(11)")]

    @pytest.mark.parametrize(
        ("sql", "sentence"),
        [
            ("SELECT * FROM nowhere", "names a table that does not exist"),
            ("SELECT nothing FROM mysql.user", "names a column that does not exist"),
            ("SELECT 1 FROM FROM t", "does not understand the query"),
            ("SELECT 1 INTO OUTFILE '/tmp/praxis-should-not-exist'", "does more than read: INTO"),
            ("SELECT 1 /*!50000 INTO OUTFILE '/tmp/praxis-should-not-exist' */", "a comment that MySQL executes"),
            ("SELECT 1 /*M! INTO OUTFILE '/tmp/praxis-should-not-exist' */", "a comment that MySQL executes"),
        ],
    )
    def test_what_is_refused_is_told(self, open_mysql: OpenWith, sql: str, sentence: str) -> None:
        with pytest.raises(UserInputError, match=sentence):
            read(open_mysql(), sql)

    def test_one_who_may_write_still_does_not(
        self, mariadb_server: mariadb.MariadbServer, mariadb_database: str, open_mysql: OpenWith
    ) -> None:
        mariadb_server.execute(
            "CREATE TABLE t (i INT)",
            "CREATE FUNCTION add_row() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO t VALUES (1); RETURN 1; END",
            database=mariadb_database,
        )
        with pytest.raises(UserInputError, match="does more than read"):
            read(open_mysql(password="", user="root"), "SELECT add_row()")

    def test_the_time_is_bounded_and_the_servers_work_ends(self, open_mysql: OpenWith) -> None:
        with pytest.raises(UserInputError, match="took longer than a query may"):
            read(open_mysql(), "SELECT SLEEP(60)", timeout_s=1)
        sql = "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'"
        assert read(open_mysql(password="", user="root"), sql)[1].to_pylist() == [{"count(*)": 0}]


class TestSqlite:
    def test_the_values_decide_the_types(self, open_sqlite: Any) -> None:
        opened = open_sqlite(
            """CREATE TABLE t (i, r, mixed, text, d, ts, raw, none, "odd ""name");
               INSERT INTO t VALUES (1, 1, 1, 'x', '2024-02-29', '2024-01-01 10:00', x'01ff', NULL, 'ü');
               INSERT INTO t VALUES (NULL, 2.5, 'b', '2', '2024-03-01', '2024-03-01', x'', NULL,
                                     CAST(x'ff' AS TEXT));"""
        )
        outcome, table = read(opened, "SELECT * FROM t")
        assert [column.kind for column in outcome.columns] == [
            Kind.INTEGER,
            Kind.NUMBER,
            Kind.TEXT,
            Kind.TEXT,
            Kind.DATE,
            Kind.DATETIME,
            Kind.TEXT,
            Kind.TEXT,
            Kind.TEXT,
        ]
        assert table.to_pylist() == [
            {
                "i": 1,
                "r": 1.0,
                "mixed": "1",
                "text": "x",
                "d": dt.date(2024, 2, 29),
                "ts": dt.datetime(2024, 1, 1, 10),
                "raw": "01ff",
                "none": None,
                'odd "name': "ü",
            },
            {
                "i": None,
                "r": 2.5,
                "mixed": "b",
                "text": "2",
                "d": dt.date(2024, 3, 1),
                "ts": dt.datetime(2024, 3, 1),
                "raw": "",
                "none": None,
                'odd "name': "\ufffd",
            },
        ]

    @pytest.mark.parametrize("day", ["2024-02-30", "2024-13-01", "24-01-01", "2024-01-01T10:00Z", "yesterday"])
    def test_text_that_is_no_date_stays_text(self, open_sqlite: Any, day: str) -> None:
        opened = open_sqlite(f"CREATE TABLE t (d); INSERT INTO t VALUES ('2024-01-01'), ('{day}');")
        assert read(opened, "SELECT * FROM t")[1]["d"].to_pylist() == ["2024-01-01", day]

    def test_columns_of_one_name_are_told_apart(self, open_sqlite: Any) -> None:
        opened = open_sqlite("CREATE TABLE t (id); INSERT INTO t VALUES (1);")
        _, table = read(opened, "SELECT a.id, b.id FROM t AS a, t AS b -- twice")
        assert table.to_pylist() == [{"id": 1, "id_2": 1}]

    @pytest.mark.parametrize(
        ("sql", "sentence"),
        [
            ("SELECT * FROM nowhere", "names a table that does not exist"),
            ("SELECT missing FROM t", "names a column that does not exist"),
            ("SELECT 1 FROM FROM t", "does not understand the query"),
            ("SELECT load_extension('x')", "does more than read"),
            ("SELECT * FROM pragma_table_info('t')", "does more than read"),
            ("WITH RECURSIVE n AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT * FROM n", "took longer"),
        ],
    )
    def test_what_is_refused_is_told(self, open_sqlite: Any, sql: str, sentence: str) -> None:
        with pytest.raises(UserInputError, match=sentence):
            read(open_sqlite("CREATE TABLE t (i);"), sql, timeout_s=1)

    def test_a_file_that_is_damaged_is_told(self, open_sqlite: Any) -> None:
        opened = open_sqlite("CREATE TABLE t (i);")
        file = opened.connection.params["file"]
        with open(file, "r+b") as damaged:  # noqa: PTH123 - the parameters hold text
            damaged.seek(100)
            damaged.write(b"\xff" * 3_000)
        with pytest.raises(UserInputError, match="is damaged"):
            describe_server(opened)

    def test_a_link_to_elsewhere_is_not_followed(self, sqlite_file: Any, open_sqlite: Any) -> None:
        open_sqlite("CREATE TABLE t (i);")
        link = sqlite_file.with_name("link.sqlite")
        link.symlink_to(sqlite_file)
        with pytest.raises(UserInputError, match="is not where it was"):
            describe_server(make_opened("sqlite", {"file": str(link)}))


class TestRefusals:
    @pytest.fixture(params=["postgresql", "mysql"])
    def open_with(self, request: pytest.FixtureRequest) -> OpenWith:
        made: OpenWith = request.getfixturevalue(f"open_{request.param}")
        return made

    def test_nobody_at_the_port(self, open_with: OpenWith) -> None:
        with pytest.raises(UserInputError, match="Nothing listens on port 1 of"):
            describe_server(open_with(port=1))

    def test_a_host_that_is_not_there_is_named(self, open_with: OpenWith) -> None:
        with pytest.raises(UserInputError, match="There is no host named 'nobody-is-there"):
            describe_server(open_with(host="nobody-is-there.invalid"))

    def test_a_database_that_is_not_there_is_named(self, open_with: OpenWith) -> None:
        with pytest.raises(UserInputError, match="There is no database 'nowhere'"):
            describe_server(open_with(database="nowhere"))

    def test_a_wrong_user_is_refused_without_telling_the_password(self, open_with: OpenWith) -> None:
        with pytest.raises(UserInputError, match="The database does not let 'stranger' in") as caught:
            describe_server(open_with(password=SECRET, user="stranger"))
        assert SECRET not in f"{caught.value.message}{caught.value.hint}{caught.value.__cause__}"

    def test_encryption_that_the_server_does_not_have(self, open_with: OpenWith) -> None:
        with pytest.raises(UserInputError, match="No encrypted connection came about"):
            describe_server(open_with(encryption="verified"))

    def test_a_table_that_does_not_exist(self, open_with: OpenWith) -> None:
        with pytest.raises(NotFound, match="There is no table 'nowhere'"):
            describe(open_with(), "nowhere")

    def test_several_statements_at_once_are_refused(self, open_with: OpenWith) -> None:
        with pytest.raises(UserInputError, match="more than one statement"):
            read(open_with(), "SELECT 1; SELECT 2")

    def test_no_rows_still_have_columns(self, open_with: OpenWith) -> None:
        outcome, table = read(open_with(), "SELECT 1 AS one WHERE 1 = 0;")
        assert (outcome.n_rows, table.column_names) == (0, ["one"])


def test_a_wrong_password_is_told_without_it(open_mysql: OpenWith) -> None:
    with pytest.raises(UserInputError, match="The database does not let 'reader' in") as caught:
        describe_server(open_mysql(password=SECRET))
    assert SECRET not in f"{caught.value.message}{caught.value.hint}{caught.value.__cause__}"


class Greeter(socketserver.BaseRequestHandler):
    """Says what mail servers say, and hangs up."""

    def handle(self) -> None:
        self.request.sendall(b"220 mail.example.org ESMTP\r\n")


@pytest.mark.parametrize("kind", ["mssql", "postgresql", "mysql"])
def test_a_server_of_another_kind_is_told(kind: str) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greeter) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        params = {"host": "127.0.0.1", "port": server.server_address[1], "database": "d", "user": "u"}
        with pytest.raises(UserInputError) as caught:
            describe_server(make_opened(kind, params, SECRET))
        server.shutdown()
    assert SECRET not in f"{caught.value.message}{caught.value.hint}{caught.value.__cause__}"


def test_nobody_at_the_port_of_a_sql_server() -> None:
    params = {"host": "127.0.0.1", "port": 1, "database": "d", "user": "u"}
    with pytest.raises(UserInputError, match="Nothing listens on port 1"):
        describe_server(make_opened("mssql", params, SECRET))
