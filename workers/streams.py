"""Growing texts on Redis streams: capped, gone after an hour, and silent when Redis is."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, cast

from redis import Redis
from redis.exceptions import RedisError

from core.streams import Piece, TextStream
from workers.queues import connect

logger = logging.getLogger(__name__)

PREFIX = "praxis:text:"
MOST_PIECES = 5_000
KEPT_FOR_S = 3_600
LONGEST_PIECE = 20_000
"""Characters; a longer one is told in several."""
SILENT_FOR_S = 5.0
"""After a failure nothing is sent for so long: a dead Redis must not hold up what is being said."""
MOST_READ = 1_000
LONGEST_WAIT_S = 2.0
"""Well below the client's own time-out."""


class RedisTextStream:
    """The ``TextStream`` port on Redis."""

    def __init__(self, redis_url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis: Redis = connect(redis_url)
        self._clock = clock
        self._silent_until = 0.0

    def start(self, key: str) -> None:
        """See ``TextStream.start``."""
        self._add(key, {"start": "1", "text": ""})

    def append(self, key: str, text: str) -> None:
        """See ``TextStream.append``."""
        for first in range(0, len(text), LONGEST_PIECE):
            self._add(key, {"text": text[first : first + LONGEST_PIECE]})

    def read(self, key: str, after: str = "", *, wait_s: float = 0.0) -> Sequence[Piece] | None:
        """See ``TextStream.read``."""
        block = int(1000 * min(wait_s, LONGEST_WAIT_S)) or None
        try:
            found = cast(Any, self._redis.xread({PREFIX + key: _position(after)}, count=MOST_READ, block=block))
        except (RedisError, OSError) as error:
            logger.warning("the stream %s cannot be read: %s", key, type(error).__name__)
            return None
        entries = (
            (found.get(PREFIX.encode() + key.encode(), [[]])[0] if isinstance(found, dict) else found[0][1])
            if found
            else []
        )
        return tuple(_piece(position, fields) for position, fields in entries)

    def forget(self, key: str) -> None:
        """See ``TextStream.forget``."""
        try:
            self._redis.delete(PREFIX + key)
        except (RedisError, OSError) as error:
            logger.warning("the stream %s stays until it expires: %s", key, type(error).__name__)

    def _add(self, key: str, fields: dict[str, str]) -> None:
        if self._clock() < self._silent_until:
            return
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.xadd(PREFIX + key, cast(Any, fields), maxlen=MOST_PIECES, approximate=True)
                pipeline.expire(PREFIX + key, KEPT_FOR_S)
                pipeline.execute()
        except (RedisError, OSError) as error:
            self._silent_until = self._clock() + SILENT_FOR_S
            logger.warning("the stream %s cannot be written: %s", key, type(error).__name__)


class Voice:
    """What one attempt says. The first word begins the text anew: an earlier attempt may have said half of it."""

    def __init__(self, streams: TextStream, key: str) -> None:
        self._streams = streams
        self._key = key
        self._has_begun = False

    def say(self, text: str) -> None:
        """Add to the text."""
        if not self._has_begun:
            self._streams.start(self._key)
            self._has_begun = True
        if text:
            self._streams.append(self._key, text)


def _position(after: str) -> str:
    """A position as Redis wants it; what is none of ours reads from the beginning."""
    parts = after.split("-")
    is_ours = len(parts) == 2 and all(part.isascii() and part.isdigit() and len(part) < 20 for part in parts)
    return after if is_ours else "0-0"


def _piece(position: bytes, fields: dict[bytes, bytes]) -> Piece:
    text = fields.get(b"text", b"").decode("utf-8", "replace")
    return Piece(position=position.decode(), text=text, is_start=b"start" in fields)
