"""Kaggle's own client against a server on a loopback port, which it reaches as it would reach a proxy."""

import base64
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.computing.spec import OpenConnection
from core.errors import UserInputError
from core.records import Connection
from core.sources import kaggle as kaggle_module
from core.sources.catalog.kaggle import KaggleParams, fetch
from core.sources.kaggle import Credentials, Kaggle, find_credentials, split_handle
from tests.webservers import WebServer, run_web_server
from tests.workspaces import LocalWorkspace

KEY = "0123456789abcdef"
LIST = "/api/v1/datasets.DatasetApiService/ListDatasetFiles"
DOWNLOAD = "/api/v1/datasets.DatasetApiService/DownloadDataset"
COMPETITION_LIST = "/api/v1/competitions.CompetitionApiService/ListDataFiles"
TABLE = b"name,age\nann,3\n"
SAVED = OpenConnection(
    connection=Connection(id="k", name="Kaggle", kind="kaggle", params={"username": "ann"}), password=KEY
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[WebServer]:
    with run_web_server() as started:
        # Kaggle's local environment is http://localhost without a port; as its proxy we are asked for that.
        monkeypatch.setenv("KAGGLE_API_ENVIRONMENT", "LOCALHOST")
        monkeypatch.setenv("HTTP_PROXY", started.url)
        monkeypatch.setenv("http_proxy", started.url)
        for name in ("NO_PROXY", "no_proxy", "KAGGLE_USERNAME", "KAGGLE_KEY", "KAGGLE_API_TOKEN", "KAGGLE_CONFIG_DIR"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
        yield started


def serve(server: WebServer, path: str, body: bytes, **headers: str) -> None:
    server.page(f"http://localhost{path}", body, **headers)


def serve_json(server: WebServer, path: str, value: Any) -> None:
    serve(server, path, json.dumps(value).encode(), Content_Type="application/json")


def open_kaggle() -> Kaggle:
    return Kaggle(Credentials(username="ann", key=KEY))


def test_the_files_of_a_dataset_are_listed(server: WebServer) -> None:
    serve_json(server, LIST, {"datasetFiles": [{"name": "a.csv", "totalBytes": 12}, {"name": "d/b.csv"}]})
    assert [(file.name, file.size_bytes) for file in open_kaggle().list_files("owner/data")] == [
        ("a.csv", 12),
        ("d/b.csv", 0),
    ]
    request = server.requests[0]
    assert b"Authorization: Basic " + base64.b64encode(f"ann:{KEY}".encode()) in request


def test_the_files_of_a_competition_are_listed(server: WebServer) -> None:
    serve_json(server, COMPETITION_LIST, {"files": [{"name": "train.csv", "totalBytes": 5}]})
    assert [file.name for file in open_kaggle().list_files("competitions/titanic")] == ["train.csv"]


def test_a_file_is_streamed_to_disk(server: WebServer, tmp_path: Path) -> None:
    serve(server, DOWNLOAD, TABLE, Content_Type="text/csv")
    workspace = LocalWorkspace(tmp_path, connections={"k": SAVED})
    fetched = fetch(KaggleParams(dataset="owner/data", file="sub/people.csv", connection_id="k"), workspace)
    assert (fetched.file_name, fetched.path.read_bytes()) == ("people.csv", TABLE)
    assert workspace.stages[-1][0] == 1.0


def test_a_redirect_to_the_store_does_not_carry_the_key(server: WebServer, tmp_path: Path) -> None:
    server.redirect(f"http://localhost{DOWNLOAD}", "http://store.example.org/people.csv.zip?sig=1")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("people.csv", TABLE)
    server.page("http://store.example.org/people.csv.zip", packed.getvalue(), Content_Type="application/zip")
    name = open_kaggle().download(
        "owner/data", "people.csv", tmp_path / "f", max_bytes=10_000, on_bytes=lambda *_: None
    )
    assert name == "people.csv.zip"
    assert zipfile.is_zipfile(tmp_path / "f")
    assert b"Authorization" in server.requests[0]
    assert b"Authorization" not in server.requests[1]


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("401 Unauthorized", "does not accept the user name or the key"),
        ("403 Forbidden", "does not hand out 'owner/data' to this account"),
        ("404 Not Found", "Kaggle has no 'owner/data'"),
        ("429 Too Many Requests", "asked too often"),
        ("500 Internal Server Error", "answers with status 500"),
    ],
)
def test_a_refusal_of_kaggle_is_told_without_the_key(server: WebServer, status: str, sentence: str) -> None:
    server.page(f"http://localhost{LIST}", b"{}", status=status, Content_Type="application/json")
    with pytest.raises(UserInputError, match=sentence) as caught:
        open_kaggle().list_files("owner/data")
    assert KEY not in f"{caught.value.message}{caught.value.hint}{caught.value.__cause__}"


def test_a_file_that_is_too_large_is_refused(server: WebServer, tmp_path: Path) -> None:
    serve(server, DOWNLOAD, TABLE * 1_000)
    with pytest.raises(UserInputError, match="larger than 0 MB"):
        open_kaggle().download("a/b", "c.csv", tmp_path / "f", max_bytes=5_000, on_bytes=lambda *_: None)


def test_a_file_that_breaks_off_is_refused(server: WebServer, tmp_path: Path) -> None:
    server.page(f"http://localhost{DOWNLOAD}", TABLE, Content_Length="5000")
    with pytest.raises(UserInputError, match="broke off after"):
        open_kaggle().download("a/b", "c.csv", tmp_path / "f", max_bytes=50_000, on_bytes=lambda *_: None)


def test_a_silent_kaggle_is_told(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kaggle_module, "READ_TIMEOUT_S", 0.1)
    server.behave(f"http://localhost{LIST}", lambda _, over: over.wait(5))
    with pytest.raises(UserInputError, match="Kaggle does not answer"):
        open_kaggle().list_files("owner/data")


class TestCredentials:
    def test_a_saved_account_comes_first(self) -> None:
        found = find_credentials(SAVED, {"KAGGLE_USERNAME": "bob", "KAGGLE_KEY": "x"})
        assert (found.username, found.key) == ("ann", KEY)
        assert KEY not in repr(found)

    def test_then_the_environment(self, tmp_path: Path) -> None:
        found = find_credentials(None, {"KAGGLE_USERNAME": "bob", "KAGGLE_KEY": "x", "HOME": str(tmp_path)})
        assert (found.username, found.key) == ("bob", "x")
        assert find_credentials(None, {"KAGGLE_API_TOKEN": "t"}) == Credentials(username="", key="t")

    @pytest.mark.parametrize("folder", [".kaggle", ".config/kaggle"])
    def test_then_the_file_of_kaggles_own_tools(self, tmp_path: Path, folder: str) -> None:
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "kaggle.json").write_text('{"username": "cy", "key": "y"}', encoding="utf-8")
        assert find_credentials(None, {"HOME": str(tmp_path)}).username == "cy"

    @pytest.mark.parametrize("content", ["", "[]", "{}", "no json"])
    def test_none_is_told_with_where_to_get_them(self, tmp_path: Path, content: str) -> None:
        (tmp_path / ".kaggle").mkdir()
        (tmp_path / ".kaggle" / "kaggle.json").write_text(content, encoding="utf-8")
        with pytest.raises(UserInputError, match="there is none") as caught:
            find_credentials(None, {"HOME": str(tmp_path)})
        assert "KAGGLE_USERNAME" in caught.value.hint
        assert "kaggle.com" in caught.value.hint


@pytest.mark.parametrize(
    ("handle", "parts"),
    [
        ("owner/some-data", ("owner", "some-data")),
        (" https://www.kaggle.com/datasets/owner/some-data?select=a.csv ", ("owner", "some-data")),
        ("kaggle.com/datasets/owner/some-data/versions/2", ("owner", "some-data")),
        ("https://www.kaggle.com/competitions/titanic/data", ("competitions", "titanic")),
        ("https://www.kaggle.com/c/titanic", ("competitions", "titanic")),
    ],
)
def test_names_and_addresses_of_pages_are_understood(handle: str, parts: tuple[str, str]) -> None:
    assert split_handle(handle) == parts


@pytest.mark.parametrize("handle", ["", "owner", "../..", "owner/../x", "https://example.org/a/b", "a b/c"])
def test_what_names_no_dataset_is_refused(handle: str) -> None:
    with pytest.raises(UserInputError, match="is not the name of a dataset"):
        split_handle(handle)


def test_listing_sources_neither_signs_in_nor_imports_the_client() -> None:
    code = (
        "import sys, core.sources.registry, core.databases.registry, core.samples.registry;"
        "heavy = {'kagglesdk', 'requests', 'pymysql', 'pytds', 'psycopg', 'sklearn', 'sqlglot', 'duckdb'};"
        "sys.exit(str(sorted(heavy & set(sys.modules))) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
