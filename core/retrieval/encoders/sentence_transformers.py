"""Any sentence-transformers model, by name or from a folder, on this machine's processor.

Loading brings PyTorch: seconds and some hundred megabytes for each worker that does it, which the default model avoids.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import MissingLibrary, Unavailable
from core.retrieval.encoders.texts import encodable
from core.retrieval.spec import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH_TEXTS = 16
_USUAL_LENGTH = 512
"""Tokens, of models that do not say how long their texts may be."""

HINT = (
    "A name is fetched from the model hub, which this machine must reach once; without it, set the folder of a model "
    "that was downloaded elsewhere."
)


class SentenceTransformersEncoder:
    """The ``Encoder`` port on PyTorch."""

    def __init__(self, model: str, *, n_jobs: int = 1) -> None:
        """Load the model; nothing is computed yet, so that the process may still be forked.

        Args:
            model: A name at the hub, or a folder.
            n_jobs: Cores that one call may use; -1 takes all.

        Raises:
            Unavailable: It cannot be loaded.
            MissingLibrary: sentence-transformers is not installed.
        """
        self._model = _load(model)
        self._n_jobs = n_jobs
        self._name = f"{Path(model).name if Path(model).is_dir() else model}@{revision_of(self._model)}"
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise Unavailable(f"The model {model!r} does not say how long its vectors are.", hint="Choose another one.")
        self._dimension = int(dimension)

    @property
    def name(self) -> str:
        """See ``Encoder.name``: with a hash of the weights, whatever the files are called."""
        return self._name

    @property
    def dimension(self) -> int:
        """See ``Encoder.dimension``."""
        return self._dimension

    @property
    def max_tokens(self) -> int:
        """See ``Encoder.max_tokens``; the special tokens are taken off."""
        special = self._tokenizer.num_special_tokens_to_add(pair=False)
        return int(self._model.max_seq_length or _USUAL_LENGTH) - int(special)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See ``Encoder.encode``."""
        if not texts:
            return np.empty((0, self._dimension), dtype=np.float32)
        import torch

        torch.set_num_threads(self._n_jobs if self._n_jobs > 0 else os.cpu_count() or 1)
        made = self._model.encode(
            encodable(texts),
            batch_size=BATCH_TEXTS,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        vectors: Vectors = np.asarray(made, dtype=np.float32)
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See ``Encoder.count_tokens``."""
        if not texts:
            return []
        found = self._tokenizer(encodable(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in found["input_ids"]]

    @property
    def _tokenizer(self) -> Any:
        return self._model.tokenizer


def revision_of(model: Any) -> str:
    """The first characters of a hash of every weight and of how they are put together."""
    digest = hashlib.sha256(f"{model}{getattr(model, 'max_seq_length', '')}".encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().float().numpy().tobytes())
    return digest.hexdigest()[:12]


def prepare_libraries() -> None:
    """Import what loads models, and have it start no threads, draw no bars and tell nobody. Raises MissingLibrary."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        import sentence_transformers  # noqa: F401
        import torch
        import transformers.utils.logging as transformers_logging
    except ImportError as error:
        raise MissingLibrary("sentence-transformers") from error
    torch.set_num_threads(1)  # threads that loading starts would be missing in forked jobs
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers has no types here


def load_failure(model: str, error: Exception) -> Unavailable:
    """Why a model cannot be loaded, in words."""
    # The library's own text lists links and stack; its first line says what is missing.
    reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
    return Unavailable(f"The model {model!r} cannot be loaded: {reason}", hint=HINT)


def _load(model: str) -> "SentenceTransformer":
    prepare_libraries()
    from sentence_transformers import SentenceTransformer

    try:
        # A GPU that this process touches would be lost to the jobs that it forks.
        return SentenceTransformer(model, device="cpu").eval()
    except (OSError, ValueError, RuntimeError, TypeError, KeyError, AttributeError, ImportError) as error:
        raise load_failure(model, error) from error
