"""An embedding model behind an OpenAI-compatible endpoint, whose address and key come from the environment."""

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import Unavailable
from core.llm.redaction import Redactor
from core.retrieval.encoders.identity import ENDPOINT_PREFIX
from core.retrieval.encoders.texts import encodable
from core.retrieval.spec import Vectors

if TYPE_CHECKING:
    from openai import OpenAI

BATCH_TEXTS = 64
BATCH_CHARACTERS = 100_000
"""Of one request: far below what servers take, so that a slow one still answers in time."""
LONGEST_TEXT = 24_000
"""Characters. The usual limit is 8,192 tokens, of three characters in most languages."""
MAX_TOKENS = 8_000

_TIMEOUT_S = 60.0
_TRIES_AGAIN = 2
"""The client waits between them as long as the server asks for."""
_MOST_BYTES = 200_000_000
_HINT = "Check OPENAI_BASE_URL, OPENAI_API_KEY and PRAXIS_EMBEDDING_MODEL."


class EndpointEncoder:
    """The ``Encoder`` port on a server. What it says of its model is taken at its word: the name is the revision."""

    def __init__(self, model: str, *, timeout_s: float = _TIMEOUT_S) -> None:
        """Connects to nothing yet.

        Args:
            model: Name of the model at the endpoint.
            timeout_s: Longest wait for the answer to one request.
        """
        if not model.strip():
            raise Unavailable(f"PRAXIS_EMBEDDING_MODEL names no model after {ENDPOINT_PREFIX!r}.", hint=_HINT)
        self._model = model.strip()
        self._timeout_s = timeout_s
        self._dimension = 0
        self._client: OpenAI | None = None
        self._pid = 0

    @property
    def name(self) -> str:
        """See ``Encoder.name``."""
        return f"{ENDPOINT_PREFIX}{self._model}"

    @property
    def dimension(self) -> int:
        """See ``Encoder.dimension``; found by a first request. Raises Unavailable."""
        if not self._dimension:
            self.encode(["dimension"])
        return self._dimension

    @property
    def max_tokens(self) -> int:
        """See ``Encoder.max_tokens``."""
        return MAX_TOKENS

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See ``Encoder.encode``. Secrets in the texts are blotted out before they leave this machine."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.concatenate([self._encode(batch) for batch in _batches(self._fit(texts))])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See ``Encoder.count_tokens``: by the word pieces of the default model, near enough to cut passages by."""
        from core.retrieval.encoders.minilm import count_word_pieces

        return count_word_pieces(texts)

    def _fit(self, texts: Sequence[str]) -> list[str]:
        redactor = Redactor([os.environ.get("OPENAI_API_KEY", "")])
        # Endpoints refuse an empty text.
        return [redactor.redacted(text[:LONGEST_TEXT])[0] or " " for text in encodable(texts)]

    def _encode(self, texts: list[str]) -> Vectors:
        rows = _rows(self._ask(texts), n=len(texts))
        if self._dimension and rows.shape[1] != self._dimension:
            raise Unavailable(
                f"The embedding endpoint gives vectors of {rows.shape[1]} numbers, and gave {self._dimension} before.",
                hint=_HINT,
            )
        self._dimension = rows.shape[1]
        return rows

    def _ask(self, texts: list[str]) -> Any:
        import openai

        from core.llm.transport import TooMuch

        try:
            client = self._connected()
            # Without a format the library asks for base64, which not every server knows.
            return client.embeddings.create(model=self._model, input=texts, encoding_format="float")
        except openai.APIStatusError as error:
            raise _refused(error, self._model) from error
        except openai.APITimeoutError as error:
            raise _unavailable(f"took longer than {self._timeout_s:g} s") from error
        except openai.APIConnectionError as error:
            is_large = isinstance(error.__cause__, TooMuch)
            raise _unavailable("sends more than it was asked for" if is_large else "does not answer") from error
        except (openai.OpenAIError, TooMuch, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise _unavailable("does not speak the protocol") from error

    def _connected(self) -> "OpenAI":
        if self._client is None or self._pid != os.getpid():  # a connection must not be used on both sides of a fork
            from core.llm.transport import connect

            client = connect(max_bytes=_MOST_BYTES)
            self._client = client.with_options(max_retries=_TRIES_AGAIN, timeout=self._timeout_s)
            self._pid = os.getpid()
        return self._client


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and (len(batch) == BATCH_TEXTS or size + len(text) > BATCH_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    yield batch


def _rows(answer: Any, *, n: int) -> Vectors:
    """The vectors of an answer as unit rows, by their index. Raises Unavailable for anything that is none."""
    try:
        found = {int(item.index): item.embedding for item in answer.data}
        rows: Vectors = np.array([found[index] for index in range(n)], dtype=np.float32)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise _unavailable("does not give one vector for each text") from error
    lengths = np.linalg.norm(rows, axis=1, keepdims=True) if rows.ndim == 2 else np.zeros(0)
    if len(found) != n or rows.ndim != 2 or not rows.shape[1] or not (np.isfinite(lengths) & (lengths > 0)).all():
        raise _unavailable("does not give one vector for each text")
    unit: Vectors = (rows / lengths).astype(np.float32)
    return unit


def _unavailable(what: str) -> Unavailable:
    return Unavailable(f"The embedding endpoint {what}.", hint=_HINT)


def _refused(error: Any, model: str) -> Unavailable:
    reasons = {
        401: "refuses the key",
        403: "refuses the key",
        404: f"does not know the model {model!r}",
        429: "takes no more requests for now",
    }
    return _unavailable(reasons.get(error.status_code, f"answers with status {error.status_code}"))
