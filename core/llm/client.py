"""The language model port on any OpenAI-compatible server.

Around each request stand, in this order: redaction, cache, budget, the server with its limits and tries, and the book.
The server and its key come from ``OPENAI_BASE_URL`` and ``OPENAI_API_KEY``.
"""

import hashlib
import json
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.llm.budget import Budget, Use
from core.llm.errors import AnswerCut, AnswerUnusable
from core.llm.limits import Limits
from core.llm.reading import Reply, json_object
from core.llm.redaction import Redactor
from core.llm.refusals import too_large
from core.llm.server import Deadline, End, Server
from core.llm.spec import AnswerCache, AnswerStream, ChatMessage, ChosenCall, Completion, M, OfferedCall
from core.llm.structured import DoesNotFit, does_not_fit, response_format, sent_back, value_in, with_schema
from core.llm.tokens import estimated_tokens, prompt_tokens
from core.llm.transport import key_of

CACHE_FORM = "1"
"""Part of every key of the cache; changes when answers are read otherwise."""
N_FITTINGS = 2
"""Answers that are asked for until one fits its schema."""


@dataclass(frozen=True, kw_only=True)
class _Request:
    """One request as it leaves: redacted."""

    body: dict[str, Any]
    use: Use
    key: str | None
    """Under which its answer is kept; None when it is not."""
    n_characters: int
    deadline: Deadline


class LanguageModel:
    """``LanguageModelPort`` for one model."""

    def __init__(
        self,
        model: str,
        *,
        limits: Limits | None = None,
        redactor: Redactor | None = None,
        budget: Budget | None = None,
        cache: AnswerCache | None = None,
        check: Callable[[], None] = lambda: None,
        pause: Callable[[float], None] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Connects to nothing yet.

        Args:
            model: Its name.
            limits: How long and how much.
            redactor: What is blotted out; by default the secrets that patterns find, and the key of the server.
            budget: What may be used, and where it is booked; by default everything, and nowhere.
            cache: Where answers are kept.
            check: Called while waiting; raises when the answer is not wanted any more.
            pause: Waits between tries.
            environment: Where the address and the key of the server are found.
        """
        self.model = model
        self._limits = limits or Limits()
        self._redactor = redactor or Redactor([key_of(environment)])
        self._budget = budget or Budget()
        self._cache = cache
        self._server = Server(self._limits, check=check, pause=pause, environment=environment)

    def close(self) -> None:
        """See ``LanguageModelPort.close``."""
        self._server.close()

    def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        purpose: str,
        max_tokens: int = 1_000,
        temperature: float = 0.0,
        timeout_s: float | None = None,
    ) -> Completion:
        """See ``LanguageModelPort.complete``."""
        asked = {"temperature": temperature, "max_tokens": max_tokens}
        return self._complete(self._request(messages, asked, purpose=purpose, timeout_s=timeout_s), _text_of)

    def ask_for(
        self,
        schema: type[M],
        messages: Sequence[ChatMessage],
        *,
        purpose: str,
        max_tokens: int = 1_000,
        timeout_s: float | None = None,
    ) -> M:
        """See ``LanguageModelPort.ask_for``."""
        asked = {"temperature": 0.0, "max_tokens": max_tokens, "response_format": response_format(schema)}
        said = with_schema(messages, schema)
        for _ in range(N_FITTINGS):
            request = self._request(said, asked, purpose=purpose, timeout_s=timeout_s)
            text = self._complete(request, _text_of).text
            try:
                return value_in(text, schema)
            except DoesNotFit as error:
                said = [*said, *sent_back(text, str(error))]
        raise does_not_fit(schema)

    def choose(
        self,
        messages: Sequence[ChatMessage],
        calls: Sequence[OfferedCall],
        *,
        purpose: str = "question",
        max_tokens: int = 2_000,
        timeout_s: float | None = None,
    ) -> ChosenCall:
        """See ``LanguageModelPort.choose``."""
        asked = {
            "temperature": 0.0,
            "max_tokens": max_tokens,
            "tools": [_tool(call) for call in calls],
            "tool_choice": "required",
        }

        def chosen(reply: Reply) -> str:
            call = reply.chosen(calls)
            if call is None:
                raise AnswerUnusable("The language model chose none of the calls that it was offered.")
            return json.dumps({"id": call.id, "name": call.name, "arguments": call.arguments})

        request = self._request(messages, asked, purpose=purpose, timeout_s=timeout_s)
        return ChosenCall(**json_object(self._complete(request, chosen).text))

    def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        purpose: str,
        max_tokens: int = 1_000,
        temperature: float = 0.0,
        timeout_s: float | None = None,
    ) -> AnswerStream:
        """See ``LanguageModelPort.stream``."""
        asked = {"temperature": temperature, "max_tokens": max_tokens}
        return TextStream(
            lambda: self._pieces(self._request(messages, asked, purpose=purpose, timeout_s=timeout_s)),
        )

    def _request(
        self, messages: Sequence[ChatMessage], asked: Mapping[str, Any], *, purpose: str, timeout_s: float | None
    ) -> _Request:
        sent, found = self._redactor.redacted_messages(messages)
        body = {"model": self.model, "messages": sent, **asked}
        written = json.dumps([CACHE_FORM, self._server.address, body], sort_keys=True, default=str)
        is_kept = self._cache is not None and asked["temperature"] == 0
        whole_s = self._limits.whole_s
        return _Request(
            body=body,
            use=Use(purpose=purpose, model=self.model, n_redacted=found.total()),
            key=hashlib.sha256(written.encode()).hexdigest() if is_kept else None,
            n_characters=sum(len(str(message.get("content") or "")) for message in sent),
            deadline=Deadline(whole_s if timeout_s is None else min(timeout_s, whole_s)),
        )

    def _complete(self, request: _Request, read: Callable[[Reply], str]) -> Completion:
        with self._budget.booked(request.use) as use:
            kept = self._kept(request)
            if kept is not None:
                return kept
            body = self._allowed(request)
            reply = self._server.answer(body, request.deadline, n_characters=request.n_characters)
            text = self._redactor.without_own(read(reply))
            return self._finished(request, use, text, reply.usage, reply.finish_reason)

    def _pieces(self, request: _Request) -> Generator[str, None, Completion]:
        with self._budget.booked(request.use) as use:
            kept = self._kept(request)
            if kept is not None:
                yield kept.text
                return kept
            body = {**self._allowed(request), "stream_options": {"include_usage": True}}
            shown = self._redactor.streamed()
            text, usage, reason = "", None, ""
            pieces = self._server.stream(body, request.deadline, n_characters=request.n_characters)
            try:
                for piece in pieces:
                    if isinstance(piece, End):
                        reason = reason or ("stop" if piece.is_proper else "")
                        break
                    usage, reason = piece.usage or usage, piece.finish_reason or reason
                    added = shown.feed(piece.text)
                    text = self._grown(use, text, added)
                    if added:
                        yield added
            finally:
                _close(pieces)
            if added := shown.flush():
                text = self._grown(use, text, added)
                yield added
            if text and not reason:
                raise AnswerCut
            return self._finished(request, use, text, usage, reason)

    def _kept(self, request: _Request) -> Completion | None:
        if self._cache is None or request.key is None:
            return None
        kept = self._cache.find(request.key)
        if kept is None:
            return None
        request.use.is_cached = True
        return kept.model_copy(update={"is_cached": True})

    def _allowed(self, request: _Request) -> dict[str, Any]:
        """The body with as many tokens as the budget allows; from here on the request counts as sent."""
        read = prompt_tokens(request.body["messages"]) + estimated_tokens(json.dumps(request.body.get("tools", "")))
        allowed = self._budget.allowance(read, request.body["max_tokens"])
        request.use.prompt_tokens = read
        return {**request.body, "max_tokens": allowed}

    def _grown(self, use: Use, text: str, added: str) -> str:
        if len(text) + len(added) > self._limits.max_characters:
            raise too_large()
        text += added
        use.completion_tokens = estimated_tokens(text)
        return text

    def _finished(
        self, request: _Request, use: Use, text: str, usage: tuple[int, int] | None, reason: str
    ) -> Completion:
        """The answer, booked with what the server says that it came to, and kept if it is whole."""
        if usage is None:
            use.completion_tokens = estimated_tokens(text)
        else:
            use.prompt_tokens, use.completion_tokens = usage
        if len(text) > self._limits.max_characters:
            raise too_large()
        if not text.strip():
            raise _nothing(reason)
        completion = Completion(
            text=text,
            model=self.model,
            prompt_tokens=use.prompt_tokens,
            completion_tokens=use.completion_tokens,
            is_estimated=usage is None,
            is_cut_short=reason == "length",
        )
        if self._cache is not None and request.key is not None and not completion.is_cut_short:
            self._cache.keep(request.key, completion)
        return completion


class TextStream:
    """``AnswerStream`` over the pieces of one answer."""

    def __init__(self, begin: Callable[[], Generator[str, None, Completion]]) -> None:
        self._begin = begin
        self._pieces: Generator[str, None, Completion] | None = None
        self._completion: Completion | None = None
        self._is_closed = False

    @property
    def completion(self) -> Completion | None:
        """See ``AnswerStream.completion``."""
        return self._completion

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._is_closed:
            raise StopIteration
        if self._pieces is None:
            self._pieces = self._begin()  # the time of the answer begins here
        try:
            return next(self._pieces)
        except StopIteration as end:
            self._completion = self._completion or end.value
            raise

    def close(self) -> None:
        """See ``AnswerStream.close``."""
        self._is_closed = True
        if self._pieces is not None:
            self._pieces.close()


def _text_of(reply: Reply) -> str:
    if not reply.has_choice:
        raise _nothing("")
    if reply.is_refusal:
        raise _nothing("content_filter")
    return reply.text


def _nothing(reason: str) -> AnswerUnusable:
    if reason == "content_filter":
        return AnswerUnusable("The language model will not answer this.", hint="Ask in other words.")
    hint = "Allow more tokens: it used them up before it said anything." if reason == "length" else "Ask again."
    return AnswerUnusable("The language model's answer is empty.", hint=hint)


def _tool(call: OfferedCall) -> dict[str, Any]:
    function = {"name": call.name, "description": call.description, "parameters": call.parameters}
    return {"type": "function", "function": function}


def _close(pieces: Iterator[Any]) -> None:
    close = getattr(pieces, "close", None)
    if close is not None:
        close()
