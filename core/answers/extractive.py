"""An answer without a language model: the best sentences of the passages, whole, in an order that reads well."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.answers.alignment import Claim
from core.answers.evidence import Cosines, Evidence, EvidenceUnit
from core.answers.question import QuestionKind, key_stems, kind_of
from core.answers.words import content_stems, coverage, names_in

MOST_SENTENCES = 4
FACTS = frozenset((QuestionKind.WHO, QuestionKind.WHEN, QuestionKind.WHERE, QuestionKind.HOW_MANY))
MOST_FACTS = 2
"""Sentences, for questions that want one fact."""
MOST_ITEMS = 12
"""Of one list or table: more are cut, and the last line says so."""
NEAR_BEST = 0.88
"""A further sentence has to score this much of the best one."""
LIKE_ANOTHER = 0.6
"""Share of common words from which two sentences say the same."""
MEANING, WORDS, PASSAGE_RANK, PLACE, FITS = 0.55, 0.4, 0.25, 0.03, 0.06
"""Weights of the parts of a sentence's score; judged on questions about the handbook."""

_LEANS_BACK = re.compile(
    r"^(?:it|its|this|that|these|those|they|them|their|he|she|such|here|both|either|neither|the (?:former|latter"
    r"|same)|however|therefore|thus|"
    r"hence|instead|otherwise|also|then|so|but|and|or|yet|still|moreover|furthermore|in (?:this|that) case"
    r"|for (?:this|that) reason)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:1[5-9]|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b(?:january|february|march|april|may|june|july"
    r"|august|september|october|november|december|"
    r"daily|weekly|every (?:day|hour|second|minute)|before|after|when|as soon as|once|until)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|so that|in order to|therefore|reason|otherwise|would|due to|which is why|for the sake)\b|:",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"\b(?:is|are|means?|refers? to|stands? for|describes?|called|consists? of|holds?|denotes?)\b", re.IGNORECASE
)
_PLACE = re.compile(r"\b(?:in|under|on|at|into|beside|below|above|inside)\b|/\w|\*", re.IGNORECASE)
_QUESTION_MARK = re.compile(r"\?\s*$")
_POINTS_ELSEWHERE = re.compile(r"^\W*(?:sources?|references?|see(?: also)?|read more|further reading)\b", re.IGNORECASE)
"""A line that names where something stands instead of saying it."""


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """The stretches, and how well each answers."""

    scores: "np.ndarray[tuple[int], np.dtype[np.float64]]"
    kind: QuestionKind


def extract(question: str, evidence: Evidence, cosines: Cosines | None) -> tuple[Claim, ...]:
    """The sentences, steps, code and rows that answer best.

    Args:
        question: As it is searched for.
        evidence: What may be taken: stretches of the passages, best passage first.
        cosines: Of the question and each unit of ``evidence``; None where nothing can be embedded.
    """
    if not evidence.units:
        return ()
    ranked = rank(question, evidence, cosines)
    chosen = _choose(ranked, evidence)
    blocks = _blocks(chosen, ranked, evidence)
    return tuple(claim for block in blocks for claim in _claims(block))


def rank(question: str, evidence: Evidence, cosines: Cosines | None) -> Ranked:
    """A score for each stretch: meaning, words, its passage, its place, and whether it is of the wanted kind."""
    kind, wanted = kind_of(question), key_stems(question)
    asked_names = set(names_in(question))
    best_hit = max((one.hit.similarity for one in evidence.passages), default=0.0) or 1.0
    scores = np.zeros(len(evidence.units))
    for at, one in enumerate(evidence.units):
        covered = coverage(wanted, one.stems) + 0.5 * (
            coverage(wanted, [*one.stems, *one.heading_stems]) - coverage(wanted, one.stems)
        )
        by_rank = 0.5 * one.passage.hit.similarity / best_hit + 0.5 / one.number
        score = (MEANING * float(cosines[at]) if cosines is not None else MEANING * covered) + WORDS * covered
        score += PASSAGE_RANK * by_rank + (PLACE if one.at == 0 else 0.0) + FITS * _fits(kind, one, asked_names)
        scores[at] = score * _weight(one)
    return Ranked(scores=scores, kind=kind)


def _weight(one: EvidenceUnit) -> float:
    """Less for what tells little by itself: a question, a pointer to a source, a few words, a lone lead-in."""
    if one.unit.kind == "code":
        return 0.92
    if _QUESTION_MARK.search(one.unit.text) or (one.unit.kind == "sentence" and _POINTS_ELSEWHERE.match(one.unit.text)):
        return 0.7
    return 0.75 if len(one.stems) < 3 else 1.0


def _fits(kind: QuestionKind, one: EvidenceUnit, asked_names: set[str]) -> float:
    text = one.unit.text
    tests = {
        QuestionKind.HOW_MANY: lambda: bool(one.numbers),
        QuestionKind.WHEN: lambda: bool(_DATE.search(text)),
        QuestionKind.WHO: lambda: bool(set(names_in(text)) - asked_names),
        QuestionKind.WHY: lambda: bool(_REASON.search(text)),
        QuestionKind.WHERE: lambda: bool(_PLACE.search(text)),
        QuestionKind.LIST: lambda: one.unit.kind in ("item", "row") or text.count(",") >= 2,
        QuestionKind.HOW_TO: lambda: one.unit.kind in ("item", "code"),
        QuestionKind.DEFINITION: lambda: bool(_DEFINES.search(" ".join(text.split()[:9]))),
    }
    return 1.0 if kind in tests and tests[kind]() else 0.0


def _choose(ranked: Ranked, evidence: Evidence) -> list[int]:
    """Places of the stretches that are taken, the best first."""
    order = np.argsort(-ranked.scores, kind="stable")
    top = float(ranked.scores[order[0]])
    most = MOST_FACTS if ranked.kind in FACTS else MOST_SENTENCES
    chosen: list[int] = []
    for at in map(int, order):
        if len(chosen) == most or ranked.scores[at] < NEAR_BEST * top:
            break
        if not any(_says_the_same(evidence.units[at], evidence.units[other]) for other in chosen):
            chosen.append(at)
    return chosen


def _says_the_same(one: EvidenceUnit, other: EvidenceUnit) -> bool:
    """Whether two stretches repeat each other: the overlap of passages brings many sentences twice."""
    here, there = set(one.stems), set(other.stems)
    if not here or not there:
        return one.unit.text == other.unit.text
    return len(here & there) / min(len(here), len(there)) > LIKE_ANOTHER and len(here & there) >= 2


@dataclass(frozen=True, kw_only=True)
class _Block:
    """Stretches that belong together."""

    units: tuple[EvidenceUnit, ...]
    n_left_out: int = 0


def _blocks(chosen: Sequence[int], ranked: Ranked, evidence: Evidence) -> list[_Block]:
    """What was chosen with what it needs: lead-ins, whole lists of steps, code, headers of tables; the best first."""
    blocks: list[_Block] = []
    taken: set[int] = set()
    for at in chosen:
        if at in taken:
            continue
        places, n_left_out = _whole(at, chosen, ranked, evidence)
        places = [place for place in places if place not in taken and not _is_repeated(place, blocks, evidence)]
        if not places:
            continue
        taken |= set(places)
        blocks.append(_Block(units=tuple(evidence.units[place] for place in places), n_left_out=n_left_out))
    return _in_reading_order(blocks)


def _is_repeated(place: int, blocks: Sequence[_Block], evidence: Evidence) -> bool:
    text = evidence.units[place].unit.text
    return any(text == one.unit.text for block in blocks for one in block.units)


def _whole(at: int, chosen: Sequence[int], ranked: Ranked, evidence: Evidence) -> tuple[list[int], int]:
    one = evidence.units[at]
    group = [
        place
        for place, other in enumerate(evidence.units)
        if other.number == one.number and other.unit.group == one.unit.group
    ]
    if one.unit.kind == "row":
        rows = [place for place in group if place in chosen or place == at]
        return sorted({group[0], *rows}), 0
    is_whole = ranked.kind is QuestionKind.LIST or (one.unit.is_step and ranked.kind is QuestionKind.HOW_TO)
    if one.unit.kind == "item" and is_whole:
        lead = _lead_in(group[0], evidence)
        return [*lead, *group[:MOST_ITEMS]], max(0, len(group) - MOST_ITEMS)
    if one.unit.kind == "item":
        return [at], 0
    if one.unit.kind == "code":
        return [*_lead_in(group[0], evidence), *group], 0
    places = [at]
    if _LEANS_BACK.match(one.unit.text) and at > 0 and at - 1 in group:
        places.insert(0, at - 1)
    if one.unit.text.endswith(":"):
        places += _what_follows(at, evidence)
    return places, 0


def _lead_in(first: int, evidence: Evidence) -> list[int]:
    """The sentence before a list or code that introduces it."""
    if first == 0:
        return []
    before, here = evidence.units[first - 1], evidence.units[first]
    is_near = before.number == here.number and before.at == here.at - 1 and before.unit.kind == "sentence"
    is_lead = before.unit.text.endswith(":") or here.unit.kind == "code"
    return [first - 1] if is_near and is_lead else []


def _what_follows(at: int, evidence: Evidence) -> list[int]:
    """The list, code or table that a sentence ending in a colon announces."""
    if at + 1 >= len(evidence.units):
        return []
    here, after = evidence.units[at], evidence.units[at + 1]
    if after.number != here.number or after.unit.kind == "sentence":
        return []
    return [
        place
        for place, other in enumerate(evidence.units)
        if other.number == after.number and other.unit.group == after.unit.group
    ][:MOST_ITEMS]


def _in_reading_order(blocks: list[_Block]) -> list[_Block]:
    """The best block stays first; what comes from the same document as another follows it as it stands there."""
    documents: list[str] = []
    for block in blocks:
        document = block.units[0].passage.hit.passage.document_id
        if document not in documents:
            documents.append(document)

    def place(entry: tuple[int, _Block]) -> tuple[int, int, int]:
        at, block = entry
        first = block.units[0]
        passage = first.passage.hit.passage
        return (0, 0, 0) if at == 0 else (1 + documents.index(passage.document_id), passage.seq, first.unit.start)

    return [block for _, block in sorted(enumerate(blocks), key=place)]


def _claims(block: _Block) -> list[Claim]:
    claims: list[Claim] = []
    rows = [one for one in block.units if one.unit.kind == "row"]
    for one in block.units:
        if one.unit.kind == "row":
            if one is rows[0]:
                text = "\n".join(row.unit.text for row in rows)
                claims.append(Claim(text=text, kind="table", claimed=(one.number,)))
            continue
        kind = {"item": "item", "code": "code"}.get(one.unit.kind, "sentence")
        claims.append(Claim(text=one.unit.text, kind=kind, claimed=(one.number,)))  # type: ignore[arg-type]  # one of the literals
    return claims


def distinct(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """``claims`` without those that say what an earlier one says, word for word."""
    seen: set[tuple[str, ...]] = set()
    kept = []
    for claim in claims:
        key = tuple(content_stems(claim.text)) or (claim.text,)
        if key not in seen:
            seen.add(key)
            kept.append(claim)
    return tuple(kept)
