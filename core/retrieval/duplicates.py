"""Passages that say the same thing twice."""

from collections.abc import Sequence

from core.knowledge import Passage

MOST_OVERLAP = 0.5
"""Share of the shorter passage that two of one document may have in common; the usual overlap is a fifth."""


def without_repetitions(passages: Sequence[Passage]) -> list[int]:
    """Positions of ``passages`` in their order, those that repeat an earlier one put behind all others.

    A passage repeats another one that has the same words, white space and case aside, in whatever document, or that
    shares more than ``MOST_OVERLAP`` of its text in the same document.
    """
    said: set[str] = set()
    spans: dict[str, list[tuple[int, int]]] = {}
    first: list[int] = []
    again: list[int] = []
    for position, passage in enumerate(passages):
        words = " ".join(passage.text.casefold().split())
        held = spans.setdefault(passage.document_id, [])
        if words in said or any(_overlap((passage.start, passage.end), other) > MOST_OVERLAP for other in held):
            again.append(position)
            continue
        said.add(words)
        held.append((passage.start, passage.end))
        first.append(position)
    return first + again


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    shorter = min(one[1] - one[0], other[1] - other[0])
    return shared / shorter if shorter > 0 else 0.0
