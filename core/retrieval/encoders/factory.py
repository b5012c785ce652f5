"""The encoder that the settings ask for, loaded once for each process."""

import threading
from pathlib import Path

from core.retrieval.encoders.identity import ENDPOINT_PREFIX, Identity, encoder_identity
from core.retrieval.spec import Encoder

__all__ = ["Identity", "encoder_identity", "make_encoder"]

_made: dict[tuple[str, Path, int], Encoder] = {}
_lock = threading.Lock()


def make_encoder(model: str, *, cache_folder: Path, n_jobs: int = 1) -> Encoder:
    """The encoder of a setting; a second call of this process, or of one that it forked, gives the same object.

    Args:
        model: ``Settings.embedding_model``: empty for all-MiniLM-L6-v2, ``openai:NAME`` for an endpoint, otherwise the
            name or the folder of a sentence-transformers model.
        cache_folder: Of the instance, for what is made from weights.
        n_jobs: Cores that one call may use; -1 takes all.

    Raises:
        Unavailable: The model cannot be loaded.
        UserInputError: The setting names no model.
    """
    key = (model.strip(), cache_folder, n_jobs)
    with _lock:
        if key not in _made:
            _made[key] = _make(*key)
        return _made[key]


def _make(model: str, cache_folder: Path, n_jobs: int) -> Encoder:
    if not model:
        from core.retrieval.encoders.minilm import MiniLMEncoder

        return MiniLMEncoder(cache_folder=cache_folder, n_jobs=n_jobs)
    if model.startswith(ENDPOINT_PREFIX):
        from core.retrieval.encoders.endpoint import EndpointEncoder

        return EndpointEncoder(model.removeprefix(ENDPOINT_PREFIX))
    from core.retrieval.encoders.sentence_transformers import SentenceTransformersEncoder

    return SentenceTransformersEncoder(model, n_jobs=n_jobs)
