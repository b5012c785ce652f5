"""Conditions in a question: comparisons, classes, gaps, values."""

from core.conditions import Condition, ConditionValue, Operator
from core.questions.mentions import Mention
from core.questions.reading import Reading
from core.questions.table import AskedColumn
from core.questions.vocabulary import (
    ADULT_WORDS,
    AFTER,
    AT_LEAST,
    AT_MOST,
    BEFORE,
    COMPARATIVES,
    KNOWN,
    LESS,
    MISSING,
    MORE,
    NEGATIONS,
    SINCE,
)

_SMALL = frozenset(
    {"than", "is", "are", "was", "were", "of", "a", "an", "the", "value", "equal", "equals", "to", "with"}
)
_WITH = frozenset({"with", "have", "has", "had", "having"})
_VERBS = frozenset({"is", "are", "was", "were", "has", "have", "be"})


def read_comparisons(reading: Reading) -> None:
    """Reads "older than 30", "revenue above 500", "at least 4 bedrooms", "3 bedrooms", "third class"."""
    _betweens(reading)
    for at in range(len(reading.tokens)):
        if at not in reading.used:
            _comparison(reading, at)
    _or_more(reading)
    _ordinals(reading)
    _equalities(reading)
    _ages(reading)


def read_gaps(reading: Reading) -> None:
    """Reads "no age", "missing cabin", "satisfaction is unknown", "with a known age"."""
    for at, token in enumerate(reading.tokens):
        if at in reading.used or token.text not in MISSING | KNOWN:
            continue
        mention = reading.column_at(at + 1) or reading.column_before(at, within=3)
        if mention:
            operator: Operator = "missing" if token.text in MISSING else "present"
            reading.use(at)
            reading.keep(Condition(column=reading.take(mention).name, operator=operator), at)
    for mention in reading.free_columns():
        before = reading.word(mention.start - 1)
        if before in ("a", "an", "the", "any"):
            before = reading.word(mention.start - 2)
        if mention.column.is_flag or mention.score < 0.6:
            continue
        is_gap = before in ("no", "without", "lacking", "lack", "never") and mention.column.column.n_missing > 0
        if is_gap:
            reading.use(*(at for at in (mention.start - 1, mention.start - 2) if reading.word(at) in NEGATIONS))
            reading.keep(Condition(column=reading.take(mention).name, operator="missing"), mention.start)
        elif before in _WITH and mention.column.column.n_missing > 0 and not _is_asked_for(reading, mention):
            reading.keep(Condition(column=reading.take(mention).name, operator="present"), mention.start)


def _is_asked_for(reading: Reading, mention: Mention) -> bool:
    """Whether a column after "have" is what the question asks for: "which class has the highest fare"."""
    return any(
        at < mention.start and reading.word(at) in ("which", "highest", "lowest", "most")
        for at in range(len(reading.tokens))
    )


def read_values(reading: Reading) -> None:
    """Reads "women", "in the north", "high or urgent", "not closed": values of columns, and yes or no."""
    by_column: dict[str, list[tuple[Mention, bool]]] = {}
    for mention in reading.free_values():
        negated = reading.is_negated(mention.start)
        reading.take(mention)
        by_column.setdefault(mention.column.name, []).append((mention, negated))
    for name, found in by_column.items():
        wanted = [mention.value for mention, negated in found if not negated]
        unwanted = [mention.value for mention, negated in found if negated]
        start = found[0][0].start
        if wanted:
            reading.keep(_one_of(name, wanted), start)
        for value in unwanted:
            reading.keep(Condition(column=name, operator="is_not", value=value), start)
    _name_beside_value(reading)


def read_flags(reading: Reading) -> None:
    """Reads "survivors", "did not survive", "with a pool": yes/no columns whose name stands alone."""
    for mention in reading.free_columns():
        if mention.column.is_flag and mention.start not in reading.used:
            negated = reading.is_negated(mention.start)
            column = reading.take(mention)
            value = column.no if negated else column.yes
            reading.keep(Condition(column=column.name, operator="is", value=value), mention.start)


def _one_of(name: str, values: "list[bool | int | float | str | None]") -> Condition:
    distinct = list(dict.fromkeys(value for value in values if value is not None))
    if len(distinct) == 1:
        return Condition(column=name, operator="is", value=distinct[0])
    return Condition(column=name, operator="one_of", value=tuple(distinct))


def _name_beside_value(reading: Reading) -> None:
    """In "high priority" or "status open" the name says nothing that the value has not said."""
    filtered = {found.column for found in reading.filters}
    for mention in reading.free_columns():
        beside = {mention.start - 1, mention.end, mention.start - 2}
        if mention.column.name not in filtered or not beside & reading.used:
            continue
        values = [one for one in reading.mentions if one.is_value and one.column is mention.column]
        if any(
            one.end in (mention.start, mention.start - 1) or one.start in (mention.end, mention.end + 1)
            for one in values
        ):
            reading.use(*range(mention.start, mention.end))


# --- numbers ----------------------------------------------------------------------------------------------------------


def _number_at(reading: Reading, at: int) -> tuple[float, int] | None:
    """The number at a position, small words before it skipped, and the position after it."""
    while reading.word(at) in _SMALL:
        at += 1
    if at < len(reading.tokens) and at not in reading.used and reading.tokens[at].number is not None:
        return float(reading.tokens[at].number or 0.0), at + 1
    return None


def _operator(reading: Reading, at: int) -> Operator | None:
    word = reading.word(at)
    groups: tuple[tuple[frozenset[str], Operator], ...] = (
        (MORE, "more"),
        (LESS, "less"),
        (AT_LEAST | SINCE, "at_least"),
        (AT_MOST, "at_most"),
        (AFTER, "more"),
        (BEFORE, "less"),
        (frozenset({"over"}), "more"),
        (frozenset({"=", "equals", "exactly", "equal"}), "is"),
    )
    if word in COMPARATIVES:
        return "more" if COMPARATIVES[word][1] == "more" else "less"
    return next((operator for words, operator in groups if word in words), None)


def _comparison(reading: Reading, at: int) -> None:
    operator = _operator(reading, at)
    found = _number_at(reading, at + 1) if operator else None
    if operator is None or found is None:
        return
    number, end = found
    column = _compared_column(reading, at, end)
    if column is None:
        return
    if reading.is_negated(at):
        operator = {"more": "at_most", "less": "at_least", "at_least": "less", "at_most": "more", "is": "is_not"}[
            operator
        ]  # type: ignore[assignment]
    reading.use(*range(at, end))
    reading.keep(Condition(column=column.name, operator=operator, value=_scalar(column, number)), at)


def _compared_column(reading: Reading, at: int, end: int) -> AskedColumn | None:
    """What a comparison at ``at`` with a number before ``end`` speaks of."""
    right = reading.column_at(end)
    if right and right.start <= end + 1 and _can_compare(right.column):
        return reading.take(right)
    if reading.word(at) in COMPARATIVES:
        concept = reading.concept(COMPARATIVES[reading.word(at)][0])
        if concept is not None and _can_compare(concept):
            return concept
    left = reading.column_before(at, within=3)
    if left and _can_compare(left.column):
        return reading.take(left)
    mentioned = [one for one in reading.mentions if not one.is_value and one.end <= at and _can_compare(one.column)]
    if mentioned and at - mentioned[-1].end <= 2:
        return mentioned[-1].column
    return reading.concept("age") if reading.word(end) in ("year", "years") else None


def _can_compare(column: AskedColumn) -> bool:
    return column.is_numeric and not column.is_flag


def _betweens(reading: Reading) -> None:
    for at in range(len(reading.tokens)):
        if reading.word(at) not in ("between", "from"):
            continue
        low = _number_at(reading, at + 1)
        high = _number_at(reading, low[1] + 1) if low and reading.word(low[1]) in ("and", "to") else None
        if not low or not high:
            continue
        column = _compared_column(reading, at, high[1])
        if column is not None:
            reading.use(*range(at, high[1]))
            values = (_scalar(column, low[0]), _scalar(column, high[0]))
            reading.keep(Condition(column=column.name, operator="between", value=values), at)


def _or_more(reading: Reading) -> None:
    """Reads "30 or older", "4 or more bedrooms", "5 or less"."""
    for at, token in enumerate(reading.tokens):
        if at in reading.used or token.number is None or reading.word(at + 1) != "or":
            continue
        operator = _operator(reading, at + 2)
        if operator not in ("more", "less"):
            continue
        column = _compared_column(reading, at + 2, at + 3) or _compared_column(reading, at, at + 1)
        if column is not None:
            reading.use(at, at + 1, at + 2)
            wide: Operator = "at_least" if operator == "more" else "at_most"
            reading.keep(Condition(column=column.name, operator=wide, value=_scalar(column, token.number)), at)


def _ordinals(reading: Reading) -> None:
    """Reads "third class": a number of a column whose numbers are names."""
    for at, token in enumerate(reading.tokens):
        mention = reading.column_at(at + 1) if token.ordinal and at not in reading.used else None
        if mention and mention.start == at + 1 and mention.column.is_category and mention.column.is_numeric:
            reading.use(at)
            column = reading.take(mention)
            reading.keep(Condition(column=column.name, operator="is", value=token.ordinal), at)


def _equalities(reading: Reading) -> None:
    """Reads "3 bedrooms", "class 3", "condition is 5"."""
    for at, token in enumerate(reading.tokens):
        if (
            at in reading.used
            or token.number is None
            or reading.word(at - 1) in ("top", "first", "last", "bottom", "show")
        ):
            continue
        mention = _equal_column(reading, at)
        if mention is not None:
            reading.use(at)
            column = reading.take(mention)
            reading.keep(Condition(column=column.name, operator="is", value=_scalar(column, token.number)), at)


def _equal_column(reading: Reading, at: int) -> Mention | None:
    right = next((one for one in reading.free_columns() if one.start == at + 1), None)
    if right and right.column.is_numeric and right.column.is_category and not right.column.is_flag:
        return right
    back = at - 1
    while reading.word(back) in _VERBS | {"=", "equals", "number"}:
        back -= 1
    left = next((one for one in reading.free_columns() if one.end == back + 1), None)
    if left and left.column.is_numeric and not left.column.is_flag and (left.column.is_category or back < at - 1):
        return left
    return None


def _ages(reading: Reading) -> None:
    """Reads "children", "adults": in tables of people; an own comparison of the age goes before."""
    column = reading.concept("age")
    if column is None or "age" not in column.words:
        return
    for at, token in enumerate(reading.tokens):
        meaning = ADULT_WORDS.get(token.text) or ADULT_WORDS.get(token.stem)
        if meaning is None or at in reading.used or any(one.start == at for one in reading.mentions):
            continue
        reading.use(at)
        if _age_follows(reading, at, column):
            continue
        operator, value = meaning
        limits: ConditionValue | tuple[ConditionValue, ...] = (value, 19.0) if operator == "between" else value
        reading.keep(Condition(column=column.name, operator=operator, value=limits), at)
        reading.notices.append(f"{token.text!r} was taken for {column.name} {operator.replace('_', ' ')} {value:g}.")


def _age_follows(reading: Reading, at: int, column: AskedColumn) -> bool:
    """Reads "children under 10" says itself where it ends."""
    if any(found.column == column.name for found in reading.filters):
        return True
    operator = _operator(reading, at + 1)
    found = _number_at(reading, at + 2) if operator else None
    if operator is None or found is None:
        return False
    reading.use(*range(at + 1, found[1]))
    reading.keep(Condition(column=column.name, operator=operator, value=_scalar(column, found[0])), at)
    return True


def _scalar(column: AskedColumn, number: float) -> int | float:
    """Whole numbers stay whole, so that statements read well."""
    del column
    return int(number) if number.is_integer() else number
