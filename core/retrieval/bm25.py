"""The measure of the search by words: Okapi BM25, computed the same for both databases."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

K1, B = 1.2, 0.75
"""How soon repetitions of a term stop to count, and how much long passages pay for their length.

Robertson and Zaragoza 2009, "The probabilistic relevance framework: BM25 and beyond", sec. 3.5.
"""


@dataclass(frozen=True, kw_only=True)
class WeighedQuestion:
    """The terms of a question and what each is worth in a corpus."""

    weights: Mapping[str, float]
    """By term: inverse document frequency, times how often the question has it. Terms that the corpus lacks too."""
    average_length: float
    """Terms in a passage, on average."""

    @property
    def most(self) -> float:
        """What a passage that is full of every term would score."""
        return sum(self.weights.values()) * (K1 + 1)

    def score(self, terms: str) -> float:
        """BM25 of a passage whose terms, with spaces between them, are ``terms``; 0 when it has none of the question.

        Source:
            Robertson and Zaragoza 2009, eq. 3.15, with the document frequency of ``weigh``.
        """
        listed, weights = terms.split(), self.weights
        counts: dict[str, int] = {}
        for term in listed:
            if term in weights:
                counts[term] = counts.get(term, 0) + 1
        longer = K1 * (1 - B + B * len(listed) / self.average_length)
        return sum(weights[term] * n * (K1 + 1) / (n + longer) for term, n in counts.items())


def weigh(
    terms: Sequence[str], *, n_passages: int, passages_with: Mapping[str, int], average_length: float
) -> WeighedQuestion:
    """The question of ``terms`` in a corpus.

    Args:
        terms: Of the question, repetitions included.
        n_passages: In the corpus.
        passages_with: Passages that have a term, by term; 0 where it is missing.
        average_length: Terms in a passage.

    The weight of a term is ``ln(1 + (N - n + 0.5) / (n + 0.5))``: unlike the classic form it stays positive for terms
    that more than half of the passages have, which in a collection of three files are many.
    """
    weights = {
        term: repeated * math.log1p((n_passages - n + 0.5) / (n + 0.5))
        for term, repeated in Counter(terms).items()
        if (n := min(passages_with.get(term, 0), n_passages)) >= 0
    }
    return WeighedQuestion(weights=weights, average_length=max(average_length, 1.0))
