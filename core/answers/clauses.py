"""Sentences clause by clause: who does what, and whether it is said with a negation.

A sentence says several things. "Valve A feeds the boiler, and valve B feeds the cistern" has every word of "valve A
feeds the cistern" and does not say it; a negation in one clause says nothing of the other.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.answers.words import content_stems, polarity

_CUT = re.compile(
    r"[;:,]\s+(?:(?:and|but|or|because|since|so|while|whereas)\s+)?"
    r"|\s+(?:and|but|because|whereas|while|since|unless|although)\s+"
)
LEAST = 2
"""Content words of a clause; a shorter piece belongs to its neighbour."""


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One thing that a sentence says."""

    stems: tuple[str, ...]
    polarity: int
    """How many negations it has."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """A clause of a claim beside the clause of the evidence that says most of it."""

    said: Clause
    found: Clause
    covered: float
    """Share of the claim's stems that the evidence has there."""
    missing: frozenset[str]
    """Stems of the claim that it does not have there."""
    extra: frozenset[str]
    """Stems that it has there and the claim has not."""
    is_elsewhere: bool
    """Whether everything that is missing stands in other clauses of the evidence."""


def clauses_of(text: str) -> tuple[Clause, ...]:
    """The clauses of a sentence; at least one, if it has any content."""
    pieces: list[str] = []
    for piece in _CUT.split(text):
        if pieces and (len(content_stems(piece)) < LEAST or len(content_stems(pieces[-1])) < LEAST):
            pieces[-1] = f"{pieces[-1]} {piece}"
        elif piece.strip():
            pieces.append(piece)
    return tuple(Clause(stems=tuple(content_stems(piece)), polarity=polarity(piece)) for piece in pieces)


def matches(claim: str, evidence: Sequence[str]) -> tuple[Match, ...]:
    """Each clause of ``claim`` with the clause among the sentences of ``evidence`` that says most of it."""
    sentences = [clauses_of(sentence) for sentence in evidence]
    everything = [clause for clauses in sentences for clause in clauses]
    found = []
    for clause in clauses_of(claim):
        stems = frozenset(clause.stems)
        if not stems or not everything:
            continue
        offered = [(one, _with_borrowed(one, clauses[0], stems)) for clauses in sentences for one in clauses]
        best, there = max(offered, key=lambda one: _fit(stems, one))
        missing = stems - there
        others = frozenset(stem for one in everything if one is not best for stem in one.stems)
        found.append(
            Match(
                said=clause,
                found=best,
                covered=len(stems & there) / len(stems),
                missing=missing,
                extra=frozenset(best.stems) - stems,
                is_elsewhere=bool(missing) and missing <= others,
            )
        )
    return tuple(found)


def _with_borrowed(clause: Clause, first: Clause, claimed: frozenset[str]) -> frozenset[str]:
    """The stems of a clause, with those of the first one of its sentence where it goes on from that.

    "... is kept for 30 days on disk and for 7 years on tape": the second clause is about what the first one names. It
    does so for a claim that has all of it.
    """
    stems = frozenset(clause.stems)
    return stems | frozenset(first.stems) if stems <= claimed else stems


def _fit(claimed: frozenset[str], offer: tuple[Clause, frozenset[str]]) -> tuple[int, int, int]:
    """How well a clause fits: most words in all, then most of its own, then fewest others."""
    clause, there = offer
    own = frozenset(clause.stems)
    return len(claimed & there), len(claimed & own), -len(own - claimed)
