"""Uploads from the socket to a file: what is refused, and that nothing stays behind."""

import asyncio
import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from app.api.uploads import Upload, receive_upload
from core.errors import Unavailable, UserInputError

BOUNDARY = "frontier"
LIMIT = 1_000


def part(content: bytes, *, name: str = "file", file_name: str | None = None) -> bytes:
    disposition = f'form-data; name="{name}"' + (f'; filename="{file_name}"' if file_name is not None else "")
    head = f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n"
    return head.encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def make_request(
    body: bytes,
    *,
    chunk: int = 7,
    breaks_off: bool = False,
    content_type: str | None = None,
    declared: int | None = None,
) -> Request:
    """A request whose body comes in small pieces, so that each boundary is cut somewhere."""
    pieces: Iterator[bytes] = iter([body[start : start + chunk] for start in range(0, len(body), chunk)])

    async def receive() -> dict[str, Any]:
        piece = next(pieces, None)
        if piece is None:
            return {"type": "http.disconnect"} if breaks_off else {"type": "http.request", "body": b""}
        return {"type": "http.request", "body": piece, "more_body": True}

    kind = f"multipart/form-data; boundary={BOUNDARY}" if content_type is None else content_type
    headers = [(b"content-type", kind.encode())]
    if declared is not None:
        headers.append((b"content-length", str(declared).encode()))
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive)


def receive(folder: Path, request: Request) -> tuple[Upload, bytes]:
    """The upload and the bytes that it held while the block was open."""

    async def work() -> tuple[Upload, bytes]:
        async with receive_upload(request, folder=folder, max_bytes=LIMIT) as upload:
            return upload, upload.path.read_bytes()

    return asyncio.run(work())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


def assert_refused(folder: Path, request: Request, message: str, *, field: str | None = "file") -> None:
    with pytest.raises(UserInputError) as caught:
        receive(folder, request)
    assert (caught.value.message, caught.value.field) == (message, field)
    assert not folder.exists() or list(folder.iterdir()) == []


@pytest.mark.parametrize("chunk", [1, 7, 100_000])
def test_file_and_fields_arrive_whole_however_they_are_cut(folder: Path, chunk: int) -> None:
    content = b"a,b\r\n1,2\r\n--not the frontier\r\n\x00\xff"
    body = form(
        part("Größe".encode(), name="name"),
        part(content, file_name="täble.csv"),
        part(b'{"decimal": ","}', name="options"),
    )
    upload, received = receive(folder, make_request(body, chunk=chunk))
    assert received == content
    assert (upload.file_name, upload.fields) == ("täble.csv", {"name": "Größe", "options": '{"decimal": ","}'})
    assert list(folder.iterdir()) == []


def test_the_file_name_is_data_and_never_a_path(folder: Path) -> None:
    upload, _ = receive(folder, make_request(form(part(b"x", file_name="../../etc/passwd"))))
    assert upload.file_name == "../../etc/passwd"
    assert upload.path.parent == folder


def test_a_file_of_just_the_limit_is_taken(folder: Path) -> None:
    _, received = receive(folder, make_request(form(part(b"x" * LIMIT, file_name="a.csv"))))
    assert len(received) == LIMIT


def test_a_file_over_the_limit_is_refused_while_it_comes(folder: Path) -> None:
    body = form(part(b"x" * (LIMIT + 1), file_name="a.csv"))
    assert_refused(folder, make_request(body), "The file is larger than 0 MB.")


def test_a_body_that_says_it_is_too_large_is_not_read_at_all(folder: Path) -> None:
    request = make_request(b"", declared=LIMIT + 1_000_001, breaks_off=True)
    assert_refused(folder, request, "The file is larger than 0 MB.")


@pytest.mark.parametrize("kind", ["", "text/csv", "multipart/form-data", "application/json"])
def test_a_body_that_is_no_form_is_refused(folder: Path, kind: str) -> None:
    assert_refused(folder, make_request(b"a,b\n", content_type=kind), "The body is not a multipart form.")


def test_a_form_without_a_file_is_refused(folder: Path) -> None:
    assert_refused(folder, make_request(form(part(b"x", name="name"))), "There is no file in the form.")
    assert_refused(folder, make_request(b""), "There is no file in the form.")


def test_two_files_are_refused(folder: Path) -> None:
    body = form(part(b"x", file_name="a.csv"), part(b"y", file_name="b.csv"))
    assert_refused(folder, make_request(body), "The form holds more than one file.")


def test_a_field_of_endless_text_is_refused(folder: Path) -> None:
    body = form(part(b"x" * 20_000, name="name"), part(b"x", file_name="a.csv"))
    assert_refused(folder, make_request(body, chunk=1_000), "The field 'name' is too long.", field="name")


@pytest.mark.parametrize("body", [b"no frontier at all", f"--{BOUNDARY}\r\nbad header\r\n\r\nx".encode()])
def test_a_broken_form_is_refused(folder: Path, body: bytes) -> None:
    assert_refused(folder, make_request(body), "The multipart body is broken.")


def test_an_upload_that_breaks_off_leaves_nothing(folder: Path) -> None:
    body = form(part(b"x" * 500, file_name="a.csv"))[:300]
    assert_refused(folder, make_request(body, breaks_off=True), "The upload was broken off.")


def test_a_form_that_ends_in_the_middle_of_its_file_is_refused(folder: Path) -> None:
    body = form(part(b"x" * 500, file_name="a.csv"))[:300]
    assert_refused(folder, make_request(body), "The form ends in the middle.")


def test_a_full_disk_is_said_to_be_full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("app.api.uploads.MultipartParser.write", full)
    with pytest.raises(Unavailable, match="The disk is full; the file was not kept"):
        receive(folder, make_request(form(part(b"x", file_name="a.csv"))))
    assert list(folder.iterdir()) == []
