"""The way to the server: the ``openai`` client over a connection that takes no more than it should."""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import httpx2

if TYPE_CHECKING:
    from openai import OpenAI

NO_KEY = "none"
"""Servers on one's own machine want no key; the client wants one."""

TAIL = 64
"""Bytes of a response's end that are kept: enough for the mark that says that a stream is done."""


class TooMuch(Exception):
    """A response is larger than it may be, or would grow when unpacked."""


class _Counted(httpx2.SyncByteStream):
    """A response's bytes up to a limit. ``tail`` holds the last of them."""

    def __init__(self, stream: httpx2.SyncByteStream, max_bytes: int) -> None:
        self.tail = bytearray()
        self._stream = stream
        self._left = max_bytes

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self._left -= len(piece)
            if self._left < 0:
                raise TooMuch
            self.tail[:] = (self.tail + piece)[-TAIL:]
            yield piece

    def close(self) -> None:
        self._stream.close()


def _capped(max_bytes: int) -> Callable[[httpx2.Response], None]:
    """What httpx calls with each response before its body is read."""

    def cap(response: httpx2.Response) -> None:
        # Plain bytes were asked for: a few compressed ones may stand for gigabytes.
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise TooMuch
        assert isinstance(response.stream, httpx2.SyncByteStream)
        counted = _Counted(response.stream, max_bytes)
        response.stream = counted
        response.extensions["praxis_tail"] = counted.tail

    return cap


def key_of(environment: Mapping[str, str] | None = None) -> str:
    """The key that is set for the server; empty when there is none."""
    return (os.environ if environment is None else environment).get("OPENAI_API_KEY", "")


def connect(environment: Mapping[str, str] | None = None, *, max_bytes: int) -> "OpenAI":
    """A client of the server that ``OPENAI_BASE_URL`` and ``OPENAI_API_KEY`` name; connects to nothing yet.

    It never tries again by itself and follows no redirection: the key goes to the named server only.
    """
    from openai import OpenAI

    values = os.environ if environment is None else environment
    client = httpx2.Client(
        headers={"Accept-Encoding": "identity"},
        follow_redirects=False,
        event_hooks={"response": [_capped(max_bytes)]},
    )
    return OpenAI(
        api_key=key_of(values) or NO_KEY,
        base_url=values.get("OPENAI_BASE_URL") or None,
        max_retries=0,
        http_client=client,
    )
