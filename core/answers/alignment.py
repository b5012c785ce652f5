"""Our own check of an answer: each sentence against the passages, by meaning, by words, and by what must not differ.

A sentence is held by the stretch that says nearly the same. Numbers and names that the stretch does not have, a
negation too many or too few, a word in the place of another or its opposite take the support away, however alike the
rest is. What a model claims to cite counts only as far as it holds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from core.answers.clauses import Match, matches
from core.answers.evidence import Cosines, Evidence, EvidenceUnit, context_of
from core.answers.spec import AnswerSentence, Citation, SentenceKind, Support
from core.answers.words import content_stems, coverage, names_in, normal, numbers_in, opposed, words

SUPPORTED_FROM, PARTLY_FROM = 0.62, 0.40
"""Of the score. Tuned on one half of the altered sentences of the tests; the other half gives the reported figures."""
ALIKE = 0.5
"""Coverage from which two sentences speak of the same, so that a negation in one of them contradicts the other."""
WORD_FOR_WORD = 0.8
"""Least score of a sentence all of whose clauses the stretch has with every word."""
SAME_CLAUSE = 0.65
"""Share of a clause that is the same in the same order, from which another word in it counts as put in its place."""
GAIN = 0.2
"""What a second stretch has to add to the coverage to be cited as well."""
FIELD = 12
"""Stretches that are looked at closely for one sentence."""

_LIST_MARK = re.compile(r"^\s*(?:[-*•–‣]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A sentence to be checked."""

    text: str
    kind: SentenceKind = "sentence"
    claimed: tuple[int, ...] = ()
    """Numbers of the passages that it says it comes from."""


@dataclass(frozen=True, kw_only=True)
class _Verdict:
    support: Support
    score: float
    units: tuple[EvidenceUnit, ...]
    reason: str = ""

    @property
    def rank(self) -> tuple[int, float]:
        order = (Support.UNSUPPORTED, Support.PARTLY, Support.SUPPORTED)
        return order.index(self.support), self.score


def align(claims: Sequence[Claim], evidence: Evidence, *, question: str = "") -> tuple[AnswerSentence, ...]:
    """Each claim with its support and the stretches that hold it.

    Args:
        claims: The sentences of an answer, in its order.
        evidence: The stretches of the passages it was made from.
        question: What was asked: names in it may be repeated, but are not thereby true.
    """
    inexact = [claim for claim in claims if _verbatim(claim, evidence) is None]
    cosines = evidence.similarities([claim.text for claim in inexact])
    rows = {} if cosines is None else {id(claim): cosines[at] for at, claim in enumerate(inexact)}
    asked = frozenset(names_in(question)) | frozenset(words(question))
    return tuple(_checked(claim, evidence, rows.get(id(claim)), asked) for claim in claims)


def _checked(
    claim: Claim,
    evidence: Evidence,
    cosines: Cosines | None,
    asked: frozenset[str],
) -> AnswerSentence:
    if (units := _verbatim(claim, evidence)) is not None:
        return _sentence(claim, _Verdict(support=Support.SUPPORTED, score=1.0, units=units))
    stems = content_stems(_LIST_MARK.sub("", claim.text))
    if not stems or not evidence.units:
        reason = "It says nothing that could be checked." if not stems else "There is no passage to hold it."
        return _sentence(claim, _Verdict(support=Support.UNSUPPORTED, score=0.0, units=(), reason=reason))
    scores = _scores(stems, evidence, cosines)
    best = np.argsort(-scores, kind="stable")[:FIELD]
    verdicts = [_judge(claim, stems, evidence, int(at), scores, asked) for at in best]
    held = [one for one in verdicts if {unit.number for unit in one.units} & set(claim.claimed)]
    # A citation that holds as well as any other stays, though another stretch may be more alike.
    top = max(verdicts, key=lambda one: one.rank)
    if held and max(held, key=lambda one: one.rank).rank[0] == top.rank[0]:
        top = max(held, key=lambda one: one.rank)
    return _sentence(claim, top)


def _verbatim(claim: Claim, evidence: Evidence) -> tuple[EvidenceUnit, ...] | None:
    """The unit that says exactly this, the claimed passages first; lines of a table or code one by one."""
    lines = [normal(line) for line in claim.text.splitlines() if line.strip()]
    found = []
    for line in lines if claim.kind in ("code", "table") else [normal(claim.text)]:
        matching = [one for one in evidence.units if _is_within(line, one)]
        if not matching:
            return None
        found.append(next((one for one in matching if one.number in claim.claimed), matching[0]))
    return tuple(dict.fromkeys(found)) or None


def _is_within(line: str, one: EvidenceUnit) -> bool:
    """Whether a unit is this line, or, of code, has it as one of its lines."""
    if one.unit.kind == "code":
        return line in {normal(part) for part in one.unit.text.splitlines()}
    return line == normal(one.unit.text)


def _scores(
    stems: list[str], evidence: Evidence, cosines: Cosines | None
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    covered = np.array([_covered(stems, (one,)) for one in evidence.units])
    return _joint(covered, cosines)


def _joint(
    covered: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    cosines: Cosines | None,
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Half by words, half by meaning; cosines of sentences that say the same lie between about 0.7 and 1."""
    if cosines is None:
        return covered
    return 0.5 * covered + 0.5 * np.clip((cosines.astype(np.float64) - 0.15) / 0.7, 0.0, 1.0)


def _covered(stems: list[str], units: Sequence[EvidenceUnit]) -> float:
    """Share of the stems that the units have; those of their headings count for half."""
    own = {stem for one in units for stem in one.stems}
    above = {stem for one in units for stem in one.heading_stems}
    unique = set(stems)
    return (len(unique & own) + 0.5 * len((unique - own) & above)) / len(unique)


def _judge(
    claim: Claim,
    stems: list[str],
    evidence: Evidence,
    at: int,
    scores: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    asked: frozenset[str],
) -> _Verdict:
    best = evidence.units[at]
    units: tuple[EvidenceUnit, ...] = (best,)
    score, covered = float(scores[at]), _covered(stems, units)
    second = _second(claim, stems, best, evidence)
    if second is not None:
        units = (best, second)
        score += 0.5 * (_covered(stems, units) - covered)
        covered = _covered(stems, units)
    if all(match.covered == 1.0 for match in matches(_LIST_MARK.sub("", claim.text), [one.unit.text for one in units])):
        score = max(score, WORD_FOR_WORD)
    support, reason = _by_score(score)
    for objection in (_numbers(claim, units), _names(claim, units, asked), _contradiction(claim, units)):
        if objection is not None and _severity(objection[0]) > _severity(support):
            support, reason = objection
    return _Verdict(support=support, score=min(1.0, score), units=units, reason=reason)


def _by_score(score: float) -> tuple[Support, str]:
    if score >= SUPPORTED_FROM:
        return Support.SUPPORTED, ""
    if score >= PARTLY_FROM:
        return Support.PARTLY, "The passage says something like it, in other words."
    return Support.UNSUPPORTED, "No passage says this."


def _severity(support: Support) -> int:
    return (Support.SUPPORTED, Support.PARTLY, Support.UNSUPPORTED).index(support)


def _second(claim: Claim, stems: list[str], best: EvidenceUnit, evidence: Evidence) -> EvidenceUnit | None:
    """Another stretch of the same or a claimed passage that says what ``best`` leaves unsaid."""
    if claim.kind != "sentence":
        return None
    near = [one for one in evidence.units if one is not best and one.number in {best.number, *claim.claimed}]
    base = _covered(stems, (best,))
    gains = [(_covered(stems, (best, one)) - base, -abs(one.at - best.at), at) for at, one in enumerate(near)]
    if not gains:
        return None
    gain, _, at = max(gains)
    return near[at] if gain >= GAIN else None


def _numbers(claim: Claim, units: Sequence[EvidenceUnit]) -> tuple[Support, str] | None:
    said = numbers_in(_LIST_MARK.sub("", claim.text))
    there = {number for one in units for number in one.numbers} | {
        number for one in units for number in numbers_in(context_of(one.passage))
    }
    for number in said:
        if number not in there:
            whole = {value for one in units for value in numbers_in(one.passage.hit.passage.text)}
            if number in whole:
                return Support.PARTLY, f"The number {number} stands elsewhere in the passage."
            return Support.UNSUPPORTED, f"The number {number} is not in the passage."
    return _counted(claim, units) if len(set(said)) > 1 else None


def _counted(claim: Claim, units: Sequence[EvidenceUnit]) -> tuple[Support, str] | None:
    """Numbers that the passage says of something else: "12 files of 8,000 rows" against "8,000 files of 12 rows"."""
    said = _number_pairs(claim.text)
    there = [pair for one in units for pair in _number_pairs(one.unit.text)]
    for number, noun in said:
        nouns = {other for value, other in there if value == number}
        numbers = {value for value, other in there if other == noun}
        if nouns and numbers and noun not in nouns and number not in numbers:
            return Support.UNSUPPORTED, f"The passage says {number} of something else."
    return None


def _number_pairs(text: str) -> list[tuple[str, str]]:
    pairs = []
    for match in re.finditer(r"(\d[\d,.\u202f\u00a0]*)\s*([^\W\d_]+|%)", text):
        numbers = numbers_in(match.group(1).rstrip(".,"))
        nouns = content_stems(match.group(2)) or [match.group(2)]
        if numbers:
            pairs.append((numbers[0], nouns[0]))
    return pairs


def _names(claim: Claim, units: Sequence[EvidenceUnit], asked: frozenset[str]) -> tuple[Support, str] | None:
    there = {word for one in units for word in one.words}
    there |= {word for one in units for word in words(context_of(one.passage))}
    stems = {stem for one in units for stem in one.stems}
    for name in names_in(_LIST_MARK.sub("", claim.text)):
        parts = words(name)
        if name in there or set(parts) <= there or set(content_stems(name)) <= stems:
            continue
        if name in asked or set(parts) <= asked:
            return Support.PARTLY, f"{name!r} is named by the question, not by the passage."
        return Support.UNSUPPORTED, f"The name {name!r} is not in the passage."
    return None


def _contradiction(claim: Claim, units: Sequence[EvidenceUnit]) -> tuple[Support, str] | None:
    """What the stretches say otherwise, clause by clause."""
    text = _LIST_MARK.sub("", claim.text)
    for match in matches(text, [one.unit.text for one in units]):
        if match.covered < ALIKE:
            continue
        if match.said.polarity % 2 != match.found.polarity % 2:
            support = Support.UNSUPPORTED if match.covered >= 0.7 else Support.PARTLY
            return support, "The passage says it with, or without, a negation."
        if match.is_elsewhere and match.extra:
            return Support.PARTLY, f"The passage says {_listed(match.missing)} of something else."
        if (word := _replaced(match)) is not None:
            return Support.PARTLY, f"The passage says {word[1]!r} where this says {word[0]!r}."
    if pair := opposed(text, units[0].unit.text):
        return Support.UNSUPPORTED, f"The passage says {pair[1]!r} where this says {pair[0]!r}."
    return _turned(text, units[0])


def _listed(stems: frozenset[str]) -> str:
    return ", ".join(repr(stem) for stem in sorted(stems)[:3])


def _replaced(match: Match) -> tuple[str, str] | None:
    """A word in the place of another one, in a clause that is otherwise the same."""
    said, found = list(match.said.stems), list(match.found.stems)
    opcodes = SequenceMatcher(a=said, b=found, autojunk=False).get_opcodes()
    same = sum(b - a for what, a, b, _, _ in opcodes if what == "equal")
    if same < 2 or same / len(said) < SAME_CLAUSE:
        return None
    for what, a, b, c, d in opcodes:
        if what == "replace" and b - a == 1 and d - c == 1 and said[a] in match.missing:
            return said[a], found[c]
    return None


def _turned(text: str, best: EvidenceUnit) -> tuple[Support, str] | None:
    """Names in another order than the passage has them, in the same voice."""
    said, there = list(dict.fromkeys(names_in(text))), list(dict.fromkeys(names_in(best.unit.text)))
    both = [name for name in said if name in there]
    is_same_voice = (" by " in text) == (" by " in best.unit.text)
    is_much = coverage(content_stems(text), best.stems) >= 0.8
    if is_same_voice and is_much and both != [name for name in there if name in both]:
        return Support.PARTLY, "The passage has these names in another order."
    return None


def _sentence(claim: Claim, verdict: _Verdict) -> AnswerSentence:
    units = verdict.units if verdict.support is not Support.UNSUPPORTED else ()
    return AnswerSentence(
        text=claim.text,
        kind=claim.kind,
        citations=_citations(units),
        support=verdict.support,
        score=round(verdict.score, 4),
        reason=verdict.reason,
    )


def _citations(units: Sequence[EvidenceUnit]) -> tuple[Citation, ...]:
    """One for each passage and paragraph, in the order of the units."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for one in units:
        key = (one.number, one.unit.group)
        start, end = spans.get(key, (one.unit.start, one.unit.end))
        spans[key] = (min(start, one.unit.start), max(end, one.unit.end))
    return tuple(Citation(number=number, start=start, end=end) for (number, _), (start, end) in spans.items())
