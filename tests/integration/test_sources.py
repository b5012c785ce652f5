"""Data from elsewhere over REST, in a whole instance: web, databases, samples, and every way to be refused."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from core.samples.registry import SAMPLES
from tests import mariadb, servers
from tests.rest import Api
from tests.stacks import wait_for
from tests.webservers import WebServer, run_web_server

PASSWORD = mariadb.PASSWORD


@pytest.fixture(scope="module")
def web() -> Iterator[WebServer]:
    with run_web_server() as server:
        yield server


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sources") / "home"


@pytest.fixture(scope="module")
def api(home: Path, web: WebServer) -> Iterator[Api]:
    with (
        servers.run_praxis(home, fetch_allowed_hosts=web.authority, max_upload_mb=1) as instance,
        Api(base_url=f"{instance.url}/api/v1/", trust_env=False, timeout=30) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def postgresql_params(postgres_server: servers.PostgresServer) -> dict[str, Any]:
    url = postgres_server.create_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE sales AS SELECT i AS id, i * 1.5 AS price FROM generate_series(1, 2000) AS i")
        connection.execute("CREATE TABLE nothing (i integer)")
    return {"host": "127.0.0.1", "port": postgres_server.port, "database": url.rsplit("/", 1)[1], "user": "praxis"}


@pytest.fixture(scope="module")
def postgresql_id(api: Api, postgresql_params: dict[str, Any]) -> str:
    answer = api.post("connections", json={"name": "Sales", "kind": "postgresql", "params": postgresql_params})
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


@pytest.fixture(scope="module")
def mysql_id(api: Api, mariadb_server: mariadb.MariadbServer) -> str:
    mariadb_server.execute("CREATE DATABASE stock")
    mariadb_server.execute("CREATE TABLE parts AS SELECT seq AS id FROM seq_1_to_50", database="stock")
    params = {"host": "127.0.0.1", "port": mariadb_server.port, "database": "stock", "user": "reader"}
    answer = api.post("connections", json={"name": "Stock", "kind": "mysql", "params": params, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


def started(api: Api, answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    return api.wait_for_dataset(answer.json()["id"])


def refused(answer: httpx.Response, status: int = 400) -> str:
    assert answer.status_code == status, answer.text
    return f"{answer.json()['detail']} {answer.json().get('hint', '')}"


class TestWeb:
    def test_a_file_becomes_a_dataset_that_remembers_its_address(self, api: Api, web: WebServer) -> None:
        url = web.page("/data/people.csv", b"name,age\nann,3\nbob,4\n", Content_Type="text/csv")
        headers = {"Idempotency-Key": "people"}
        first = api.post("datasets/from-url", json={"url": url}, headers=headers)
        dataset = started(api, first)
        assert (dataset["status"], dataset["n_rows"], dataset["name"]) == ("ready", 2, "people")
        assert dataset["source"]["kind"] == "url"
        assert dataset["source"]["params"] == {"url": url}
        assert dataset["source"]["details"]["url"] == url
        assert dataset["file_name"] == "people.csv"
        assert api.post("datasets/from-url", json={"url": url}, headers=headers).json() == first.json()

    def test_the_same_address_again_is_the_next_version(self, api: Api, web: WebServer) -> None:
        url = web.page("/rates.csv", b"day,rate\n1,2\n")
        first = started(api, api.post("datasets/from-url", json={"url": url, "name": "Rates"}))
        web.page("/rates.csv", b"day,rate\n1,2\n2,3\n")
        second = started(api, api.post("datasets/from-url", json={"url": url, "version_of": first["id"]}))
        assert (second["name"], second["version"], second["n_rows"]) == ("Rates", 2, 2)

    @pytest.mark.parametrize(
        ("url", "sentence"),
        [
            ("http://10.0.0.1/t.csv", "internal network"),
            ("http://[::ffff:127.0.0.1]/t.csv", "internal network"),
            ("http://2130706433/t.csv", "unusual spelling"),
            ("ftp://example.org/t.csv", "ftp: addresses are not fetched"),
            ("https://ann:secret@example.org/", "user name or a password"),
        ],
    )
    def test_an_address_that_will_not_do_is_refused_at_once(self, api: Api, url: str, sentence: str) -> None:
        assert sentence in refused(api.post("datasets/from-url", json={"url": url}))

    def test_what_only_the_server_shows_fails_the_dataset_in_words(self, api: Api, web: WebServer) -> None:
        web.redirect("/sly.csv", "http://169.254.169.254/latest/meta-data/")
        web.page("/page.csv", b"<!doctype html><title>Sign in</title>")
        web.page("/large.csv", b"a,b\n" * 300_000)
        sentences = {
            "/sly.csv": "sends on to another address that is not fetched",
            "/page.csv": "is a web page, not a table",
            "/large.csv": "larger than 1 MB",
            "/missing.csv": "status 404",
        }
        for path, sentence in sentences.items():
            dataset = started(api, api.post("datasets/from-url", json={"url": web.url + path}))
            assert dataset["status"] == "failed"
            assert sentence in dataset["error"]["message"]


class TestDatabases:
    def test_a_connection_is_tried_listed_changed_and_forgotten(
        self, api: Api, postgresql_params: dict[str, Any]
    ) -> None:
        made = api.post(
            "connections",
            json={"name": "Passing", "kind": "postgresql", "params": postgresql_params, "password": "geheim-4711"},
        )
        connection = made.json()
        assert (connection["has_secret"], "geheim-4711" in made.text) == (True, False)
        path = f"connections/{connection['id']}"
        assert api.post(f"{path}/test").json()["message"].endswith(", 2 tables.")
        assert [each["name"] for each in api.get(f"{path}/tables").json()["items"]] == ["nothing", "sales"]
        columns = api.get(f"{path}/columns", params={"table": "sales"}).json()["items"]
        assert columns == [{"name": "id", "type": "integer"}, {"name": "price", "type": "numeric"}]
        assert "There is no table 'sails'" in refused(api.get(f"{path}/columns", params={"table": "sails"}), 404)
        assert api.patch(path, json={"name": "Renamed"}).json()["name"] == "Renamed"
        moved = {"params": postgresql_params | {"host": "localhost"}}
        assert "Enter the password again." in refused(api.patch(path, json=moved))
        assert api.patch(path, json=moved | {"password": "other"}).status_code == 200
        assert "geheim" not in api.get("connections").text
        assert api.delete(path).status_code == 204
        assert "There is no connection" in refused(api.get(path), 404)

    def test_no_password_lies_readable_on_the_disk(self, api: Api, home: Path, mysql_id: str) -> None:
        assert api.get(f"connections/{mysql_id}").json()["has_secret"]
        files = [path for path in home.rglob("*") if path.is_file()]
        assert [path for path in files if PASSWORD.encode() in path.read_bytes()] == []
        assert (home / "secret.key").stat().st_mode & 0o777 == 0o600

    def test_a_table_becomes_a_dataset(self, api: Api, postgresql_id: str) -> None:
        request = {"connection_id": postgresql_id, "table": "sales"}
        dataset = started(api, api.post("datasets/from-database", json=request))
        assert (dataset["status"], dataset["n_rows"], dataset["name"]) == ("ready", 2000, "sales")
        assert dataset["source"]["details"]["n_rows"] == 2000

    def test_a_query_becomes_a_dataset(self, api: Api, mysql_id: str) -> None:
        request = {"connection_id": mysql_id, "sql": "SELECT id * 2 AS twice FROM parts;", "name": "Twice"}
        dataset = started(api, api.post("datasets/from-database", json=request))
        assert (dataset["status"], dataset["n_rows"], dataset["name"]) == ("ready", 50, "Twice")
        assert dataset["columns"][0]["maximum"] == "100"

    def test_the_rows_are_as_many_as_were_asked_for(self, api: Api, postgresql_id: str) -> None:
        request = {"connection_id": postgresql_id, "table": "sales", "max_rows": 10}
        dataset = started(api, api.post("datasets/from-database", json=request))
        assert (dataset["n_rows"], dataset["source"]["details"]["is_truncated"]) == (10, True)

    def test_cancelling_ends_the_query_on_the_server(
        self, api: Api, postgresql_id: str, postgres_server: servers.PostgresServer
    ) -> None:
        def n_sleeping() -> int:
            with psycopg.connect(postgres_server.url("postgres")) as connection:
                row = connection.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'praxis' AND wait_event = 'PgSleep'"
                ).fetchone()
            assert row is not None
            return int(row[0])

        request = {"connection_id": postgresql_id, "sql": "SELECT pg_sleep(60)"}
        dataset_id = api.post("datasets/from-database", json=request).json()["id"]
        wait_for(lambda: n_sleeping() == 1, what="the start of the query")
        assert api.post(f"datasets/{dataset_id}/cancel").status_code == 202
        assert api.wait_for_dataset(dataset_id)["error"]["code"] == "cancelled"
        wait_for(lambda: n_sleeping() == 0, what="the end of the query")

    @pytest.mark.parametrize(
        ("request_", "sentence"),
        [
            ({"sql": "DELETE FROM sales"}, "A query begins with SELECT"),
            ({"sql": "SELECT 1; DROP TABLE sales"}, "more than one statement"),
            ({"sql": "WITH x AS (DELETE FROM sales RETURNING 1) SELECT * FROM x"}, "does more than read: DELETE"),
            ({}, "give either a table or a query"),
            ({"sql": "SELECT 1", "table": "sales"}, "give either a table or a query"),
        ],
    )
    def test_a_request_that_will_not_do_is_refused_at_once(
        self, api: Api, postgresql_id: str, request_: dict[str, Any], sentence: str
    ) -> None:
        answer = api.post("datasets/from-database", json={"connection_id": postgresql_id, **request_})
        assert sentence in refused(answer)

    @pytest.mark.parametrize(
        ("request_", "sentence"),
        [
            ({"table": "sails"}, "There is no table 'sails'"),
            ({"table": "nothing"}, "has columns but no rows"),
            ({"sql": "SELECT missing FROM sales"}, "names a column that does not exist"),
        ],
    )
    def test_what_only_the_database_knows_fails_the_dataset_in_words(
        self, api: Api, postgresql_id: str, request_: dict[str, Any], sentence: str
    ) -> None:
        dataset = started(api, api.post("datasets/from-database", json={"connection_id": postgresql_id, **request_}))
        assert dataset["status"] == "failed"
        assert sentence in dataset["error"]["message"]

    def test_a_wrong_password_is_told_without_it(self, api: Api, mysql_id: str) -> None:
        params = api.get(f"connections/{mysql_id}").json()["params"]
        made = api.post(
            "connections", json={"name": "Wrong", "kind": "mysql", "params": params, "password": "wrong-4711"}
        ).json()
        told = refused(api.post(f"connections/{made['id']}/test"))
        assert "The database does not let 'reader' in" in told
        assert "4711" not in told

    def test_an_sqlite_file_is_uploaded_and_read(self, api: Api, tmp_path: Path) -> None:
        file = tmp_path / "shop.sqlite"
        with contextlib.closing(sqlite3.connect(file)) as connection:
            connection.executescript(
                "CREATE TABLE t (i, d); INSERT INTO t VALUES (1, '2024-01-01'), (2, '2024-01-02');"
            )
        uploaded = api.post("connections/files", files={"file": ("../../shop.sqlite", file.read_bytes())})
        assert uploaded.json() == {"file": "shop.sqlite"}
        made = api.post("connections", json={"name": "Shop", "kind": "sqlite", "params": {"file": "shop.sqlite"}})
        assert made.status_code == 201, made.text
        request = {"connection_id": made.json()["id"], "table": "t"}
        dataset = started(api, api.post("datasets/from-database", json=request))
        assert [column["type"] for column in dataset["columns"]] == ["integer", "datetime"]

    @pytest.mark.parametrize("file", ["/etc/passwd", "../praxis.db", "missing.sqlite"])
    def test_a_file_elsewhere_is_not_opened(self, api: Api, file: str) -> None:
        told = refused(api.post("connections", json={"name": "Sly", "kind": "sqlite", "params": {"file": file}}))
        assert "does not lie in the folder" in told or "There is no file" in told

    def test_names_are_unique_and_kinds_known(self, api: Api, postgresql_id: str) -> None:
        same = {"name": "Sales", "kind": "postgresql", "params": {"host": "h", "database": "d", "user": "u"}}
        assert "There is a connection named 'Sales' already" in refused(api.post("connections", json=same), 409)
        assert "Unknown kind" in refused(api.post("connections", json=same | {"kind": "oracle"}), 404)
        kinds = [kind["key"] for kind in api.get("connections/kinds").json()["items"]]
        assert kinds == ["mssql", "mysql", "postgresql", "sqlite", "kaggle"]
        assert postgresql_id


class TestSamples:
    def test_all_are_listed_with_what_they_teach(self, api: Api) -> None:
        items = api.get("samples").json()["items"]
        assert [item["key"] for item in items] == list(SAMPLES)
        assert all(item["lesson"] and item["n_columns"] for item in items)

    @pytest.mark.parametrize("key", list(SAMPLES))
    def test_each_becomes_a_dataset(self, api: Api, key: str) -> None:
        dataset = started(api, api.post("datasets/from-sample", json={"key": key}))
        spec = SAMPLES[key]
        # The ingest leaves repeated rows in: what the table promises is what arrives.
        assert (dataset["status"], dataset["n_rows"], len(dataset["columns"])) == ("ready", spec.n_rows, spec.n_columns)

    def test_an_unknown_one_is_told_with_the_closest(self, api: Api) -> None:
        assert "Did you mean plants?" in refused(api.post("datasets/from-sample", json={"key": "plant"}), 404)


def test_kaggle_without_a_key_says_where_to_get_one(api: Api) -> None:
    told = refused(api.post("datasets/from-kaggle", json={"dataset": "owner/data", "file": "x.csv"}))
    assert "KAGGLE_USERNAME" in told
