"""What a question groups by: "by class", "per month", "for each team", "monthly"."""

from core.questions.reading import Reading, adds_up
from core.questions.statements import Group
from core.questions.table import AskedColumn
from core.questions.vocabulary import TIME_UNITS

_BY = frozenset({"by", "per", "across", "each", "every"})
_JOINTS = frozenset({"and", "the", "each", "every", "by", "per", "its", "their"})
_ADJECTIVES = frozenset({"yearly", "annual", "annually", "quarterly", "monthly", "weekly", "daily", "hourly"})
MAX_GROUP_VALUES = 400
"""Whole numbers and texts with more different values are no groups."""


def read_groups(reading: Reading) -> list[Group]:
    """Groups in the order in which they are named; their words are marked as understood."""
    groups: list[Group] = []
    for at in range(len(reading.tokens)):
        if reading.word(at) in _BY and at not in reading.used:
            found = _groups_after(reading, at + 1)
            if found:
                reading.use(at)
                groups += found
        elif reading.word(at) in _ADJECTIVES and reading.table.time is not None and at not in reading.used:
            reading.use(at)
            groups.append(Group(_time_column(reading), TIME_UNITS[reading.word(at)]))
    return list(dict.fromkeys(groups))


def can_group(column: AskedColumn) -> bool:
    """Whether groups by this column say anything: it is no quantity and has few different values."""
    if column.is_time:
        return False
    if column.column.type.value == "number":
        return column.column.n_distinct <= 12
    return column.column.n_distinct <= MAX_GROUP_VALUES


def _groups_after(reading: Reading, at: int) -> list[Group]:
    groups: list[Group] = []
    while at < len(reading.tokens):
        if reading.word(at) in _JOINTS:
            at += 1
            continue
        found = _group_at(reading, at)
        if found is None:
            break
        group, at = found
        groups.append(group)
        if reading.word(at) not in ("and", "by", "per"):
            break
    return groups


def _group_at(reading: Reading, at: int) -> tuple[Group, int] | None:
    mention = next((one for one in reading.free_columns() if one.start <= at < one.end), None)
    token = reading.tokens[at]
    is_unit = token.stem in TIME_UNITS and reading.table.time is not None
    if mention is not None and not (is_unit and mention.end == at + 1 and mention.score < 0.95):
        is_ranked_by = reading.has("top", "bottom", "largest", "smallest") and adds_up(mention.column)
        if not can_group(mention.column) or is_ranked_by:
            return None
        reading.take(mention)
        return Group(mention.column), mention.end
    if is_unit:
        reading.use(at)
        return Group(_time_column(reading), TIME_UNITS[token.stem]), at + 1
    return None


def _time_column(reading: Reading) -> AskedColumn:
    """The time that a unit counts: the one that the question names, else the main one."""
    named = [one for one in reading.mentions if one.column.is_time and not one.is_value]
    for mention in named:
        reading.take(mention)
    column = named[0].column if named else reading.table.time
    assert column is not None, "units are read only where there is a time"
    return column
