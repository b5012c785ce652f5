"""Whether the passages that were found speak of what was asked at all, or the documents do not answer it.

A logistic of what can be seen without reading: how near the best stretch and the best passage are in meaning, and how
many of the question's words they have. Its weights were fitted on questions about the handbook, half of them without
an answer there; ``tests/answering`` holds them, and the half that nothing was fitted on.
"""

import math
from dataclasses import dataclass

from core.answers.evidence import Cosines, Evidence, context_of
from core.answers.question import key_stems
from core.answers.words import content_stems, coverage

BIAS, NEAREST, PASSAGE, WORDS, JOINT = -8.5, 3.1, 3.0, 4.1, 5.0
"""Weights of the logistic."""
WORDS_ALONE_BIAS, WORDS_ALONE = -2.6, 5.0
"""The same where nothing can be embedded."""
REFUSED_BELOW = 0.5
"""Relevance under which an extractive answer is a refusal."""
FOREIGN_BELOW = 0.25
"""Cosine under which nothing is near at all: then a language model, which can refuse by itself, is not even asked."""


@dataclass(frozen=True, kw_only=True)
class Signals:
    """What the decision rests on."""

    nearest: float
    """Cosine of the question and the best stretch; 0 without an encoder."""
    passage: float
    """Cosine of the question and the best passage."""
    words: float
    """Largest share of the question's words in one passage, its headings included."""
    joint: float
    """The same in all passages together."""
    has_vectors: bool = True


def signals(question: str, evidence: Evidence, cosines: Cosines | None) -> Signals:
    """What can be seen of a question and the stretches that were found for it; ``cosines`` has one for each unit."""
    wanted = key_stems(question)
    covered, everything = [0.0], set[str]()
    for passage in evidence.passages:
        stems = {stem for one in evidence.of(passage.number) for stem in one.stems}
        stems |= set(content_stems(context_of(passage)))
        covered.append(coverage(wanted, stems))
        everything |= stems
    return Signals(
        nearest=float(max(cosines)) if cosines is not None and len(cosines) else 0.0,
        passage=max((one.hit.similarity for one in evidence.passages), default=0.0),
        words=max(covered),
        joint=coverage(wanted, everything),
        has_vectors=cosines is not None,
    )


def is_foreign(seen: Signals) -> bool:
    """Whether the passages share neither meaning nor words with the question."""
    return max(seen.nearest, seen.passage) < FOREIGN_BELOW and seen.words < 0.5


def relevance(seen: Signals) -> float:
    """0 to 1: how surely the passages speak of what was asked."""
    if not seen.has_vectors:
        return _logistic(WORDS_ALONE_BIAS + WORDS_ALONE * seen.words)
    return _logistic(BIAS + NEAREST * seen.nearest + PASSAGE * seen.passage + WORDS * seen.words + JOINT * seen.joint)


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))
