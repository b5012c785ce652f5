"""One order out of several: each way of searching adds its contribution to a joint score.

Two ways to do it. *By scores*: every candidate gets the cosine and the BM25 that it really has, whichever way found
it; BM25 is put on the scale of cosines, by how much of the question a passage has, and the weighted mean decides. *By
ranks*: weighted reciprocal rank fusion, which looks at nothing but places.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.retrieval.terms import words_of

DENSE, LEXICAL, RERANK = "dense", "lexical", "rerank"
"""The ways of searching, as ``Hit.parts`` names them."""

TRUST_LOST_IN_SENTENCES = 0.9
CLEAR_LEAD = 0.12
"""Of the first passage by meaning before the sixth, in cosine: with it, words are trusted half as much."""
MOST_AROUND_A_NAME = 4
"""Telling words of a question that is about the name in it; a longer one mentions it among other things.

Chosen on the sets of ``tests/benchmarks/retrieval_sets.py`` and checked on others: docs/adr/0015-*.md."""


@dataclass(frozen=True, kw_only=True)
class Fused:
    """A candidate with its place in the joint order."""

    id: str
    score: float
    contributions: dict[str, float] = field(default_factory=dict)
    """By way of searching; they add up to ``score``."""


def fuse_ranks(rankings: Mapping[str, Sequence[str]], weights: Mapping[str, float], *, k: int) -> list[Fused]:
    """Weighted reciprocal rank fusion: a candidate gets ``weight / (k + rank)`` from every ranking that it is in.

    Args:
        rankings: Ids by way of searching, best first.
        weights: By way of searching.
        k: Large values level the ranks.

    Source:
        Cormack, Clarke and Büttcher 2009, doi:10.1145/1571941.1572114.

    Example:
        >>> [(one.id, round(one.score, 3)) for one in fuse_ranks({"x": ["a", "b"], "y": ["b"]}, {"x": 1, "y": 1}, k=1)]
        [('b', 0.833), ('a', 0.5)]
    """
    return _in_order(
        {
            way: {each: weights[way] / (k + rank) for rank, each in enumerate(dict.fromkeys(ids), start=1)}
            for way, ids in rankings.items()
        }
    )


def fuse_scores(evidence: Mapping[str, Mapping[str, float]], weights: Mapping[str, float]) -> list[Fused]:
    """Weighted mean of evidence by way of searching and id; what is not there is 0.

    Example:
        >>> fuse_scores({"x": {"a": 0.5, "b": 0.2}, "y": {"b": 0.6}}, {"x": 0.5, "y": 0.5})[0].contributions
        {'x': 0.1, 'y': 0.3}
    """
    total = sum(weights[way] for way in evidence) or 1.0
    return _in_order(
        {way: {each: weights[way] / total * value for each, value in held.items()} for way, held in evidence.items()}
    )


def dense_evidence(cosine: float) -> float:
    """What a cosine says: a passage that points away from the question says nothing."""
    return min(max(cosine, 0.0), 1.0)


def lead_of(cosines: Iterable[float]) -> float:
    """By how much the best cosine stands above the sixth, or above the last of fewer; 0 without any."""
    best = sorted(cosines, reverse=True)[:6]
    return best[0] - best[-1] if best else 0.0


@dataclass(frozen=True, kw_only=True)
class LexicalScale:
    """What BM25 scores of one question say, on the scale of cosines."""

    whole: float
    """BM25 of a passage of usual length that has every term of the question once: the sum of the terms' weights."""
    trust: float
    """What such a passage is worth, against a cosine of 1."""

    @classmethod
    def of(cls, question: str, *, whole: float, best: float, lead: float) -> "LexicalScale":
        """The scale of a question.

        Args:
            question: As asked.
            whole: See the field.
            best: The highest BM25 that any passage has.
            lead: How far the passages that the meaning ranks first stand out (``lead_of``).

        Words are trusted as much as meaning when a name is asked for, such as ``max_depth`` or ``E1043``: an embedding
        hardly tells one from another, and a passage that has it is what is wanted. Otherwise they count for less in
        whole sentences, whose words are chosen freely, where no passage has most of them, and where the meaning
        sees a few passages stand out clearly.
        """
        if whole <= 0:
            return cls(whole=0.0, trust=0.0)
        words = list(words_of(question))
        n_stop = sum(word.is_stop_word for word in words)
        if len(words) - n_stop <= MOST_AROUND_A_NAME and any(word.is_name and not word.is_stop_word for word in words):
            return cls(whole=whole, trust=1.0)
        in_sentences = 1 - TRUST_LOST_IN_SENTENCES * n_stop / max(len(words), 1)
        beside_meaning = 1 / (1 + max(lead, 0.0) / CLEAR_LEAD)
        return cls(whole=whole, trust=in_sentences * math.sqrt(min(best / whole, 1.0)) * beside_meaning)

    def evidence(self, bm25: float) -> float:
        """What a score says."""
        return self.trust * bm25 / self.whole if self.whole > 0 else 0.0


def ranks_of(scores: Mapping[str, float], order: Iterable[str] = ()) -> dict[str, int]:
    """Ranks from 1 by score, highest first; equals keep ``order``, then that of their ids."""
    place = {each: number for number, each in enumerate(order)}
    ranked = sorted(scores, key=lambda each: (-scores[each], place.get(each, len(place)), each))
    return {each: rank for rank, each in enumerate(ranked, start=1)}


def _in_order(contributions: Mapping[str, Mapping[str, float]]) -> list[Fused]:
    ids = dict.fromkeys(each for held in contributions.values() for each in held)
    fused = []
    for each in ids:
        own = {way: held[each] for way, held in contributions.items() if each in held}
        fused.append(Fused(id=each, score=sum(own.values()), contributions=own))
    return sorted(fused, key=lambda one: -one.score)
