"""Where a passage says the words of a question."""

from collections.abc import Iterable

from core.retrieval.terms import question_terms, words_of

MOST_MATCHES = 200
"""Stretches that are marked; a passage with more is marked all over."""


def matching_stretches(text: str, question: str) -> tuple[tuple[int, int], ...]:
    """Stretches of ``text`` whose words the question has too, in another form perhaps: ascending, not overlapping.

    Words that say nothing, such as "the", match only when the question has no others.

    Example:
        >>> matching_stretches("Trees are grown to a depth.", "How deep does a tree grow?")
        ((0, 5),)
    """
    return stretches_of(text, question_terms(question))


def stretches_of(text: str, terms: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Stretches of ``text`` whose words are among ``terms``; those that touch are one."""
    wanted = frozenset(terms)
    merged: list[tuple[int, int]] = []
    for word in words_of(text):
        if wanted.isdisjoint(word.terms):
            continue
        if merged and word.start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(word.end, merged[-1][1]))
        elif len(merged) < MOST_MATCHES:
            merged.append((word.start, word.end))
    return tuple(merged)
