"""Statements on real tables: answers, limits, errors in words."""

import re
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.errors import UserInputError
from core.sql.running import run_plan, run_query, save_rows
from core.sql.session import QuerySession, TooSlow
from core.sql.types import PlanParams, QueryParams, QueryResult, TableRef
from tests.questions.tables import make_table
from tests.workspaces import LocalWorkspace, TableFile, store_frame

TITANIC = TableRef(name="titanic", dataset_id="titanic")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> TableFile:
    return store_frame(make_table("titanic"), tmp_path_factory.mktemp("titanic"), name="Titanic")


@pytest.fixture
def workspace(tmp_path: Path, table: TableFile) -> LocalWorkspace:
    return LocalWorkspace(tmp_path, {"titanic": table}, memory_bytes=300_000_000)


def run(workspace: LocalWorkspace, sql: str, **bounds: int) -> QueryResult:
    return run_query(QueryParams(sql=sql, tables=(TITANIC,), **bounds), workspace)


def refusal(workspace: LocalWorkspace, sql: str, **bounds: int) -> UserInputError:
    with pytest.raises(UserInputError) as raised:
        run(workspace, sql, **bounds)
    return raised.value


def test_rows_agree_with_pandas(workspace: LocalWorkspace) -> None:
    result = run(workspace, "SELECT Sex, count(*) AS n, avg(Fare) AS fare FROM titanic GROUP BY 1 ORDER BY 1")
    wanted = make_table("titanic").groupby("Sex")["Fare"].agg(["count", "mean"])
    assert [row[:2] for row in result.rows] == [
        ("female", wanted["count"]["female"]),
        ("male", wanted["count"]["male"]),
    ]
    # Sums of 500 numbers in another order: a few units in the last place.
    assert [row[2] for row in result.rows] == pytest.approx(list(wanted["mean"]), rel=1e-12)
    assert [(column.name, column.type) for column in result.columns] == [
        ("Sex", "VARCHAR"),
        ("n", "BIGINT"),
        ("fare", "DOUBLE"),
    ]
    assert result.n_rows == 2
    assert not result.is_cut


def test_all_rows_are_kept_and_the_first_are_shown(workspace: LocalWorkspace) -> None:
    result = run(workspace, "SELECT * FROM titanic", n_rows=7)
    kept = pq.read_table(workspace.kept_file(result.parquet_sha256)).to_pandas()
    assert (len(result.rows), result.n_rows, result.is_cut) == (7, 500, False)
    pd.testing.assert_frame_equal(kept, make_table("titanic"), check_dtype=False)


def test_more_rows_than_are_kept_are_cut_and_it_says_so(workspace: LocalWorkspace) -> None:
    result = run(workspace, "SELECT range AS n FROM range(100000)", max_rows=50)
    assert (result.n_rows, result.is_cut) == (50, True)


def test_an_answer_that_fits_exactly_is_not_called_cut(workspace: LocalWorkspace) -> None:
    assert not run(workspace, "SELECT range FROM range(50)", max_rows=50).is_cut


def test_columns_of_one_name_are_told_apart(workspace: LocalWorkspace) -> None:
    assert [column.name for column in run(workspace, 'SELECT 1 AS a, 2 AS a, 3 AS "A"').columns] == ["a", "a_2", "A_3"]


def test_every_kind_of_value_reaches_the_page_and_the_file(workspace: LocalWorkspace) -> None:
    sql = """SELECT sum(range) AS total, 170141183460469231731687303715884105727 AS huge, 1.5 AS d, [1, 2] AS l,
        {'a': 1} AS s, INTERVAL 3 DAY AS i, TIME '10:00' AS t, 'a'::BLOB AS b, DATE '2024-02-29' AS day,
        'nan'::DOUBLE AS nan, true AS yes, NULL AS nothing, 9007199254740993 AS wide FROM range(4)"""
    result = run(workspace, sql)
    assert result.rows[0] == (
        6,
        pytest.approx(1.7014118346046923e38),
        1.5,
        "[1, 2]",
        "{'a': 1}",
        "3 days",
        "10:00:00",
        "a",
        "2024-02-29",
        None,
        True,
        None,
        "9007199254740993",
    )
    assert pq.read_metadata(workspace.kept_file(result.parquet_sha256)).num_rows == 1


def test_saving_writes_all_rows_and_refuses_none(workspace: LocalWorkspace) -> None:
    params = QueryParams(sql="SELECT * FROM titanic WHERE Age > 1000", tables=(TITANIC,))
    with pytest.raises(UserInputError, match="gives no rows"):
        save_rows(params, workspace, max_rows=10)
    path, n_rows, is_cut = save_rows(QueryParams(sql="FROM titanic", tables=(TITANIC,)), workspace, max_rows=10)
    assert (pq.read_metadata(path).num_rows, n_rows, is_cut) == (10, 10, True)


# --- errors in words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "message", "hint"),
    [
        ("SELECT Agee FROM titanic", "There is no column 'Agee' (line 1, column 8).", "Did you mean 'Age'?"),
        ("SELECT t.Age FROM titanic", "There is no table or alias 't'", "Use the names after FROM"),
        ("SELECT Sex, Age FROM titanic GROUP BY 1", "The column 'Age' is neither grouped by nor summarised", "Add it"),
        ("SELECT Age + Sex FROM titanic", "'+' does not work on number and text", "Convert"),
        ("SELECT *\nFROM titanic\nWHERE Age > 'x'", "The text 'x' cannot become a number (line 3, column 13).", "Use"),
        (
            "SELECT a.Age FROM titanic a, titanic b WHERE Fare > 1",
            "The column 'Fare' is in more than one table",
            "Write",
        ),
        ("SELECT (SELECT Age FROM titanic)", "A query in brackets gives several rows", "Add LIMIT 1"),
        ("SELECT 1 UNION SELECT 1, 2", "The queries that are put together have different numbers", "Give each"),
        ("SELECT Age FROM titanic WHERE count(*) > 1", "WHERE looks at single rows", "Use HAVING"),
        ("SELECT sum(count(*)) FROM titanic", "A summary cannot be inside another summary", "Compute"),
    ],
)
def test_the_engines_complaints_become_sentences(workspace: LocalWorkspace, sql: str, message: str, hint: str) -> None:
    error = refusal(workspace, sql)
    assert error.message.startswith(message)
    assert error.hint.startswith(hint)


# --- limits -----------------------------------------------------------------------------------------------------------

RUNAWAYS = (
    "SELECT count(*) FROM titanic a, titanic b, titanic c, titanic d",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
    "SELECT max(hash(range)) FROM range(100000000000)",
)
HUNGRY = (
    "SELECT list_sum(range(300000000))",
    "SELECT repeat('x', 2000000000)",
    "SELECT array_agg(range) FROM range(100000000)",
    "WITH RECURSIVE r(s) AS (SELECT 'x' UNION ALL SELECT s || s FROM r) SELECT max(length(s)) FROM r",
)


@pytest.mark.parametrize("sql", RUNAWAYS)
def test_a_statement_that_never_ends_is_stopped(workspace: LocalWorkspace, sql: str) -> None:
    with pytest.raises(TooSlow, match="took longer than 1 s"):
        run(workspace, sql, timeout_s=1)


@pytest.mark.parametrize("sql", HUNGRY)
def test_a_statement_that_wants_too_much_memory_is_refused(workspace: LocalWorkspace, sql: str) -> None:
    assert refusal(workspace, sql, timeout_s=20).message == "The query needs more memory than one query may take."


def test_the_session_works_on_after_a_refusal(workspace: LocalWorkspace) -> None:
    refusal(workspace, HUNGRY[0])
    assert run(workspace, "SELECT count(*) FROM titanic").rows == ((500,),)


def test_cancelling_interrupts_the_statement(workspace: LocalWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    class Cancelled(Exception):
        pass

    def cancel(_fraction: float, _stage: str) -> None:
        raise Cancelled

    monkeypatch.setattr(workspace, "report", cancel)
    with pytest.raises(Cancelled):
        run(workspace, RUNAWAYS[0])


# --- the engine itself is locked, whatever the guard lets through ---------------------------------------------------

BEHIND_THE_GUARD = (
    "SELECT * FROM read_csv('{outside}')",
    "SELECT * FROM read_text('{outside}')",
    "SELECT * FROM '{outside}'",
    "SELECT * FROM glob('{folder}/*')",
    "COPY (SELECT 1) TO '{folder}/written.csv'",
    "ATTACH '{folder}/written.db'",
    "SET enable_external_access = true",
    "SET memory_limit = '100GB'",
    "RESET lock_configuration",
    "INSTALL httpfs",
    "LOAD httpfs",
    "EXPORT DATABASE '{folder}/written'",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM read_text(''{outside}'')'))",
    "SELECT * FROM query('SELECT * FROM read_text(''{outside}'')')",
    "SELECT * FROM frame",
)


@pytest.mark.parametrize("sql", BEHIND_THE_GUARD)
def test_the_engine_reaches_no_file_and_no_setting(tmp_path: Path, table: TableFile, sql: str) -> None:
    frame = pd.DataFrame({"secret": [1]})
    assert len(frame) == 1
    outside = tmp_path / "outside.csv"
    outside.write_text("secret\n1\n", encoding="utf-8")
    before = set(tmp_path.iterdir())
    with (
        QuerySession(tmp_path, {"titanic": table.path}, memory_bytes=200_000_000) as session,
        pytest.raises(duckdb.Error),
    ):
        session.connection.execute(sql.format(outside=outside, folder=tmp_path)).fetchall()
    assert set(tmp_path.iterdir()) <= before | {tmp_path / "spill"}


def test_a_view_does_not_tell_where_its_file_lies(workspace: LocalWorkspace) -> None:
    assert refusal(workspace, "SELECT filename FROM titanic").message.startswith("There is no column 'filename'")


# --- plans ------------------------------------------------------------------------------------------------------------

JOIN = "SELECT t.Sex, avg(u.Age) FROM titanic t JOIN titanic u USING (PassengerId) WHERE u.Fare > 10 GROUP BY 1"


def test_a_plan_is_a_tree_of_readable_steps(workspace: LocalWorkspace) -> None:
    plan = run_plan(PlanParams(sql=JOIN, tables=(TITANIC,)), workspace)
    labels = [line.strip().split(" | ")[0] for line in plan.text.splitlines()]
    assert labels[0] == "Group and summarise"
    assert labels.count("Read table") == 2
    assert "Join on equal values" in labels
    assert plan.duration_s is None


def test_a_measured_plan_has_times_and_rows_and_no_paths(workspace: LocalWorkspace, table: TableFile) -> None:
    plan = run_plan(PlanParams(sql=JOIN, tables=(TITANIC,), analyze=True), workspace)
    assert plan.is_measured
    assert plan.root.n_rows == 2
    assert re.search(r"Read table \| titanic .*rows \| [\d.]+ ms", plan.text)
    assert str(table.path.parent) not in plan.model_dump_json()


def test_a_mistake_in_a_planned_statement_is_placed_in_the_statement(workspace: LocalWorkspace) -> None:
    with pytest.raises(UserInputError, match=re.escape("There is no column 'Agee' (line 2, column 1).")):
        run_plan(PlanParams(sql="SELECT\nAgee FROM titanic", tables=(TITANIC,)), workspace)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT date '12000-01-01' AS moment",
        "SELECT date '-4000-01-01' AS moment",
        "SELECT date 'infinity' AS moment",
        "SELECT timestamp '12000-01-01 10:00:00' AS moment",
        "SELECT timestamp '-infinity' AS moment",
        "SELECT timestamptz '12000-01-01 10:00:00' AS moment",
    ],
)
def test_moments_beyond_every_calendar_here_are_missing_and_told(workspace: LocalWorkspace, sql: str) -> None:
    result = run(workspace, f"{sql} UNION ALL SELECT DATE '2024-02-29'")
    assert sorted(str(row[0])[:10] for row in result.rows) == ["2024-02-29", "None"]
    assert [(notice.code, notice.column) for notice in result.notices] == [("lost_values", "moment")]
