"""Files from a real server on a loopback port that is allowed by name, and servers that behave badly."""

import gzip
import socket
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import UserInputError
from core.fetching.connection import FetchLimits
from core.fetching.fetch import Fetched, fetch_file
from tests.certificates import make_authority
from tests.webservers import WebServer, drip, run_web_server

TABLE = b"name,age\nann,3\nbob,4\n"
QUICK = FetchLimits(connect_s=1, read_s=0.3, answer_s=0.6, total_s=5, window_s=0.2, slowest_bytes_per_s=1_000)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with run_web_server() as started:
        yield started


@pytest.fixture
def destination(tmp_path: Path) -> Path:
    return tmp_path / "fetched"


def fetch(server: WebServer, url: str, destination: Path, **options: Any) -> Fetched:
    facts = {"max_bytes": 1_000_000, "limits": QUICK, "allowed_hosts": {server.authority}}
    return fetch_file(url, destination, **(facts | options))


def test_a_file_arrives_as_it_was_sent(server: WebServer, destination: Path) -> None:
    url = server.page("/data/people.csv", TABLE, Content_Type="text/csv; charset=utf-8")
    told: list[tuple[int, int | None]] = []
    fetched = fetch(server, url + "?key=1#rows", destination, on_bytes=lambda *bytes_: told.append(bytes_))
    assert destination.read_bytes() == TABLE
    assert fetched == Fetched(file_name="people.csv", url=url, content_type="text/csv", size_bytes=len(TABLE))
    assert told[-1] == (len(TABLE), len(TABLE))
    assert server.asked == ["/data/people.csv?key=1"]
    assert f"Host: {server.authority}\r\n".encode() in server.requests[0]


def test_a_chunked_file_arrives_whole(server: WebServer, destination: Path) -> None:
    body = b"".join(b"%x\r\n%s\r\n" % (len(line), line) for line in TABLE.splitlines(keepends=True)) + b"0\r\n\r\n"
    url = server.raw("/t.csv", OK + b"Transfer-Encoding: chunked\r\n\r\n" + body)
    fetch(server, url, destination)
    assert destination.read_bytes() == TABLE


def test_a_packed_answer_is_unpacked(server: WebServer, destination: Path) -> None:
    url = server.page("/t.csv", gzip.compress(TABLE), Content_Encoding="gzip")
    assert fetch(server, url, destination).size_bytes == len(TABLE)
    assert destination.read_bytes() == TABLE


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="sales 2024.csv"', "sales 2024.csv"),
        ("attachment; filename*=UTF-8''%C3%BCber.csv", "über.csv"),
        ('attachment; filename="../../etc/passwd"', "passwd.csv"),
        ('attachment; filename="..\\\\..\\\\boot.csv"', "boot.csv"),
        ('attachment; filename=".."', "download.csv"),
        ("", "download.csv"),
    ],
)
def test_the_name_comes_from_the_header_or_the_address_and_is_no_path(
    server: WebServer, destination: Path, disposition: str, name: str
) -> None:
    url = server.page("/download", TABLE, Content_Type="text/csv", Content_Disposition=disposition)
    assert fetch(server, url, destination).file_name == name


def test_redirects_are_followed_to_the_last_name(server: WebServer, destination: Path) -> None:
    last = server.page("/files/t.csv", TABLE)
    server.redirect("/b", "files/t.csv?token=geheim", status="307 Temporary Redirect")
    first = server.redirect("/a", f"{server.url}/b", status="301 Moved Permanently")
    fetched = fetch(server, first, destination)
    assert (fetched.url, fetched.file_name) == (last, "t.csv")


def test_a_sixth_redirect_is_not_followed(server: WebServer, destination: Path) -> None:
    for number in range(6):
        server.redirect(f"/{number}", f"/{number + 1}")
    server.page("/6", TABLE)
    with pytest.raises(UserInputError, match="more than 5 times"):
        fetch(server, server.url + "/0", destination)
    assert fetch(server, server.url + "/1", destination).size_bytes == len(TABLE)


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2:1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.1]/",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_to_an_internal_machine_is_refused(server: WebServer, destination: Path, location: str) -> None:
    url = server.redirect("/t.csv", location)
    with pytest.raises(UserInputError, match="sends on to another address that is not fetched"):
        fetch(server, url, destination)


def test_the_name_is_resolved_once_so_that_it_cannot_change_its_meaning(
    server: WebServer, destination: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    resolve = socket.getaddrinfo

    def rebind(host: str, *arguments: Any, **options: Any) -> Any:
        if host != "data.example.org":
            return resolve(host, *arguments, **options)
        asked.append(host)
        return resolve("127.0.0.1" if len(asked) == 1 else "127.0.0.66", *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebind)
    server.page("/t.csv", TABLE)
    url = f"http://data.example.org:{server.port}/t.csv"
    assert fetch(server, url, destination, allowed_hosts={"data.example.org"}).size_bytes == len(TABLE)
    assert asked == ["data.example.org"]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content_Type": "text/html"}, b"\n <!DOCTYPE html><p>Sign in"),
        ({"Content_Type": "text/csv"}, b"\xef\xbb\xbf<!-- x --> <!-- y --><html><table>"),
        ({"Content_Type": "text/html; charset=utf-8"}, b"<p>no such file"),
    ],
)
def test_a_web_page_is_not_taken_for_a_table(
    server: WebServer, destination: Path, headers: dict[str, str], body: bytes
) -> None:
    with pytest.raises(UserInputError, match="is a web page, not a table"):
        fetch(server, server.page("/t.csv", body, **headers), destination)


def test_many_comments_before_a_table_cost_no_time(server: WebServer, destination: Path) -> None:
    body = b"<!---->" * 140 + b"a,b\n"
    fetch(server, server.page("/t.csv", body), destination)
    assert destination.read_bytes() == body


class TestSize:
    def test_a_file_that_says_it_is_too_large_is_not_begun(self, server: WebServer, destination: Path) -> None:
        url = server.raw("/t.csv", OK + b"Content-Length: 2000000\r\n\r\n" + TABLE)
        with pytest.raises(UserInputError, match="larger than 1 MB"):
            fetch(server, url, destination)
        assert not destination.exists()

    def test_a_file_that_says_nothing_is_cut_at_the_limit(self, server: WebServer, destination: Path) -> None:
        url = server.raw("/t.csv", OK + b"\r\n" + b"a,b\n" * 400_000)
        with pytest.raises(UserInputError, match="larger than 1 MB"):
            fetch(server, url, destination)

    def test_a_file_that_claims_to_be_small_ends_where_it_claimed(self, server: WebServer, destination: Path) -> None:
        url = server.raw("/t.csv", OK + b"Content-Length: 9\r\n\r\n" + TABLE)
        assert fetch(server, url, destination).size_bytes == 9

    def test_a_bomb_is_unpacked_in_bounded_memory_and_refused(self, server: WebServer, destination: Path) -> None:
        url = server.page("/t.csv", gzip.compress(b"\0" * 200_000_000, 1), Content_Encoding="gzip")
        tracemalloc.start()
        with pytest.raises(UserInputError, match="larger than 50 MB"):
            fetch(server, url, destination, max_bytes=50_000_000)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 10_000_000  # the packed megabyte, pieces of 256 kB, parts of 1 MB; never the 200 MB

    @pytest.mark.parametrize("head", [b"Content-Length: 5000\r\n", b"Transfer-Encoding: chunked\r\n"])
    def test_a_file_that_breaks_off_is_refused(self, server: WebServer, destination: Path, head: bytes) -> None:
        with pytest.raises(UserInputError, match="broke off after"):
            fetch(server, server.raw("/t.csv", OK + head + b"\r\n" + b"fff\r\na,b\n"), destination)

    def test_a_packed_file_that_breaks_off_is_refused(self, server: WebServer, destination: Path) -> None:
        url = server.page("/t.csv", gzip.compress(TABLE)[:-12], Content_Encoding="gzip")
        with pytest.raises(UserInputError, match="broke off"):
            fetch(server, url, destination)

    def test_an_empty_file_is_refused(self, server: WebServer, destination: Path) -> None:
        with pytest.raises(UserInputError, match="is an empty file"):
            fetch(server, server.page("/t.csv", b""), destination)


class TestPace:
    def test_a_dripping_body_is_refused(self, server: WebServer, destination: Path) -> None:
        url = server.behave("/t.csv", drip(OK + b"\r\na,b\n", pause_s=0.02))
        with pytest.raises(UserInputError, match="too slow"):
            fetch(server, url, destination)

    def test_dripping_headers_are_refused(self, server: WebServer, destination: Path) -> None:
        url = server.behave("/t.csv", drip(OK + b"X-Long: ", pause_s=0.02))
        with pytest.raises(UserInputError, match="takes too long to answer"):
            fetch(server, url, destination)

    def test_a_silent_server_is_refused(self, server: WebServer, destination: Path) -> None:
        url = server.behave("/t.csv", lambda _, over: over.wait(5))
        with pytest.raises(UserInputError, match="takes too long to answer"):
            fetch(server, url, destination)

    def test_a_server_that_falls_silent_is_refused(self, server: WebServer, destination: Path) -> None:
        def fall_silent(connection: socket.socket, over: threading.Event) -> None:
            connection.sendall(OK + b"Content-Length: 99\r\n\r\na,b\n")
            over.wait(5)

        with pytest.raises(UserInputError, match="fell silent after 4 bytes"):
            fetch(server, server.behave("/t.csv", fall_silent), destination)

    def test_the_whole_is_bounded_however_fast_the_pieces_come(self, server: WebServer, destination: Path) -> None:
        limits = FetchLimits(read_s=1, answer_s=1, total_s=0.3, slowest_bytes_per_s=1, window_s=0.1)
        url = server.behave("/t.csv", drip(OK + b"\r\n" + b"x" * 10_000, pause_s=0.01))
        with pytest.raises(UserInputError, match="too slow"):
            fetch(server, url, destination, limits=limits)

    def test_nobody_at_the_port_is_said(self, server: WebServer, destination: Path) -> None:
        server.close()
        with pytest.raises(UserInputError, match=f"refuses connections on port {server.port}"):
            fetch(server, server.url + "/t.csv", destination)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("404 Not Found", "status 404 .*there is no such file"),
        ("401 Unauthorized", "status 401 .*asks for a sign-in"),
        ("503 Service Unavailable", "status 503 .*try again later"),
        ("206 Partial Content", "status 206"),
    ],
)
def test_a_refusal_of_the_server_is_told(server: WebServer, destination: Path, status: str, sentence: str) -> None:
    url = server.page("/t.csv", b"no", status=status)
    with pytest.raises(UserInputError, match=sentence) as caught:
        fetch(server, url + "?key=geheim", destination)
    assert "geheim" not in caught.value.message


@pytest.mark.parametrize("answer", [b"220 smtp ready\r\n", b"", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"])
def test_what_is_no_http_is_refused(server: WebServer, destination: Path, answer: bytes) -> None:
    with pytest.raises(UserInputError, match="does not answer as a web server does"):
        fetch(server, server.raw("/t.csv", answer), destination)


def test_a_server_without_tls_is_no_https_server(server: WebServer, destination: Path) -> None:
    url = server.url.replace("http:", "https:") + "/t.csv"
    server.raw("/t.csv", b"HTTP/1.1 400 Bad Request\r\n\r\n")
    with pytest.raises(UserInputError, match=r"is not secure|cannot be reached|does not answer"):
        fetch(server, url, destination)


def test_a_file_arrives_over_https(tmp_path: Path, destination: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = make_authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with run_web_server(authority.server_context()) as server:
        fetched = fetch(server, server.page("/people.csv", TABLE), destination)
    assert (fetched.url, destination.read_bytes()) == (f"https://{server.authority}/people.csv", TABLE)


@pytest.mark.parametrize("trusts", [True, False])
def test_a_certificate_that_proves_nothing_is_refused(
    tmp_path: Path, destination: Path, monkeypatch: pytest.MonkeyPatch, trusts: bool
) -> None:
    authority = make_authority(tmp_path)
    if trusts:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    context = authority.server_context("elsewhere.example" if trusts else "127.0.0.1")
    with run_web_server(context) as server:
        with pytest.raises(UserInputError, match=r"The connection to '127\.0\.0\.1' is not secure"):
            fetch(server, server.page("/people.csv", TABLE), destination)
        assert server.asked == []
    assert not destination.exists()


def test_cancelling_goes_through(server: WebServer, destination: Path) -> None:
    class CancelledError(Exception):
        pass

    def cancel(*_: int | None) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        fetch(server, server.page("/t.csv", TABLE), destination, on_bytes=cancel)
