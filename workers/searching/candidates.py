"""What each way of searching finds, with the score that each passage really has by both."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from core.errors import Unavailable, UserInputError
from core.knowledge import Passage
from core.retrieval.fusion import DENSE, LEXICAL
from core.retrieval.spec import Encoder, SearchSettings, VectorIndex, Vectors
from core.retrieval.terms import question_terms
from core.wording import joined
from storage.lexical import LexicalIndex
from storage.storage import Storage
from workers.searching.clock import Clock
from workers.searching.scope import Scope, searchable_by_meaning

MOST_ASKED = 8
"""Times the candidates that the vector store is asked for, when it holds vectors of passages that are gone."""


class Shelf(Protocol):
    """What of the library a search needs."""

    @property
    def encoder(self) -> Encoder:
        """The configured encoder."""
        ...

    @property
    def vector_index(self) -> VectorIndex:
        """Where vectors are kept."""
        ...

    def stored_vectors(self, passages: Collection[Passage]) -> dict[str, Vectors]:
        """The vectors that the vector store has, by id."""
        ...

    def encoded_vectors(self, passages: Sequence[Passage]) -> dict[str, Vectors]:
        """Vectors made anew, by id."""
        ...


@dataclass(kw_only=True)
class Candidates:
    """Every passage that any way of searching brought."""

    passages: dict[str, Passage] = field(default_factory=dict)
    """By id."""
    cosines: dict[str, float] = field(default_factory=dict)
    bm25: dict[str, float] = field(default_factory=dict)
    """Of those that have a word of the question."""
    whole: float = 0.0
    """Sum of the weights of the question's terms."""
    question_vector: Vectors | None = None
    """None: the encoder was not asked, or does not answer."""
    found: dict[str, list[str]] = field(default_factory=dict)
    """Ids by way of searching, best first."""
    notices: list[str] = field(default_factory=list)


def find_candidates(
    storage: Storage, shelf: Shelf, question: str, scope: Scope, settings: SearchSettings, clock: Clock
) -> Candidates:
    """What is found by meaning and by words.

    Raises:
        UserInputError: Neither way is switched on, or a collection was made by another embedding model.
        Unavailable: No way that is switched on answers.
    """
    if not settings.use_dense and not settings.use_lexical:
        raise UserInputError(
            "Neither way of searching is on.", hint="Search by meaning, by words, or by both.", field="settings"
        )
    candidates = Candidates()
    if settings.use_dense:
        _find_by_meaning(storage, shelf, question, scope, settings, candidates, clock)
    if settings.use_lexical:
        _find_by_words(storage, question, scope, settings, candidates, clock)
        with clock.measure(DENSE):
            _complete_cosines(shelf, candidates)
    return candidates


def _find_by_meaning(
    storage: Storage,
    shelf: Shelf,
    question: str,
    scope: Scope,
    settings: SearchSettings,
    candidates: Candidates,
    clock: Clock,
) -> None:
    try:
        with clock.measure("encode"):
            same, other = searchable_by_meaning(scope, shelf.encoder.name)
            candidates.question_vector = shelf.encoder.encode([question])[0]
        with clock.measure(DENSE):
            nearest: list[tuple[str, float]] = []
            for collection_id in same:
                nearest += _nearest(storage, shelf, collection_id, scope, settings.candidates, candidates)
    except Unavailable as error:
        if not settings.use_lexical:
            raise
        candidates.notices.append(f"Searched by words alone. {error.message}")
        return
    nearest.sort(key=lambda found: (-found[1], found[0]))
    del nearest[settings.candidates :]
    candidates.cosines = dict(nearest)
    candidates.found[DENSE] = [each for each, _ in nearest]
    if other:
        candidates.notices.append(
            f"{joined(other)} {'was' if len(other) == 1 else 'were'} made by another embedding model and searched by "
            "words alone. Index anew what should be found by meaning, too."
        )


def _nearest(
    storage: Storage, shelf: Shelf, collection_id: str, scope: Scope, n: int, candidates: Candidates
) -> list[tuple[str, float]]:
    """The nearest passages of one collection. Vectors whose passage is gone, or not there yet, are passed over."""
    assert candidates.question_vector is not None
    asked = n
    while True:
        found = shelf.vector_index.search(
            collection_id, candidates.question_vector, asked, document_ids=scope.document_ids or ()
        )
        with storage.read() as unit:
            candidates.passages |= unit.passages.list_by_ids(
                [each for each, _ in found if each not in candidates.passages]
            )
        shown = [(each, cosine) for each, cosine in found if each in candidates.passages]
        if len(shown) >= n or len(found) < asked or asked >= MOST_ASKED * n:
            return shown[:n]
        asked *= 2


def _find_by_words(
    storage: Storage, question: str, scope: Scope, settings: SearchSettings, candidates: Candidates, clock: Clock
) -> None:
    """The best by BM25, and the BM25 of what was found by meaning."""
    terms = question_terms(question)
    with clock.measure(LEXICAL), storage.read() as unit:
        index: LexicalIndex = unit.lexical
        best = index.search(
            terms,
            settings.candidates,
            collection_ids=() if scope.is_everywhere else tuple(scope.collections),
            document_ids=scope.document_ids,
        )
        candidates.bm25 = dict(best)
        candidates.found[LEXICAL] = [each for each, _ in best]
        absent = [each for each in candidates.passages if each not in candidates.bm25]
        candidates.bm25 |= {each: score for each, score in index.scores(terms, absent).items() if score > 0}
        candidates.whole = sum(index.weigh(terms).weights.values())
        new = [each for each, _ in best if each not in candidates.passages]
        candidates.passages |= unit.passages.list_by_ids(new)
    _forget_the_removed(candidates)


def _forget_the_removed(candidates: Candidates) -> None:
    """Between two looks at the database a document may have been removed."""
    candidates.bm25 = {each: score for each, score in candidates.bm25.items() if each in candidates.passages}
    for way, ids in candidates.found.items():
        candidates.found[way] = [each for each in ids if each in candidates.passages]


def _complete_cosines(shelf: Shelf, candidates: Candidates) -> None:
    """The cosines of passages that only their words have brought."""
    vector = candidates.question_vector
    if vector is None or DENSE not in candidates.found:
        return
    absent = [passage for each, passage in candidates.passages.items() if each not in candidates.cosines]
    held = shelf.stored_vectors(absent)
    candidates.cosines |= {each: cosine(vector, other) for each, other in held.items()}


def cosine(one: Vectors, other: Vectors) -> float:
    """Of unit vectors, in [-1, 1]."""
    return min(max(float(np.dot(one, other)), -1.0), 1.0)
