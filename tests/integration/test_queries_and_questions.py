"""SQL and plain English through services, real workers and REST."""

import io
import sqlite3
import threading
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.errors import NotFound, UserInputError
from core.questions.types import Interpretation
from core.records import Computation
from core.sql.types import QueryResult
from core.types import ComputationStatus, DatasetStatus
from tests.factories import make_csv
from tests.rest import Api
from tests.stacks import PATIENCE_S, Stack, wait_for


def finished(stack: Stack, computation: Computation) -> QueryResult:
    stack.worker()
    ended = stack.computations.wait(computation.id, timeout_s=PATIENCE_S)
    assert ended.status is ComputationStatus.FINISHED, ended.error
    result = stack.computations.result(ended)
    assert isinstance(result, QueryResult)
    return result


def test_a_statement_is_answered_and_remembered(each_stack: Stack) -> None:
    queries, dataset = each_stack.wiring.services.queries, each_stack.ready(make_csv())
    name = queries.table_of(dataset.id).name
    sql = f'SELECT kind, count(*) AS n FROM "{name}" GROUP BY 1 ORDER BY 1'
    result = finished(each_stack, queries.run(sql))
    assert [row[0] for row in result.rows] == ["large", "medium", "small"]
    assert sum(int(str(row[1])) for row in result.rows) == dataset.n_rows
    latest = queries.history(limit=1)[0]
    assert (latest.sql, latest.status, latest.error) == (sql, ComputationStatus.FINISHED, None)


def test_a_failed_statement_stands_in_the_history_with_its_reason(stack: Stack) -> None:
    queries, dataset = stack.wiring.services.queries, stack.ready(make_csv())
    computation = queries.run(f'SELECT heigth FROM "{queries.table_of(dataset.id).name}"')
    ended = stack.computations.wait(computation.id, timeout_s=PATIENCE_S)
    assert ended.status is ComputationStatus.FAILED
    assert queries.history(limit=1)[0].error == "There is no column 'heigth' (line 1, column 8)."


def test_a_refused_statement_never_reaches_a_worker(stack: Stack) -> None:
    queries = stack.wiring.services.queries
    before = queries.history()
    with pytest.raises(UserInputError, match="The function 'read_text'"):
        queries.run("SELECT * FROM read_text('/etc/passwd')")
    with pytest.raises(NotFound):
        queries.run("SELECT 1", connection_id="no-such-id")
    assert queries.history() == before


def test_an_answer_becomes_a_dataset_that_knows_where_it_came_from(stack: Stack) -> None:
    queries, parent = stack.wiring.services.queries, stack.ready(make_csv())
    sql = f'SELECT colour, avg(weight) AS weight FROM "{queries.table_of(parent.id).name}" GROUP BY 1'
    made = queries.save_as_dataset(sql, name="Weight by colour")
    ready = wait_for(lambda: (now := stack.datasets.get(made.id)).status.is_terminal and now, what="the new dataset")
    assert (ready.status, ready.name, ready.parent_id) == (DatasetStatus.READY, "Weight by colour", parent.id)
    assert ready.source.params["sql"] == sql
    assert [column.name for column in ready.columns] == ["colour", "weight"]
    assert "weight_by_colour" in {one.name for one in queries.names()}


def test_a_runaway_statement_is_stopped_while_others_are_served(stack: Stack) -> None:
    queries, dataset = stack.wiring.services.queries, stack.ready(make_csv())
    name = queries.table_of(dataset.id).name
    stack.start_worker("interactive")
    runaway = queries.run(
        f'SELECT count(*) FROM "{name}" a, "{name}" b, "{name}" c, "{name}" d, "{name}" e', timeout_s=3
    )
    other = finished(stack, queries.run(f'SELECT count(*) FROM "{name}"'))
    assert other.rows == ((dataset.n_rows,),)
    ended = stack.computations.wait(runaway.id, timeout_s=PATIENCE_S)
    assert ended.error is not None
    assert ended.error.message == "The query took longer than 3 s and was stopped."


def test_a_statement_can_be_cancelled(stack: Stack) -> None:
    queries, dataset = stack.wiring.services.queries, stack.ready(make_csv())
    name = queries.table_of(dataset.id).name
    running = queries.run(f'SELECT count(*) FROM "{name}" a, "{name}" b, "{name}" c, "{name}" d, "{name}" e')
    wait_for(lambda: stack.computations.get(running.id).status is ComputationStatus.RUNNING, what="the start")
    stack.computations.cancel(running.id)
    ended = stack.computations.wait(running.id, timeout_s=PATIENCE_S)
    assert ended.status is ComputationStatus.CANCELLED


def test_statements_run_on_a_saved_connection_and_only_read(stack: Stack, tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE orders (id INTEGER, total REAL, paid TEXT)")
        database.executemany("INSERT INTO orders VALUES (?, ?, ?)", [(1, 2.5, "yes"), (2, 4.5, "no"), (3, 1.0, None)])
    database.close()
    connections = stack.wiring.services.connections
    file = connections.add_sqlite_file(path, "shop.sqlite")
    connection = connections.create(name="Shop", kind="sqlite", params={"file": file})
    queries = stack.wiring.services.queries
    result = finished(stack, queries.run("SELECT id, total, paid FROM orders ORDER BY id", connection_id=connection.id))
    assert result.rows == ((1, 2.5, "yes"), (2, 4.5, "no"), (3, 1.0, None))
    for statement in (
        "DELETE FROM orders",
        "SELECT 1; DROP TABLE orders",
        "ATTACH 'x' AS y",
        "PRAGMA table_info(orders)",
    ):
        with pytest.raises(UserInputError):
            queries.run(statement, connection_id=connection.id)
    made = queries.save_as_dataset("SELECT * FROM orders", name="Orders", connection_id=connection.id)
    ready = wait_for(lambda: (now := stack.datasets.get(made.id)).status.is_terminal and now, what="the new dataset")
    assert (ready.status, ready.n_rows, ready.original_sha256 is not None) == (DatasetStatus.READY, 3, True)


def test_two_people_run_statements_at_the_same_time(stack: Stack) -> None:
    queries, dataset = stack.wiring.services.queries, stack.ready(make_csv())
    name = queries.table_of(dataset.id).name
    answers: list[object] = []

    def ask(number: int) -> None:
        answers.append(finished(stack, queries.run(f'SELECT {number} AS n, count(*) FROM "{name}"')).rows[0][0])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, map(str, answers))) == [0, 1, 2, 3]


def test_a_question_is_read_and_carried_out(stack: Stack) -> None:
    asking, dataset = stack.wiring.services.asking, stack.ready(make_csv())
    stack.worker()
    read = stack.computations.wait(asking.ask(dataset.id, "average weight by kind").id, timeout_s=PATIENCE_S)
    found = asking.interpretation(read)
    assert isinstance(found, Interpretation)
    assert found.plan is not None
    result = finished(stack, asking.carry_out(found.plan))
    assert [row[0] for row in result.rows] == ["large", "medium", "small"]


def test_charts_and_tests_that_are_asked_for_are_accepted_by_their_computations(stack: Stack) -> None:
    asking, dataset = stack.wiring.services.asking, stack.ready(make_csv())
    for question, kind in (
        ("histogram of weight by colour", "chart"),
        ("boxplot of weight by kind where height is above 160", "chart"),
        ("scatter plot of height and weight", "chart"),
        ("weight over time", "chart"),
        ("bar chart of weight per kind", "chart"),
        ("heatmap of colour and kind", "chart"),
        ("pie chart of kind", "chart"),
        ("is weight different between kinds", "test"),
        ("is weight different between native and others", "test"),
        ("does kind depend on colour", "test"),
        ("are height and weight correlated", "test"),
        ("is weight normally distributed", "test"),
        ("what is wrong with this data", "profile"),
    ):
        read = stack.computations.wait(asking.ask(dataset.id, question).id, timeout_s=PATIENCE_S)
        plan = asking.interpretation(read).plan
        assert plan is not None, question
        assert plan.kind == kind, question
        ended = stack.computations.wait(asking.carry_out(plan).id, timeout_s=PATIENCE_S)
        assert ended.status is ComputationStatus.FINISHED, (question, ended.error)


# --- REST -------------------------------------------------------------------------------------------------------------


def test_rest_runs_explains_remembers_and_saves(api: Api) -> None:
    dataset = api.wait_for_dataset(api.upload(name="Plants for SQL").json()["id"])
    tables = api.get("sql/schema", params={"dataset_id": dataset["id"]}).json()["items"]
    assert [table["name"] for table in tables] == ["plants_for_sql", "plants_for_sql_v1"][: len(tables)]
    sql = "SELECT kind, count(*) AS n FROM plants_for_sql GROUP BY 1"
    answer = api.post("sql/query", json={"sql": sql}, params={"wait_s": 30})
    assert answer.status_code == 200, answer.text
    result = answer.json()["result"]
    assert [column["name"] for column in result["columns"]] == ["kind", "n"]
    file = api.get(f"computations/{answer.json()['id']}/files/{result['parquet_sha256']}")
    assert len(pq.read_table(io.BytesIO(file.content))) == 3
    plan = api.post("sql/plan", json={"sql": sql, "analyze": True}, params={"wait_s": 30}).json()["result"]
    assert plan["is_measured"]
    assert api.get("sql/history").json()["items"][0]["sql"] == sql
    made = api.post("sql/datasets", json={"sql": sql, "name": "Kinds"})
    assert made.status_code == 202
    assert api.wait_for_dataset(made.json()["id"])["n_rows"] == 3


def test_rest_refuses_with_a_problem_document(api: Api) -> None:
    refused = api.post("sql/query", json={"sql": "DROP TABLE x"})
    assert refused.status_code == 400
    assert refused.json()["detail"] == "DROP is not possible here: queries only read."
    assert refused.json()["field"] == "sql"
    assert api.post("sql/query", json={"sql": "SELECT 1", "rows": 5_000}).status_code == 422
    assert api.post("sql/datasets", json={"sql": "SELECT 1", "name": " "}).json()["field"] == "name"


def test_rest_reads_and_answers_a_question(api: Api) -> None:
    dataset = api.wait_for_dataset(api.upload(name="Plants to ask").json()["id"])
    path = f"datasets/{dataset['id']}/ask"
    body = api.post(path, json={"question": "how many rows per kind?"}, params={"wait_s": 30}).json()
    assert body["interpretation"]["plan"]["kind"] == "query"
    assert len(body["answer"]["result"]["rows"]) == 3
    only_plan = api.post(path, json={"question": "average weight", "run": False}, params={"wait_s": 30}).json()
    assert only_plan["answer"] is None
    assert "avg(weight)" in only_plan["interpretation"]["plan"]["sql"]
    unknown = api.post(path, json={"question": "sing a song"}, params={"wait_s": 30}).json()
    assert unknown["interpretation"]["plan"] is None
    assert unknown["interpretation"]["examples"]
    assert api.post(path, json={"question": " "}).status_code == 400
    assert api.post("datasets/nowhere/ask", json={"question": "how many rows"}).status_code == 404
