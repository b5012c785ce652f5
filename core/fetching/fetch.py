"""A file from an address: redirects followed by hand, size and pace watched, web pages refused."""

import http.client
import re
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit, urlunsplit

from core.errors import Unavailable, UserInputError, WorkbenchError
from core.fetching.addresses import find_target
from core.fetching.connection import Answer, FetchLimits, send_request
from core.fetching.names import file_name
from core.tables.detection import shorten

MAX_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
HEAD_BYTES = 1_024
UNPACKED_BYTES = 1_000_000
_WEB_PAGE = re.compile(
    rb"(\xef\xbb\xbf)?\s*(?>(?:<!--.*?-->\s*)*)<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_REASONS = {401: "it asks for a sign-in", 403: "it does not allow it", 404: "there is no such file", 410: "it is gone"}

OnBytes = Callable[[int, int | None], None]
"""Told of the received and, if the server said so, of all bytes; may raise to cancel."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What arrived."""

    file_name: str
    url: str
    """Where it came from after redirects, without the query: that often holds a key."""
    content_type: str
    size_bytes: int


def fetch_file(
    url: str,
    destination: Path,
    *,
    max_bytes: int,
    allowed_hosts: Collection[str] = (),
    limits: FetchLimits | None = None,
    on_bytes: OnBytes | None = None,
) -> Fetched:
    """Stream the file at ``url`` to ``destination``, with a few hundred kilobytes of memory.

    Raises:
        UserInputError: The address, the server or what it sends will not do; the message says which and why.
        Unavailable: The disk is full.
    """
    limits = limits or FetchLimits()
    deadline = time.monotonic() + limits.total_s
    with closing(_follow(url, allowed_hosts, limits, deadline)) as hop:
        total = _declared_bytes(hop.answer)
        if total is not None and total > max_bytes:
            raise _too_large(max_bytes)
        receiver = _Receiver(hop.answer, hop.url, max_bytes, limits, deadline)
        try:
            size_bytes = receiver.write_to(
                destination, lambda received: on_bytes(received, total) if on_bytes else None
            )
        except OSError as error:
            raise _disk_refusal(error) from error
        if total is not None and receiver.n_received < total:
            raise UserInputError(
                f"The file broke off after {receiver.n_received:,} of {total:,} bytes.",
                hint="Try again; if it breaks off at the same place, the server's copy is damaged.",
                field="url",
            )
        if not size_bytes:
            raise UserInputError(f"{shorten(hop.url)} is an empty file.", hint="Check the address.", field="url")
        return Fetched(
            file_name=file_name(hop.url, hop.answer.headers),
            url=_without_query(hop.url),
            content_type=hop.answer.headers.get_content_type(),
            size_bytes=size_bytes,
        )


@dataclass(frozen=True)
class _Hop:
    answer: Answer
    url: str

    def close(self) -> None:
        self.answer.close()


def _follow(url: str, allowed_hosts: Collection[str], limits: FetchLimits, deadline: float) -> _Hop:
    """The answer of the last server in a chain of redirects, each of which is judged like the first."""
    for n_redirects in range(MAX_REDIRECTS + 1):
        try:
            target = find_target(url, allowed_hosts=allowed_hosts)
        except UserInputError as error:
            if not n_redirects:
                raise
            message = f"The server sends on to another address that is not fetched. {error.message}"
            raise UserInputError(message, hint=error.hint, field="url") from error
        answer = send_request(target, limits, deadline)
        location = answer.headers.get("Location")
        if answer.status not in REDIRECTS or not location:
            if answer.status != 200:
                answer.close()
                raise _status_refusal(answer.status, url)
            return _Hop(answer, target.url)
        answer.close()
        following = urljoin(target.url, location.strip())
        if target.scheme == "https" and urlsplit(following).scheme.lower() == "http":
            raise UserInputError(
                "The server sends on from https:// to http://, where anyone on the way can change the file.",
                hint="Look for another address of the file, or download it and upload it here.",
                field="url",
            )
        url = following
    raise UserInputError(
        f"The server sends on from address to address, more than {MAX_REDIRECTS} times.",
        hint="Open the address in a browser and copy the one that the download comes from.",
        field="url",
    )


class _Receiver:
    """A body on its way to disk."""

    def __init__(self, answer: Answer, url: str, max_bytes: int, limits: FetchLimits, deadline: float) -> None:
        self._answer = answer
        self._url = url
        self._max_bytes = max_bytes
        self._limits = limits
        self._deadline = deadline
        self._window = (time.monotonic(), 0)
        self.n_received = 0
        encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("identity", "", "gzip", "x-gzip", "deflate"):
            raise UserInputError(
                f"The server sends the file packed as {shorten(encoding)}, although it was asked not to.",
                hint="Download the file and upload it here.",
                field="url",
            )
        self._unpacker = None if encoding in ("identity", "") else zlib.decompressobj(wbits=47)

    def write_to(self, destination: Path, on_bytes: Callable[[int], None]) -> int:
        """Bytes written. Raises OSError only for the disk."""
        n_written, head = 0, b""
        with destination.open("wb") as file:
            while piece := self._receive():
                on_bytes(self.n_received)
                for part in self._unpacked(piece):
                    if len(head) < HEAD_BYTES:
                        head += part[:HEAD_BYTES]
                        self._refuse_web_page(head)
                    n_written += len(part)
                    if n_written > self._max_bytes:
                        raise _too_large(self._max_bytes)
                    file.write(part)
        if self._unpacker is not None and self.n_received and not self._unpacker.eof:
            raise self._failed(f"The packed file broke off after {self.n_received:,} bytes.")
        return n_written

    def _receive(self) -> bytes:
        try:
            piece = self._answer.read(min(self._deadline, time.monotonic() + self._limits.read_s))
        except TimeoutError as error:
            if time.monotonic() >= self._deadline:
                raise self._slow() from error
            raise self._failed(f"The server fell silent after {self.n_received:,} bytes.") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._failed(f"The connection broke off after {self.n_received:,} bytes.") from error
        self.n_received += len(piece)
        self._watch_pace()
        return piece

    def _watch_pace(self) -> None:
        now = time.monotonic()
        since, before = self._window
        if now >= self._deadline:
            raise self._slow()
        if now - since >= self._limits.window_s:
            if self.n_received - before < self._limits.slowest_bytes_per_s * (now - since):
                raise self._slow()
            self._window = (now, self.n_received)

    def _unpacked(self, piece: bytes) -> Iterator[bytes]:
        """``piece`` as it goes to disk, in bounded parts: a few bytes can stand for gigabytes."""
        if self._unpacker is None:
            yield piece
            return
        while piece:
            try:
                part = self._unpacker.decompress(piece, UNPACKED_BYTES)
            except zlib.error as error:
                raise self._failed("What the server sent cannot be unpacked.") from error
            piece = self._unpacker.unconsumed_tail
            yield part

    def _refuse_web_page(self, head: bytes) -> None:
        is_declared = self._answer.headers.get_content_type() in ("text/html", "application/xhtml+xml")
        if _WEB_PAGE.match(head) or (is_declared and head.lstrip().startswith(b"<")):
            host = urlsplit(self._url).hostname or ""
            raise UserInputError(
                f"{shorten(self._url)} is a web page, not a table.",
                hint="Open it in a browser and copy the address of the download itself"
                + (" (the button Raw)." if host.endswith("github.com") else "."),
                field="url",
            )

    def _slow(self) -> UserInputError:
        return self._failed(f"The server is too slow: {self.n_received:,} bytes so far.")

    @staticmethod
    def _failed(message: str) -> UserInputError:
        return UserInputError(message, hint="Try again later, or download the file and upload it here.", field="url")


def _declared_bytes(answer: Answer) -> int | None:
    declared = answer.headers.get("Content-Length", "").strip()
    return int(declared) if declared.isascii() and declared.isdigit() and len(declared) < 19 else None


def _status_refusal(status: int, url: str) -> UserInputError:
    why = _REASONS.get(status, "try again later" if status >= 500 or status == 429 else "it does not send the file")
    return UserInputError(
        f"The server answers with status {status} for {shorten(_without_query(url), 100)}: {why}.",
        hint="Open the address in a browser where nobody is signed in: what that shows is what is fetched.",
        field="url",
    )


def _disk_refusal(error: OSError) -> WorkbenchError:
    return Unavailable(f"The file cannot be written: {error.strerror}.", hint="Free some space, then try again.")


def _without_query(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def _too_large(max_bytes: int) -> UserInputError:
    return UserInputError(
        f"The file is larger than {max_bytes / 1e6:,.0f} MB.",
        hint="Look for a smaller extract or a Parquet version of it, or raise PRAXIS_MAX_UPLOAD_MB.",
        field="url",
    )
