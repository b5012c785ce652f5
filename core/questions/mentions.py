"""Where a question names columns and values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.questions.table import AskedColumn, AskedTable
from core.questions.vocabulary import NEGATED_FLAGS, STOP_WORDS, VALUE_WORDS
from core.questions.words import Token, likeness, name_words

LONGEST = 5
_GLUE = frozenset({"of", "the", "and", "in"})


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A part of the question that stands for a column, or for one value of it."""

    start: int
    end: int
    column: AskedColumn
    value: bool | int | float | str | None = None
    is_value: bool = False
    score: float
    """0 to 1: how surely."""
    rivals: tuple[AskedColumn, ...] = ()
    """Other columns that the same words may mean, about as surely."""


def find_mentions(
    tokens: Sequence[Token], table: AskedTable, *, avoid: frozenset[tuple[int, str]], reserved: frozenset[int]
) -> list[Mention]:
    """Columns and values that a question names, from left to right, none overlapping another.

    Args:
        tokens: The question.
        table: Whose columns.
        avoid: Positions and columns that are not meant: for a second reading.
        reserved: Positions of words that mean something else here.
    """
    found = [
        one
        for one in _candidates(tokens, table)
        if (one.start, one.column.name) not in avoid and not reserved & set(range(one.start, one.end))
    ]
    found.sort(key=lambda one: (-(one.end - one.start) * one.score, not one.is_value, -one.score))
    taken: set[int] = set()
    chosen: list[Mention] = []
    for one in found:
        span = set(range(one.start, one.end))
        if span & taken:
            continue
        taken |= span
        chosen.append(_with_rivals(one, found))
    return sorted(chosen, key=lambda one: one.start)


def _with_rivals(chosen: Mention, found: Sequence[Mention]) -> Mention:
    rivals = [
        other.column
        for other in found
        if (other.start, other.end, other.is_value) == (chosen.start, chosen.end, chosen.is_value)
        and other.column is not chosen.column
        and other.score >= chosen.score - 0.12
    ]
    return Mention(**{**chosen.__dict__, "rivals": tuple(rivals)}) if rivals else chosen


def _candidates(tokens: Sequence[Token], table: AskedTable) -> Iterator[Mention]:
    for start in range(len(tokens)):
        for end in range(start + 1, min(len(tokens), start + LONGEST) + 1):
            span = tokens[start:end]
            if span[0].text in _GLUE or span[-1].text in _GLUE:
                continue
            for column in table.columns:
                score = _column_score(span, column, table)
                if score:
                    yield Mention(start=start, end=end, column=column, score=score)
                yield from _value_mentions(span, start, end, column)


def _column_score(span: Sequence[Token], column: AskedColumn, table: AskedTable) -> float:
    if len(span) == 1 and span[0].is_quoted:
        return 1.0 if span[0].text == column.name.lower() else 0.0
    words = [token.stem for token in span if token.text not in _GLUE]
    if column.words[-1:] == ("id",) and words[-1] != "id":
        return 0.0  # "passenger" is a row, not its number
    if "".join(words) == "".join(column.words) or "".join(token.text for token in span) == column.name.lower():
        return 1.0
    if any(token.number is not None for token in span):
        return 0.0
    matched = _matched(words, column)
    if matched is None:
        return 0.0
    surety, hit = matched
    if len(words) == 1 and words[0] in STOP_WORDS:
        return 0.0
    strong = set(column.strong)
    if strong <= hit:
        return surety
    if len(words) > 1 or words[0] in table.entity or words[0] in STOP_WORDS:
        return 0.0
    last = column.strong[-1] in hit
    return surety * (0.75 if last else 0.62)


def _matched(words: Sequence[str], column: AskedColumn) -> tuple[float, set[str]] | None:
    """How surely every one of ``words`` is a word of the column's name, and which ones are."""
    surety = 1.0
    hit: set[str] = set()
    for word in words:
        best = max(((likeness(word, other), other) for other in column.words if other not in hit), default=(0.0, ""))
        if best[0] == 0.0:
            return None
        surety = min(surety, best[0])
        hit.add(best[1])
    return (surety, hit) if hit & set(column.strong) else None


def _value_mentions(span: Sequence[Token], start: int, end: int, column: AskedColumn) -> Iterator[Mention]:
    facts = {"start": start, "end": end, "column": column, "is_value": True}
    if column.is_flag:
        word = span[0].stem
        if len(span) == 1 and any(word in NEGATED_FLAGS.get(name, ()) for name in column.strong):
            yield Mention(**facts, value=column.no, score=0.9)  # type: ignore[arg-type]
        return
    if column.column.type.value != "string":
        return
    said = [token.stem for token in span]
    for value in column.values:
        score = _value_score(span, said, value)
        if score:
            yield Mention(**facts, value=value, score=score)  # type: ignore[arg-type]


def _value_score(span: Sequence[Token], said: Sequence[str], value: str) -> float:
    lowered = value.lower()
    if " ".join(token.text for token in span) == lowered:
        return 0.98 if len(lowered) > 1 else 0.7 * (span[0].text not in STOP_WORDS)
    if len(span) == 1 and said[0] in STOP_WORDS:
        return 0.0
    words = name_words(value)
    if list(said) == words and words:
        return 0.95
    if (
        len(span) == 1
        and len(words) == 1
        and (said[0] in VALUE_WORDS.get(lowered, ()) or span[0].text in VALUE_WORDS.get(lowered, ()))
    ):
        return 0.93
    return 0.0
