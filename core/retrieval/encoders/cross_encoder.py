"""A cross-encoder that reads question and passage together: slower and surer than comparing their vectors."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from core.errors import UserInputError
from core.retrieval.encoders.sentence_transformers import load_failure, prepare_libraries, revision_of
from core.retrieval.encoders.texts import encodable

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

BATCH_PAIRS = 16

_made: dict[str, "Reranker"] = {}
_lock = threading.Lock()


class Reranker(Protocol):
    """Judges passages by a question."""

    @property
    def name(self) -> str:
        """Name and revision."""
        ...

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question, in their order: logits, higher is better, of any size."""
        ...


def make_cross_encoder(model: str, *, n_jobs: int = -1) -> Reranker:
    """The configured cross-encoder, loaded once for each process.

    Args:
        model: ``Settings.reranker_model``: a name at the hub, or a folder.
        n_jobs: Cores that one call may use; -1 takes all.

    Raises:
        Unavailable: It cannot be loaded.
        MissingLibrary: sentence-transformers is not installed.
        UserInputError: The model does not give one score to a pair.
    """
    with _lock:
        if model not in _made:
            _made[model] = CrossEncoderReranker(model.strip(), n_jobs=n_jobs)
        return _made[model]


class CrossEncoderReranker:
    """``Reranker`` on a sentence-transformers cross-encoder."""

    def __init__(self, model: str, *, n_jobs: int = 1) -> None:
        """Load the model. Raises what ``make_cross_encoder`` does."""
        self._model = _load(model)
        self._n_jobs = n_jobs
        if self._model.num_labels != 1:
            raise UserInputError(
                f"The model {model!r} gives {self._model.num_labels} numbers to a pair; a reranker gives one.",
                hint="Set PRAXIS_RERANKER_MODEL to a cross-encoder for ranking, such as one trained on MS MARCO.",
            )
        self._name = f"{Path(model).name if Path(model).is_dir() else model}@{revision_of(self._model)}"

    @property
    def name(self) -> str:
        """See ``Reranker.name``."""
        return self._name

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """See ``Reranker.score``."""
        if not texts:
            return []
        import torch

        (asked,) = encodable([question])
        torch.set_num_threads(self._n_jobs if self._n_jobs > 0 else os.cpu_count() or 1)
        scores: Any = self._model.predict(
            [(asked, text) for text in encodable(texts)],
            batch_size=BATCH_PAIRS,
            activation_fn=torch.nn.Identity(),
            show_progress_bar=False,
        )
        return [float(score) for score in scores]


def _load(model: str) -> "CrossEncoder":
    prepare_libraries()
    from sentence_transformers import CrossEncoder

    try:
        loaded: CrossEncoder = CrossEncoder(model, device="cpu")
    except (OSError, ValueError, RuntimeError, TypeError, KeyError, AttributeError, ImportError) as error:
        raise load_failure(model, error) from error
    return loaded
