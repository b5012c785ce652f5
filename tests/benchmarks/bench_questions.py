"""From a question to its first passages, through service, queue, worker, Chroma and database: what a page waits for."""

import itertools
import random
import tempfile
import time
from pathlib import Path

import numpy as np

from core.ids import new_id
from core.knowledge import Collection, Document, DocumentStatus, Passage
from core.retrieval.encoders.identity import MINILM
from core.retrieval.spec import Filters
from storage.storage import Storage
from storage.vectors import ChromaVectors
from tests.benchmarks.measurement import Measurement, at_most, percentile, reported
from tests.chroma import run_chroma
from tests.servers import run_redis
from tests.stacks import Stack, run_stack

LIMITS_S = {10_000: 0.15, 100_000: 0.3}
"""By number of passages."""
N_QUESTIONS = 25
PASSAGES_A_DOCUMENT = 500
N_WORDS = 30_000


class Filler:
    """Passages of made-up words, as often as words are in a language, and vectors at random."""

    def __init__(self, storage: Storage, chroma_url: str) -> None:
        self._storage, self._vectors = storage, ChromaVectors(chroma_url)
        self._rng = random.Random(5)
        self._numbers = np.random.default_rng(5)
        self._words = [_word(number) for number in range(N_WORDS)]
        self._cumulative = list(itertools.accumulate(1 / (number + 3) for number in range(N_WORDS)))
        self.collection = Collection(
            id=new_id(), name="Filler", embedding_model=MINILM.name, dimension=MINILM.dimension
        )
        with storage.write() as unit:
            unit.collections.add(self.collection)

    def words(self, n: int) -> list[str]:
        """Words as they come in texts."""
        return self._rng.choices(self._words, cum_weights=self._cumulative, k=n)

    def add(self, n_passages: int) -> None:
        """So many more."""
        for _ in range(n_passages // PASSAGES_A_DOCUMENT):
            document = Document(
                id=new_id(),
                collection_id=self.collection.id,
                file_name=f"{new_id()}.txt",
                size_bytes=1,
                original_sha256="0" * 64,
                status=DocumentStatus.READY,
                generation=1,
            )
            rows = [self._passage(document, seq) for seq in range(PASSAGES_A_DOCUMENT)]
            vectors = self._numbers.normal(size=(len(rows), MINILM.dimension)).astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            facts = [{"document_id": document.id, "generation": 1}] * len(rows)
            self._vectors.add(self.collection.id, [passage.id for passage, _ in rows], vectors, facts)
            with self._storage.write() as unit:
                unit.documents.add(document)
                unit.passages.replace(document.id, rows)

    def _passage(self, document: Document, seq: int) -> tuple[Passage, str]:
        text = " ".join(self.words(self._rng.randint(80, 160)))
        passage = Passage(
            id=f"{document.id}:1:{seq}",
            document_id=document.id,
            collection_id=document.collection_id,
            seq=seq,
            text=text,
            start=0,
            end=len(text),
            n_tokens=150,
        )
        return passage, text  # the words are their own stems


def run() -> list[Measurement]:
    """Delay of new questions of some words each, at two sizes of the index."""
    with (
        tempfile.TemporaryDirectory() as folder,
        run_redis(Path(folder)) as redis_url,
        run_chroma(Path(folder)) as chroma_url,
        run_stack(Path(folder) / "home", redis_url=redis_url, chroma_url=chroma_url) as stack,
    ):
        stack.start_worker("interactive")
        filler = Filler(stack.storage, chroma_url)
        measurements = []
        n_there = 0
        for n_passages, limit_s in LIMITS_S.items():
            filler.add(n_passages - n_there)
            n_there = n_passages
            for _ in range(3):
                ask(stack, filler)  # the first ones wait for the worker's start and for cold files
            delays = [ask(stack, filler) for _ in range(N_QUESTIONS)]
            title = f"question to first passages, {n_passages:,} passages"
            measurements.append(
                at_most(f"{title}, median", percentile(delays, 50), "s", limit_s, f"{N_QUESTIONS} questions, warm")
            )
            measurements.append(reported(f"{title}, p95", percentile(delays, 95), "s"))
    return measurements


def ask(stack: Stack, filler: Filler) -> float:
    """Seconds until the passages are there."""
    question = "How does " + " ".join(filler.words(7)) + "?"
    filters = Filters(collection_ids=(filler.collection.id,))
    started = time.perf_counter()
    result = stack.wiring.services.retrieval.search(question, filters=filters)
    delay_s = time.perf_counter() - started
    if not result.hits or result.notices:
        raise RuntimeError(f"The search did not answer as it should: {result.notices}")
    return delay_s


def _word(number: int) -> str:
    """A word of consonants and vowels that no stemmer shortens."""
    letters = ""
    for base in ("bdfgkmnp", "aou", "bdfgkmnp", "aou", "bdfgkmnp", "ao", "kmnp"):
        number, rest = divmod(number, len(base))
        letters += base[rest]
    return letters
