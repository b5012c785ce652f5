"""Questions that a query answers: counts, averages, shares, rankings, lists of rows."""

import itertools

from core.conditions import Condition
from core.questions.filters import read_flags, read_values
from core.questions.grouping import can_group, read_groups
from core.questions.mentions import Mention
from core.questions.rankings import Ranking, read_ranking
from core.questions.reading import Reading, adds_up
from core.questions.statements import Fn, Group, Measure, Query, listed_columns
from core.questions.table import AskedColumn
from core.questions.vocabulary import (
    AMONG,
    AVERAGE,
    COUNT,
    DISTINCT,
    LARGEST,
    MEDIAN,
    RANGE,
    SHARE,
    SMALLEST,
    SPREAD,
    SUMMARY,
    TOTAL,
)

_FNS: tuple[tuple[frozenset[str], tuple[Fn, ...]], ...] = (
    (AVERAGE, ("avg",)),
    (MEDIAN, ("median",)),
    (SPREAD, ("stddev_samp",)),
    (RANGE, ("min", "max")),
    (SUMMARY, ("avg", "median", "min", "max", "stddev_samp")),
    (TOTAL, ("sum",)),
    (frozenset({"howmuch"}), ("sum",)),
    (SMALLEST, ("min",)),
    (LARGEST, ("max",)),
)
_FIRST_LAST = {"first": "min", "earliest": "min", "last": "max", "latest": "max"}


def read_query(reading: Reading) -> Query | None:
    """The query that a question asks for; None when nothing in it speaks of this table."""
    groups = read_groups(reading)
    if not groups:
        groups = _opposed_values(reading)
    ranking = read_ranking(reading)
    share_at = reading.find(SHARE)
    shared_flag = _shared_flag(reading, share_at) if share_at is not None else None
    measures = [] if share_at is not None else _measures(reading, ranking)
    distinct = _distinct(reading) if not measures else None
    read_values(reading)
    read_flags(reading)
    query = Query(reading.table, groups=groups, filters=list(reading.filters))
    if share_at is not None:
        return _share(reading, query, share_at, shared_flag)
    if ranking is not None:
        return ranking.finish(reading, query, measures)
    if distinct is not None:
        return _finish_distinct(reading, query, distinct)
    return _finish(reading, query, measures)


def _finish(reading: Reading, query: Query, measures: list[Measure]) -> Query | None:
    counts = reading.use_words(COUNT)
    if not measures and not counts:
        measures = _bare_measures(reading, query)
    if measures:
        query.measures = [*measures, Measure("count")] if query.groups else measures
        return _ordered(reading, query)
    if counts or query.groups:
        query.measures = [Measure("count")]
        return _ordered(reading, query)
    return _rows(reading, query)


def _ordered(reading: Reading, query: Query) -> Query:
    """Reads "highest first", "sorted", "ascending"."""
    if reading.has("first", "sorted", "descending", "ascending", "ordered", "sort") and query.groups:
        is_up = reading.has("lowest", "smallest", "ascending", "fewest")
        reading.use_words({"first", "sorted", "descending", "ascending", "ordered", "sort", "lowest", "highest"})
        reading.use_words({"smallest", "largest", "fewest"})
        query.order, query.is_descending = 0, not is_up
    return query


def _rows(reading: Reading, query: Query) -> Query | None:
    """A list of rows; only where the question names a row, a condition or a column."""
    mentioned = [reading.take(mention) for mention in reading.free_columns()]
    names_rows = any(token.stem in reading.table.entity for token in reading.tokens)
    if not query.filters and not mentioned and not names_rows:
        return None
    filtered = [reading.table[found.column] for found in query.filters]
    query.columns = listed_columns(reading.table, [*mentioned, *filtered])
    number_at = reading.find({"first", "show", "any"})
    number = next((token.number for token in reading.tokens if token.number), None)
    if number and number_at is not None:
        reading.use(*range(len(reading.tokens))) if len(reading.tokens) <= 3 else None
        reading.use_words({f"{number:g}", "first"})
        query.limit = min(1_000, int(number))
    return query


# --- measures ---------------------------------------------------------------------------------------------------------


def _measures(reading: Reading, ranking: Ranking | None) -> list[Measure]:
    """Reads "average age", "min and max unit price", "total revenue": aggregates with the column that follows them."""
    found: list[tuple[tuple[Fn, ...], int]] = []
    for words, fns in _FNS:
        at = reading.find(words)
        if at is not None and reading.word(at + 1) != "first":
            found.append((fns, at))
    at = reading.find(_FIRST_LAST)
    if at is not None and ranking is None and reading.table.time is not None and reading.has("when", "date"):
        found.append(((_FIRST_LAST[reading.word(at)],), at))  # type: ignore[arg-type]
    if not found:
        return []
    column = _measured_column(reading, [at for _, at in found])
    if column is None:
        return []
    reading.use(*(at for _, at in found))
    found.sort(key=lambda one: one[1])
    return [Measure(fn, column) for fns, _ in found for fn in fns]


def _measured_column(reading: Reading, positions: list[int]) -> AskedColumn | None:
    """The column of numbers or times that aggregates at ``positions`` speak of."""
    last = max(positions)
    free = [one for one in reading.free_columns() if _can_measure(one.column)]
    after = [one for one in free if one.start > last]
    if after and after[0].start - last <= 5:
        return reading.take(after[0])
    if free:
        return reading.take(free[-1])
    if reading.has("when", "date"):
        return reading.table.time
    return None


def _can_measure(column: AskedColumn) -> bool:
    return (column.is_numeric or column.is_time) and not column.is_flag


def _bare_measures(reading: Reading, query: Query) -> list[Measure]:
    """Reads "units sold by product", "revenue by month": a column of numbers without a word for how to sum it up."""
    if not query.groups and not reading.has("what", "howmuch"):
        return []
    mention = next((one for one in reading.free_columns() if _can_measure(one.column) and one.column.is_numeric), None)
    if mention is None:
        return []
    column = reading.take(mention)
    fn: Fn = "sum" if adds_up(column) else "avg"
    if fn == "avg":
        reading.notices.append(f"The average of {column.name} was taken.")
    return [Measure(fn, column)]


# --- different values -------------------------------------------------------------------------------------------------


def _distinct(reading: Reading) -> Mention | None:
    """Reads "how many different products", "what channels are there", "list the teams"."""
    at = reading.find(DISTINCT)
    asks_for_values = at is not None or (reading.has("what", "which", "list") and reading.has("there", "exist", "list"))
    if not asks_for_values:
        return None
    wanted = [one for one in reading.free_columns() if not one.column.is_flag and (at is None or one.start > at)]
    wanted = [one for one in wanted if can_group(one.column)] or (wanted if at is not None else [])
    if not wanted:
        return None
    reading.use_words(DISTINCT | {"exist", "value", "kind", "possible"})
    reading.take(wanted[-1])
    return wanted[-1]


def _finish_distinct(reading: Reading, query: Query, mention: Mention) -> Query:
    if reading.use_words(COUNT):
        query.measures = [Measure("distinct", mention.column)]
        return query
    query.groups = [*query.groups, Group(mention.column)]
    query.filters.append(Condition(column=mention.column.name, operator="present"))
    query.measures = [Measure("count")]
    return query


# --- shares -----------------------------------------------------------------------------------------------------------


def _shared_flag(reading: Reading, share_at: int) -> Condition | None:
    """The yes/no column that "survival rate" or "share of survivors" speaks of."""
    flags = [one for one in reading.mentions if one.column.is_flag and one.start not in reading.used]
    near = [one for one in flags if one.end == share_at or one.start > share_at]
    for mention in near or flags:
        negated = reading.is_negated(mention.start)
        column = reading.take(mention)
        value = mention.value if mention.is_value else column.no if negated else column.yes
        return Condition(column=column.name, operator="is", value=value)
    return None


def _share(reading: Reading, query: Query, share_at: int, flag: Condition | None) -> Query | None:
    reading.use_words(SHARE)
    if flag is not None:
        part, rest = [flag], list(query.filters)
    else:
        part, rest = _split_share(reading, share_at)
    if not part:
        return _shares_of_groups(query, reading)
    query.filters = rest
    query.measures = [Measure("share", part=tuple(part)), *([Measure("count")] if query.groups else [])]
    return _ordered(reading, query)


def _split_share(reading: Reading, share_at: int) -> tuple[list[Condition], list[Condition]]:
    """What is counted, and among which rows: "women among survivors", "urgent tickets that are closed"."""
    placed = sorted(zip(reading.filter_starts, reading.filters, strict=True), key=lambda one: one[0])
    if len(placed) <= 1:
        return [found for _, found in placed], []
    border = next((at for at in range(share_at + 2, len(reading.tokens)) if reading.word(at) in AMONG - {"of"}), None)
    if border is not None and any(at < border for at, _ in placed) and any(at > border for at, _ in placed):
        return [found for at, found in placed if at < border], [found for at, found in placed if at > border]
    return [placed[-1][1]], [found for _, found in placed[:-1]]


def _shares_of_groups(query: Query, reading: Reading) -> Query | None:
    """Reads "share of each class": how the rows divide."""
    mention = next((one for one in reading.free_columns() if can_group(one.column)), None)
    if mention is not None:
        query.groups.append(Group(reading.take(mention)))
    if not query.groups:
        return None
    query.measures = [Measure("count")]
    reading.notices.append("Numbers of rows are shown; their total is the number of rows in the table.")
    return query


# --- groups by values -------------------------------------------------------------------------------------------------


def _opposed_values(reading: Reading) -> list[Group]:
    """Reads "how many men and how many women": two values of one column, set against each other."""
    is_opposed = reading.has("versus") or sum(token.text == "howmany" for token in reading.tokens) > 1
    joined = reading.has("howmany") and reading.has("and")
    values = reading.free_values()
    for first, second in itertools.pairwise(values):
        if first.column is not second.column or first.value == second.value:
            continue
        between = {reading.word(at) for at in range(first.end, second.start)}
        if is_opposed or (joined and "and" in between):
            reading.use(*range(first.start, first.end), *range(second.start, second.end))
            reading.use_words({"versus"})
            if first.column.column.n_distinct > 2:
                found = Condition(
                    column=first.column.name, operator="one_of", value=(str(first.value), str(second.value))
                )
                reading.keep(found, first.start)
            return [Group(first.column)]
    return []
