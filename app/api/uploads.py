"""Uploads: multipart files, streamed from the socket to files of ours, never held in memory."""

import asyncio
import errno
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from core.errors import Unavailable, UserInputError

MAX_FIELD_BYTES = 10_000
"""Longest text field beside the file."""
ROOM_FOR_FIELDS = 1_000_000
"""Bytes that a form may have beside its file."""


@dataclass
class Upload:
    """A received file and the text fields that came with it."""

    path: Path
    file_name: str = ""
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class ReceivedFile:
    """One file of a form."""

    path: Path
    file_name: str


@dataclass(kw_only=True)
class Received:
    """The files and the text fields of a form."""

    files: list[ReceivedFile] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)


@asynccontextmanager
async def receive_upload(request: Request, *, folder: Path, max_bytes: int) -> AsyncIterator[Upload]:
    """The request's file as a temporary file under ``folder``, removed at the end of the block.

    Raises:
        UserInputError: No multipart body, no file in it, more than one, or too many bytes.
        Unavailable: The disk is full.
    """
    form = _Form(folder, most_files=1, size_limit=lambda _: max_bytes, refuses_large=True)
    async with _received(request, form, most_bytes=max_bytes):
        file = form.received.files[0]
        yield Upload(path=file.path, file_name=file.file_name, fields=form.received.fields)


@asynccontextmanager
async def receive_uploads(
    request: Request, *, folder: Path, size_limit: Callable[[str], int], most_files: int, most_bytes: int
) -> AsyncIterator[Received]:
    """The request's files as temporary files under ``folder``, removed at the end of the block.

    A file beyond ``size_limit``, which is told its name, is cut off one byte behind it, so that the files after it are
    received: the block refuses it by its size.

    Raises:
        UserInputError: No multipart body, no file in it, too many, or more than ``most_bytes`` in all.
        Unavailable: The disk is full.
    """
    form = _Form(folder, most_files=most_files, size_limit=size_limit, refuses_large=False)
    async with _received(request, form, most_bytes=most_bytes) as received:
        yield received


@asynccontextmanager
async def _received(request: Request, form: "_Form", *, most_bytes: int) -> AsyncIterator[Received]:
    boundary = _boundary(request, most_bytes)
    form.folder.mkdir(parents=True, exist_ok=True)
    try:
        parser = MultipartParser(boundary, form.callbacks())  # type: ignore[arg-type]
        try:
            async for chunk in _limited(request, most_bytes):
                # Parsing writes to the disk: a thread keeps the other visitors' pages going.
                await asyncio.to_thread(parser.write, chunk)
            parser.finalize()
        except MultipartParseError as error:
            raise UserInputError("The multipart body is broken.", hint="Send it again.", field="file") from error
        except ClientDisconnect as error:
            raise UserInputError("The upload was broken off.", hint="Send it again.", field="file") from error
        finally:
            form.close_file()
        if not form.received.files:
            raise UserInputError("There is no file in the form.", hint="Name the form field 'file'.", field="file")
        if not form.is_complete:
            raise UserInputError("The form ends in the middle.", hint="Send it again.", field="file")
        yield form.received
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise Unavailable(
            "The disk is full; the file was not kept.", hint="Free some space, then try again."
        ) from error
    finally:
        for file in form.received.files:
            file.path.unlink(missing_ok=True)


def _boundary(request: Request, most_bytes: int) -> bytes:
    """What stands between the parts of the form. Raises UserInputError: it is none, or says that it is too long."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise UserInputError(
            "The body is not a multipart form.", hint="Send the file as the form field 'file'.", field="file"
        )
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most_bytes + ROOM_FOR_FIELDS:
        raise _too_large(most_bytes)
    return options[b"boundary"]


async def _limited(request: Request, max_bytes: int) -> AsyncIterator[bytes]:
    """The body in pieces, up to a whole that no honest form exceeds."""
    n_received = 0
    async for chunk in request.stream():
        n_received += len(chunk)
        if n_received > max_bytes + ROOM_FOR_FIELDS:
            raise _too_large(max_bytes)
        yield chunk


class _Form:
    """The parser's callbacks: text fields into a dict, files to disk."""

    def __init__(self, folder: Path, *, most_files: int, size_limit: Callable[[str], int], refuses_large: bool) -> None:
        self.folder = folder
        self.received = Received()
        self.is_complete = False
        """Whether the boundary that ends the form has come."""
        self._most_files = most_files
        self._size_limit = size_limit
        self._refuses_large = refuses_large
        self._target: BinaryIO | None = None
        self._n_bytes = 0
        self._max_bytes = 0
        self._headers: dict[str, bytes] = {}
        self._header_name = b""
        self._header_value = b""
        self._field_name = ""
        self._text: bytearray | None = None

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._headers.clear,
            "on_header_field": self._on_header_field,
            "on_header_value": self._on_header_value,
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers_finished,
            "on_part_data": self._on_part_data,
            "on_part_end": self._on_part_end,
            "on_end": self._on_end,
        }

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _on_header_end(self) -> None:
        self._headers[self._header_name.decode("latin-1").lower()] = self._header_value
        self._header_name = self._header_value = b""

    def _on_headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        self._field_name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            self._text = bytearray()
            return
        if len(self.received.files) >= self._most_files:
            raise _too_many_files(self._most_files)
        self._text = None
        self._open_file(options[b"filename"].decode("utf-8", "replace"))

    def _open_file(self, file_name: str) -> None:
        self.close_file()
        file = ReceivedFile(path=self.folder / f"{uuid.uuid4().hex}.part", file_name=file_name)
        self._target = file.path.open("xb")
        self.received.files.append(file)
        self._n_bytes, self._max_bytes = 0, self._size_limit(file_name)

    def close_file(self) -> None:
        """Have everything of the present file on the disk."""
        if self._target is not None:
            self._target.close()
            self._target = None

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._text is None:
            self._write(data[start:end])
            return
        self._text += data[start:end]
        if len(self._text) > MAX_FIELD_BYTES:
            raise UserInputError(f"The field {self._field_name!r} is too long.", field=self._field_name)

    def _write(self, data: bytes) -> None:
        assert self._target is not None, "the headers of a file come before its bytes"
        left = self._max_bytes + 1 - self._n_bytes
        self._n_bytes += len(data)
        if self._n_bytes > self._max_bytes and self._refuses_large:
            raise _too_large(self._max_bytes)
        self._target.write(data[: max(0, left)])

    def _on_end(self) -> None:
        self.is_complete = True

    def _on_part_end(self) -> None:
        if self._text is not None:
            self.received.fields[self._field_name] = self._text.decode("utf-8", "replace")
        else:
            self.close_file()


def _too_large(max_bytes: int) -> UserInputError:
    return UserInputError(
        f"The file is larger than {max_bytes / 1e6:,.0f} MB.",
        hint="Split it, save it as Parquet, or raise PRAXIS_MAX_UPLOAD_MB.",
        field="file",
    )


def _too_many_files(most: int) -> UserInputError:
    if most == 1:
        return UserInputError("The form holds more than one file.", hint="Send one at a time.", field="file")
    return UserInputError(
        f"The form holds more than {most:,} files.",
        hint="Send them in several forms, or as a ZIP archive.",
        field="file",
    )
