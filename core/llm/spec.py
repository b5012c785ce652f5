"""The words of the language model port: what is asked of a model, what it answers, and what such a use costs.

A model is optional everywhere. Its text comes from outside: it is shown, checked and cited, never obeyed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from core.knowledge import LanguageModelUse
from core.types import Value

M = TypeVar("M", bound=BaseModel)

ChatMessage = Mapping[str, Any]
"""One message of the chat-completions protocol: ``{"role": "system", "content": "..."}``."""

LOCAL = "local"
"""Who uses an instance without users."""


@dataclass(frozen=True, kw_only=True)
class OfferedCall:
    """One call that the model may choose."""

    name: str
    description: str
    """What it does, and when to take it."""
    parameters: dict[str, Any]
    """JSON schema of its arguments."""


@dataclass(frozen=True, kw_only=True)
class ChosenCall:
    """What the model chose."""

    id: str
    name: str
    arguments: dict[str, Any]
    """Parsed but not yet checked; empty when they were no JSON object."""


class Completion(Value):
    """An answer, whole."""

    text: str
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    is_estimated: bool = False
    """Whether the tokens were counted by us from the length of the texts, because the server did not say."""
    is_cut_short: bool = False
    """Whether it ended because ``max_tokens`` were used up, most often in the middle of a sentence."""
    is_cached: bool = False
    """Whether it was kept from an equal request: nothing left this machine."""


class AnswerStream(Protocol):
    """An answer while it comes: an iterator of stretches of text, to be closed when nobody wants the rest.

    Iterating raises what ``LanguageModelPort.complete`` raises; ``AnswerCut`` when the server breaks off in the middle.
    """

    def __iter__(self) -> Iterator[str]: ...

    def __next__(self) -> str: ...

    def close(self) -> None:
        """Hang up; what has come is booked. May be repeated."""
        ...

    @property
    def completion(self) -> Completion | None:
        """The whole answer once the iterator has ended by itself; None before."""
        ...


class LanguageModelPort(Protocol):
    """One configured language model, with its time-outs, retries, budget, cache, redaction and record of uses.

    Every method raises ``core.llm.errors.LanguageModelError``, an ``Unavailable`` whose text is fit to be shown and
    never holds what the server said; whoever asks can answer without a model then. ``purpose`` says what asks
    ("answer", "wording", ...) and stands in the record of uses; ``timeout_s`` shortens the configured time.
    """

    @property
    def model(self) -> str:
        """Its name, as the server knows it."""
        ...

    def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        purpose: str,
        max_tokens: int = 1_000,
        temperature: float = 0.0,
        timeout_s: float | None = None,
    ) -> Completion:
        """A whole answer. With temperature 0 an equal request may be answered from the cache.

        Raises:
            LanguageModelError: There is no answer; its class and ``code`` say why (``core.llm.errors``).
        """
        ...

    def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        purpose: str,
        max_tokens: int = 1_000,
        temperature: float = 0.0,
        timeout_s: float | None = None,
    ) -> AnswerStream:
        """The same, stretch by stretch; nothing is asked before the first one is wanted."""
        ...

    def ask_for(
        self,
        schema: type[M],
        messages: Sequence[ChatMessage],
        *,
        purpose: str,
        max_tokens: int = 1_000,
        timeout_s: float | None = None,
    ) -> M:
        """An answer as a checked value of ``schema``; one that does not fit is sent back once with the reason.

        Raises:
            AnswerUnusable: It does not fit the second time either.
            LanguageModelError: There is no answer.
        """
        ...

    def choose(
        self,
        messages: Sequence[ChatMessage],
        calls: Sequence[OfferedCall],
        *,
        purpose: str = "question",
        timeout_s: float | None = None,
    ) -> ChosenCall:
        """The call that the model chooses among ``calls``; its arguments are not checked yet.

        Raises:
            AnswerUnusable: It chose nothing that was offered.
            LanguageModelError: There is no answer.
        """
        ...

    def close(self) -> None:
        """Hang up. May be repeated."""
        ...


class Spent(Value):
    """What uses of a stretch of time come to; answers from the cache cost nothing."""

    n_calls: int = 0
    """Answers from the cache among them."""
    n_cached: int = 0
    n_errors: int = 0
    n_redacted: int = 0
    """Stretches of text that were blotted out before anything left."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    """In the currency of the configured prices."""

    @property
    def tokens(self) -> int:
        """Both ways."""
        return self.prompt_tokens + self.completion_tokens


class UsageBook(Protocol):
    """Where uses of the language model are booked."""

    def spent(self, who: str, since: datetime) -> Spent:
        """What ``who`` has used since then. Raises Unavailable."""
        ...

    def add(self, use: LanguageModelUse) -> None:
        """Book one use. Raises Unavailable."""
        ...


class AnswerCache(Protocol):
    """Answers to requests that are asked again word for word. Losing one costs a request and nothing else."""

    def find(self, key: str) -> Completion | None:
        """The answer kept under ``key``, or None; never raises."""
        ...

    def keep(self, key: str, completion: Completion) -> None:
        """Keep an answer; older ones may go for it. Never raises."""
        ...
