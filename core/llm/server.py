"""One request to the server: said so that it understands, waited for with limits, tried again where that helps."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from core.ids import utc_now
from core.llm.dialect import Dialect
from core.llm.errors import AnswerCut, ModelNotReached, ModelTooSlow
from core.llm.limits import Limits
from core.llm.reading import Reply
from core.llm.refusals import expected, is_worth_another_try, named, retry_after_s
from core.llm.waiting import SLICE_S, TookTooLong, Waiting

if TYPE_CHECKING:
    from openai import OpenAI

T = TypeVar("T")


@dataclass(frozen=True)
class End:
    """What a stream ends with."""

    is_proper: bool
    """Whether the server said that it is done."""


class Deadline:
    """The end of the time that one answer may take."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self._end = time.monotonic() + limit_s

    @property
    def left_s(self) -> float:
        """Seconds that are left; not below 0."""
        return max(0.0, self._end - time.monotonic())


class Server:
    """The server that the environment names. ``check`` is called while waiting and raises to end it."""

    def __init__(
        self,
        limits: Limits,
        *,
        check: Callable[[], None] = lambda: None,
        pause: Callable[[float], None] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Connects to nothing yet."""
        self.limits = limits
        self.dialect = Dialect()
        self._check = check
        self._pause = pause or self._sleep
        self._environment = os.environ if environment is None else environment
        self._client: OpenAI | None = None

    @property
    def address(self) -> str:
        """The address that is set; empty for that of OpenAI."""
        return self._environment.get("OPENAI_BASE_URL", "")

    def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def answer(self, request: Mapping[str, Any], deadline: Deadline, *, n_characters: int) -> Reply:
        """A whole answer. Raises LanguageModelError."""

        def ask() -> Reply:
            waiting = Waiting(lambda: iter([self._send(request, read_s=deadline.left_s + 1)]), check=self._check)
            return Reply(self._take(waiting, deadline, "the answer", deadline.limit_s))

        return self._tried(ask, deadline, model=str(request["model"]), n_characters=n_characters)

    def stream(self, request: Mapping[str, Any], deadline: Deadline, *, n_characters: int) -> Iterator[Reply | End]:
        """An answer piece by piece, its end included. Raises LanguageModelError. Close it when it is not wanted."""
        limits = self.limits
        model = str(request["model"])

        def begin() -> tuple[Waiting[Reply | End], Reply | End]:
            waiting = Waiting(lambda: self._pieces(request), check=self._check)
            try:
                return waiting, self._take(waiting, deadline, "its first word", limits.first_token_s)
            except BaseException:
                waiting.close()
                raise

        waiting, piece = self._tried(begin, deadline, model=model, n_characters=n_characters)
        try:
            while True:
                yield piece
                if isinstance(piece, End):
                    return
                piece = self._take(waiting, deadline, "the next word", limits.between_tokens_s)
        except expected() as error:
            found = named(error, model=model, n_characters=n_characters, connect_s=limits.connect_s)
            raise (AnswerCut() if isinstance(found, ModelNotReached) else found) from error
        finally:
            waiting.close()

    def _pieces(self, request: Mapping[str, Any]) -> Iterator[Reply | End]:
        read_s = max(self.limits.first_token_s, self.limits.between_tokens_s) + 1
        with self._send({**request, "stream": True}, read_s=read_s) as stream:
            for chunk in stream:
                yield Reply(chunk)
            # Some servers end without a reason but with the mark, some the other way round.
            yield End(is_proper=b"[DONE]" in stream.response.extensions["praxis_tail"])

    def _send(self, request: Mapping[str, Any], *, read_s: float) -> Any:
        import httpx2
        import openai

        timeout = httpx2.Timeout(connect=self.limits.connect_s, read=read_s, write=30.0, pool=5.0)
        create: Any = self._connected().chat.completions.create  # its overloads take no request that is put together
        while True:
            spoken = self.dialect.spoken(request)
            try:
                return create(**spoken, timeout=timeout)
            except openai.APIStatusError as error:
                if not self.dialect.learn(error, spoken):
                    raise

    def _connected(self) -> "OpenAI":
        if self._client is None:
            from core.llm.transport import connect

            self._client = connect(self._environment, max_bytes=self.limits.max_bytes)
        return self._client

    def _take(self, waiting: Waiting[T], deadline: Deadline, what: str, limit_s: float) -> T:
        try:
            return waiting.take(min(limit_s, deadline.left_s))
        except TookTooLong:
            is_whole = deadline.left_s <= 0
            raise ModelTooSlow("the answer" if is_whole else what, deadline.limit_s if is_whole else limit_s) from None

    def _tried(self, ask: Callable[[], T], deadline: Deadline, *, model: str, n_characters: int) -> T:
        """``ask``, again after a pause where that may help. Raises LanguageModelError."""
        for number in range(self.limits.n_tries):
            try:
                return ask()
            except expected() as error:
                found = named(error, model=model, n_characters=n_characters, connect_s=self.limits.connect_s)
                pause_s = self._pause_after(error, number)
                if pause_s is None or pause_s > deadline.left_s:
                    raise found from error
                self._pause(pause_s)
        raise AssertionError("the last try returns or raises")

    def _pause_after(self, error: Exception, number: int) -> float | None:
        """Seconds until another try; None when there is none."""
        if number + 1 >= self.limits.n_tries or not is_worth_another_try(error):
            return None
        wanted_s = retry_after_s(error, now=utc_now())
        pause_s = self.limits.first_pause_s * 2**number if wanted_s is None else wanted_s
        return pause_s if pause_s <= self.limits.longest_pause_s else None

    def _sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left_s := end - time.monotonic()) > 0:
            self._check()
            time.sleep(min(SLICE_S, left_s))
