"""Our own Chroma server: where its files lie, how it is asked, and what is said when it cannot be."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from app import chroma_server
from app.doctor import Check, Verdict, examine
from core.errors import Unavailable
from core.settings import Settings


@pytest.fixture
def refusing_url() -> Iterator[str]:
    """A server that answers everything with 503."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def chroma_of(**settings: object) -> Check:
    checks = examine(Settings(_env_file=None, **settings))  # type: ignore[arg-type]
    return next(check for check in checks if check.component == "Chroma")


def test_its_files_are_in_home_and_only_this_machine_reaches_it(tmp_path: Path) -> None:
    server = chroma_server.prepare(tmp_path)
    assert server.data_path == tmp_path / "chroma"
    assert server.data_path.stat().st_mode & 0o777 == 0o700
    assert server.url == f"http://127.0.0.1:{server.port}"
    assert not server.answers()
    assert str(server.data_path) in server.hint


def test_every_instance_has_a_port_of_its_own(tmp_path: Path) -> None:
    assert len({chroma_server.prepare(tmp_path).port for _ in range(5)}) == 5


def test_an_installation_without_the_server_is_refused_with_a_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(Unavailable, match="not installed") as caught:
        chroma_server.prepare(tmp_path)
    assert "PRAXIS_CHROMA_URL" in caught.value.hint


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9", "nonsense", "http://127.0.0.1:port", "http://[", "http://\x00:1"]
)
def test_an_address_where_nobody_answers_is_no_server(url: str) -> None:
    assert chroma_server.status_of(url, timeout_s=0.5) is None
    assert not chroma_server.ping(url)


def test_doctor_knows_the_embedded_server_and_what_ails_another(tmp_path: Path, refusing_url: str) -> None:
    assert chroma_of(home=tmp_path).verdict is Verdict.GOOD
    silent = chroma_of(home=tmp_path, chroma_url="http://127.0.0.1:9")
    assert (silent.verdict, silent.text) == (Verdict.BROKEN, "The server of PRAXIS_CHROMA_URL does not answer.")
    refusing = chroma_of(home=tmp_path, chroma_url=refusing_url)
    assert refusing.text == "The server of PRAXIS_CHROMA_URL answers with status 503."
    assert not chroma_server.ping(refusing_url)
