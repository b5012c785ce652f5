"""Uploads: one multipart file, streamed from the socket to a file of ours, never held in memory."""

import asyncio
import errno
import uuid
from collections.abc import AsyncIterator
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


@asynccontextmanager
async def receive_upload(request: Request, *, folder: Path, max_bytes: int) -> AsyncIterator[Upload]:
    """The request's file as a temporary file under ``folder``, removed at the end of the block.

    Raises:
        UserInputError: No multipart body, no file in it, more than one, or too many bytes.
        Unavailable: The disk is full.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise UserInputError(
            "The body is not a multipart form.", hint="Send the file as the form field 'file'.", field="file"
        )
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_bytes + ROOM_FOR_FIELDS:
        raise _too_large(max_bytes)
    folder.mkdir(parents=True, exist_ok=True)
    upload = Upload(path=folder / f"{uuid.uuid4().hex}.part")
    try:
        with upload.path.open("xb") as target:
            receiver = _Receiver(upload, target, max_bytes)
            parser = MultipartParser(options[b"boundary"], receiver.callbacks())  # type: ignore[arg-type]
            try:
                async for chunk in _limited(request, max_bytes):
                    # Parsing writes to the disk: a thread keeps the other visitors' pages going.
                    await asyncio.to_thread(parser.write, chunk)
                parser.finalize()
            except MultipartParseError as error:
                raise UserInputError("The multipart body is broken.", hint="Send it again.", field="file") from error
            except ClientDisconnect as error:
                raise UserInputError("The upload was broken off.", hint="Send it again.", field="file") from error
        if not receiver.has_file:
            raise UserInputError("There is no file in the form.", hint="Name the form field 'file'.", field="file")
        if not receiver.is_complete:
            raise UserInputError("The form ends in the middle.", hint="Send it again.", field="file")
        yield upload
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise Unavailable(
            "The disk is full; the file was not kept.", hint="Free some space, then try again."
        ) from error
    finally:
        upload.path.unlink(missing_ok=True)


async def _limited(request: Request, max_bytes: int) -> AsyncIterator[bytes]:
    """The body in pieces, up to a whole that no honest form exceeds."""
    n_received = 0
    async for chunk in request.stream():
        n_received += len(chunk)
        if n_received > max_bytes + ROOM_FOR_FIELDS:
            raise _too_large(max_bytes)
        yield chunk


class _Receiver:
    """The parser's callbacks: text fields into a dict, the file to disk."""

    def __init__(self, upload: Upload, target: BinaryIO, max_bytes: int) -> None:
        self._upload = upload
        self._target = target
        self._max_bytes = max_bytes
        self._n_bytes = 0
        self._headers: dict[str, bytes] = {}
        self._header_name = b""
        self._header_value = b""
        self._field_name = ""
        self._text: bytearray | None = None
        self.has_file = False
        self.is_complete = False
        """Whether the boundary that ends the form has come."""

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
        if self.has_file:
            raise UserInputError("The form holds more than one file.", hint="Send one at a time.", field="file")
        self.has_file = True
        self._text = None
        self._upload.file_name = options[b"filename"].decode("utf-8", "replace")

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._text is None:
            self._n_bytes += end - start
            if self._n_bytes > self._max_bytes:
                raise _too_large(self._max_bytes)
            self._target.write(data[start:end])
            return
        self._text += data[start:end]
        if len(self._text) > MAX_FIELD_BYTES:
            raise UserInputError(f"The field {self._field_name!r} is too long.", field=self._field_name)

    def _on_end(self) -> None:
        self.is_complete = True

    def _on_part_end(self) -> None:
        if self._text is not None:
            self._upload.fields[self._field_name] = self._text.decode("utf-8", "replace")


def _too_large(max_bytes: int) -> UserInputError:
    return UserInputError(
        f"The file is larger than {max_bytes / 1e6:,.0f} MB.",
        hint="Split it, save it as Parquet, or raise PRAXIS_MAX_UPLOAD_MB.",
        field="file",
    )
