"""What went wrong between us and the server, as one of our errors, and whether asking again may help."""

import email.utils
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from core.llm.errors import (
    AnswerUnusable,
    ContextTooLong,
    LanguageModelError,
    ModelBusy,
    ModelFailed,
    ModelNotReached,
    ModelRefused,
    ModelTooSlow,
)
from core.llm.transport import TooMuch

LONGEST_BODY = 4_000
"""Characters of a refusal that are looked at."""
_TOO_LONG = re.compile(
    r"context[ _-]?(?:length|window|size)|maximum context|too many (?:input )?tokens|prompt is too long|"
    r"exceeds? the (?:available |maximum )?context|reduce the length",
    re.IGNORECASE,
)
WORTH_ANOTHER_TRY = frozenset({429, 500, 502, 503, 504, 529})


def too_large() -> AnswerUnusable:
    """The answer is larger than it may be."""
    return AnswerUnusable("The language model's answer is larger than it may be.", hint="Ask for less.")


def malformed(what: str) -> AnswerUnusable:
    """The answer does not follow the protocol."""
    return AnswerUnusable(
        f"The language model's server sent {what}.", hint="Check that OPENAI_BASE_URL speaks the chat protocol."
    )


def body_of(error: Exception) -> str:
    """What the server said in a refusal: to be looked at, never to be shown."""
    return f"{getattr(error, 'code', '')} {getattr(error, 'body', '')} {getattr(error, 'message', '')}"[:LONGEST_BODY]


def expected() -> tuple[type[Exception], ...]:
    """What the client, httpx and the reading of untrusted answers raise; everything else is not the server's doing."""
    import httpx2
    import openai

    return (
        openai.OpenAIError,
        httpx2.HTTPError,
        httpx2.StreamError,
        TooMuch,
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        RecursionError,
    )


def is_about_length(said: str) -> bool:
    """Whether a refusal says that the messages are too long."""
    return _TOO_LONG.search(said) is not None


def named(error: Exception, *, model: str, n_characters: int, connect_s: float) -> LanguageModelError:
    """One of the ``expected`` errors as one of ours."""
    import httpx2
    import openai

    if isinstance(error, LanguageModelError):
        return error
    if any(isinstance(one, TooMuch) for one in _causes(error)):
        return too_large()
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, model=model, n_characters=n_characters)
    if any(isinstance(one, httpx2.ConnectTimeout) for one in _causes(error)):
        return ModelTooSlow("the connection", connect_s)
    if isinstance(error, (openai.APIConnectionError, httpx2.HTTPError)):
        is_refused = any(isinstance(one, httpx2.ConnectError) for one in _causes(error))
        return ModelNotReached("no connection" if is_refused else "the connection broke")
    if isinstance(error, openai.APIError):
        return ModelFailed("in the middle of its answer")
    return malformed("an answer that cannot be read")


def is_worth_another_try(error: Exception) -> bool:
    """Whether the same request may succeed later."""
    import httpx2
    import openai

    if isinstance(error, openai.APIStatusError):
        return error.status_code in WORTH_ANOTHER_TRY and not isinstance(_of_status(error), ModelRefused)
    if isinstance(error, (openai.APIConnectionError, httpx2.TransportError)):
        final = (httpx2.ConnectError, httpx2.TimeoutException, TooMuch, httpx2.UnsupportedProtocol)
        return not any(isinstance(one, final) for one in _causes(error))
    return isinstance(error, openai.APIError)


def retry_after_s(error: Exception, *, now: datetime) -> float | None:
    """How long the server wants to be left alone: seconds or a date; None when it does not say so sensibly.

    Source:
        RFC 9110, 10.2.3.
    """
    response = getattr(error, "response", None)
    value = str(response.headers.get("Retry-After", "")) if response is not None else ""
    if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", value):
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return max(0.0, ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds())


def _of_status(error: Any, *, model: str = "", n_characters: int = 0) -> LanguageModelError:
    status, body = int(error.status_code), body_of(error)
    if status in (401, 403):
        message = f"The language model's server does not accept the key (status {status})."
        return ModelRefused(message, hint="Check OPENAI_API_KEY.")
    if status == 413 or (400 <= status < 500 and is_about_length(body)):
        return ContextTooLong(n_characters)
    if status == 429:
        if "insufficient_quota" in body:
            message = "The account of the language model's server has no quota left."
            return ModelRefused(message, hint="See to that account, or use another server.")
        return ModelBusy(retry_after_s(error, now=datetime.now(UTC)))
    if status >= 500:
        return ModelFailed(f"status {status}")
    if status == 404:
        message = f"The language model's server does not know the model {model[:100]!r}, or is none."
        return ModelRefused(message, hint="Check PRAXIS_LLM_MODEL and OPENAI_BASE_URL.")
    message = f"The language model's server does not accept the request (status {status})."
    return ModelRefused(message, hint="Check that OPENAI_BASE_URL speaks the chat protocol.")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
