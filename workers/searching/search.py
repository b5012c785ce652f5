"""A question in, passages out."""

from collections.abc import Sequence

import numpy as np

from core.errors import Unavailable, UserInputError
from core.knowledge import Passage
from core.retrieval.diversity import diversified, places_moved
from core.retrieval.duplicates import without_repetitions
from core.retrieval.fusion import (
    DENSE,
    LEXICAL,
    RERANK,
    Fused,
    LexicalScale,
    dense_evidence,
    fuse_ranks,
    fuse_scores,
    lead_of,
    ranks_of,
)
from core.retrieval.matching import matching_stretches
from core.retrieval.spec import Hit, Part, SearchParams, SearchResult, SearchSettings, Vectors
from storage.storage import Storage, UnitOfWork
from workers.searching.candidates import Candidates, Shelf, cosine, find_candidates
from workers.searching.clock import Clock
from workers.searching.reranking import rerank
from workers.searching.scope import Scope, resolve_scope

POOL = 4
"""Times the passages that are wanted: among so many of the best diversity may choose."""


def search(storage: Storage, shelf: Shelf, params: SearchParams, *, reranker_model: str = "") -> SearchResult:
    """The best passages. Raises like ``Library.search``."""
    question, settings = params.question.strip(), params.settings
    if not question:
        raise UserInputError(
            "There is no question.", hint="Ask for something that the documents tell.", field="question"
        )
    clock = Clock()
    with storage.read() as unit:
        scope = resolve_scope(unit, params.filters)
    if scope.is_empty:
        notice = "No document fits the filters." if scope.collections else "There are no documents yet."
        return SearchResult(hits=(), notices=(notice,))
    candidates = find_candidates(storage, shelf, question, scope, settings, clock)
    with clock.measure("fuse"):
        order = fuse(question, candidates, settings)
    scores: dict[str, float] = {}
    if settings.rerank and order:
        with clock.measure(RERANK):
            order, scores = rerank(question, order, candidates, model=reranker_model)
    with clock.measure("fuse"):
        chosen = _choose(shelf, order, candidates, settings)
        _complete_similarities(shelf, question, [one.id for one, _ in chosen], candidates)
    hits = _present(storage, scope, question, chosen, candidates, scores)
    found = {way: len(ids) for way, ids in candidates.found.items()}
    return SearchResult(hits=hits, n_candidates=found, notices=tuple(candidates.notices), seconds=dict(clock.seconds))


def fuse(question: str, candidates: Candidates, settings: SearchSettings) -> list[Fused]:
    """Every candidate in the joint order, with what each way contributes."""
    weights = {DENSE: settings.dense_weight, LEXICAL: 1 - settings.dense_weight}
    ways = list(candidates.found)
    if len(ways) == 1:
        weights = dict.fromkeys(ways, 1.0)
    if settings.fusion == "ranks":
        return fuse_ranks({way: candidates.found[way] for way in ways}, weights, k=settings.rrf_k)
    evidence: dict[str, dict[str, float]] = {}
    if DENSE in ways:
        evidence[DENSE] = {each: dense_evidence(score) for each, score in candidates.cosines.items()}
    if LEXICAL in ways:
        best = max(candidates.bm25.values(), default=0.0)
        lead = lead_of(candidates.cosines.values())
        scale = LexicalScale.of(question, whole=candidates.whole, best=best, lead=lead)
        evidence[LEXICAL] = {each: scale.evidence(score) for each, score in candidates.bm25.items()}
    return fuse_scores(evidence, weights)


def _choose(
    shelf: Shelf, order: Sequence[Fused], candidates: Candidates, settings: SearchSettings
) -> list[tuple[Fused, int]]:
    """The first ``top_k`` without repetitions, each with the places that diversity moved it."""
    pool = [order[place] for place in without_repetitions([candidates.passages[one.id] for one in order])]
    if settings.diversity == 0 or len(pool) < 2:
        return [(one, 0) for one in pool[: settings.top_k]]
    pool = pool[: POOL * settings.top_k]
    try:
        vectors = _vectors(shelf, [candidates.passages[one.id] for one in pool])
    except Unavailable as error:
        candidates.notices.append(f"Not made diverse. {error.message}")
        return [(one, 0) for one in pool[: settings.top_k]]
    taken = diversified([one.score for one in pool], vectors, diversity=settings.diversity, n=settings.top_k)
    return [(pool[place], moved) for place, moved in zip(taken, places_moved(taken), strict=True)]


def _vectors(shelf: Shelf, passages: Sequence[Passage]) -> Vectors:
    held = shelf.stored_vectors(passages)
    absent = [passage for passage in passages if passage.id not in held]
    if absent:
        held |= shelf.encoded_vectors(absent)
    return np.stack([held[passage.id] for passage in passages])


def _complete_similarities(shelf: Shelf, question: str, ids: Sequence[str], candidates: Candidates) -> None:
    """The cosines of what is shown, also when the search was by words alone."""
    absent = [candidates.passages[each] for each in ids if each not in candidates.cosines]
    if not absent:
        return
    try:
        if candidates.question_vector is None:
            candidates.question_vector = shelf.encoder.encode([question])[0]
        vectors = _vectors(shelf, absent)
    except Unavailable as error:
        candidates.notices.append(f"Similarities are not known. {error.message}")
        return
    for passage, vector in zip(absent, vectors, strict=True):
        candidates.cosines[passage.id] = cosine(candidates.question_vector, vector)


def _present(
    storage: Storage,
    scope: Scope,
    question: str,
    chosen: Sequence[tuple[Fused, int]],
    candidates: Candidates,
    reranked: dict[str, float],
) -> tuple[Hit, ...]:
    shown = [(one, moved, candidates.passages[one.id]) for one, moved in chosen]
    with storage.read() as unit:
        documents = _documents(unit, [passage for _, _, passage in shown])
    measures = {DENSE: candidates.cosines, LEXICAL: candidates.bm25, RERANK: reranked}
    ranks = {way: ranks_of(scores, candidates.found.get(way, ())) for way, scores in measures.items()}
    return tuple(
        Hit(
            passage=passage,
            file_name=documents[passage.document_id][0],
            title=documents[passage.document_id][1],
            collection_name=scope.collections[passage.collection_id].name,
            score=one.score,
            parts={
                way: Part(rank=ranks[way][one.id], score=measures[way][one.id], contribution=contribution)
                for way, contribution in one.contributions.items()
                if one.id in measures[way]
            },
            similarity=candidates.cosines.get(one.id, 0.0),
            moved_by_diversity=moved,
            matches=matching_stretches(passage.text, question),
        )
        for one, moved, passage in shown
        if passage.document_id in documents and passage.collection_id in scope.collections
    )


def _documents(unit: UnitOfWork, passages: Sequence[Passage]) -> dict[str, tuple[str, str]]:
    """File name and title by id of the document; one that was removed meanwhile is missing."""
    found = unit.documents.list_by_ids({passage.document_id for passage in passages})
    return {each: (document.file_name, document.title) for each, document in found.items()}
