"""Questions for the first ones: "top 3 products by revenue", "the oldest passenger"."""

from dataclasses import dataclass, field

from core.conditions import Condition
from core.questions.grouping import can_group
from core.questions.reading import Reading, adds_up
from core.questions.statements import Fn, Group, Measure, Query, listed_columns
from core.questions.table import AskedColumn
from core.questions.vocabulary import AVERAGE, LARGEST, SMALLEST, SUPERLATIVES

_TOP = frozenset({"top", "bottom"})
_MODES = {"mostcommon": True, "leastcommon": False, "busiest": True}
_ROW_ASKING = frozenset({"who", "whose", "list", "show"})


@dataclass
class Ranking:
    """What comes first, and by what."""

    is_descending: bool = True
    limit: int = 1
    by: AskedColumn | None = None
    """The column of numbers or times that decides; None for the number of rows."""
    group: AskedColumn | None = None
    """Whose values are ranked; None for rows."""
    fn: Fn | None = None
    """How the values of a group are summed up; None for what suits the column."""
    only: list[AskedColumn] = field(default_factory=list)
    """The columns of the list, where the question names one."""

    def finish(self, reading: Reading, query: Query, measures: list[Measure]) -> Query | None:
        """The query for this ranking, given its groups and filters."""
        group = self.group or (query.groups[0].column if query.groups else None)
        query.limit, query.is_descending = self.limit, self.is_descending
        if group is None:
            return self._of_rows(reading, query)
        query.groups = query.groups or [Group(group)]
        if not any(found.column == group.name for found in query.filters) and group.column.n_missing:
            query.filters.append(Condition(column=group.name, operator="present"))
        measure = self._measure(measures)
        query.measures = [measure, Measure("count")] if measure.fn != "count" else [measure]
        query.order = 0
        reading.use_words({"howmany", "count", "most", "least", "many", "number"})
        return query

    def _measure(self, measures: list[Measure]) -> Measure:
        if self.by is None:
            return measures[0] if measures else Measure("count")
        return Measure(self.fn or ("sum" if adds_up(self.by) else "avg"), self.by)

    def _of_rows(self, reading: Reading, query: Query) -> Query | None:
        if self.by is None:
            return None
        query.order = self.by
        mentioned = [reading.take(mention) for mention in reading.free_columns()]
        filtered = [reading.table[found.column] for found in query.filters]
        query.columns = self.only or listed_columns(reading.table, [self.by, *mentioned, *filtered])
        query.filters.append(Condition(column=self.by.name, operator="present")) if self.by.column.n_missing else None
        return query


def read_ranking(reading: Reading) -> Ranking | None:
    """The ranking that a question asks for, or None."""
    for read in (_mode, _best_selling, _top, _superlative, _which_most, _latest_rows):
        ranking = read(reading)
        if ranking is not None:
            return ranking
    return None


def _mode(reading: Reading) -> Ranking | None:
    """Reads "most common port", "busiest agent"."""
    at = reading.find(_MODES)
    mention = reading.column_after(at - 1, within=4) if at is not None else None
    if at is None or mention is None:
        return None
    is_descending = _MODES[reading.word(at)]
    reading.use(at)
    return Ranking(is_descending=is_descending, limit=_limit(reading) or 1, group=reading.take(mention))


def _best_selling(reading: Reading) -> Ranking | None:
    at = reading.find({"bestselling"})
    by = reading.concept("units")
    mention = reading.column_after(at, within=3) if at is not None else None
    if at is None or mention is None:
        return None
    reading.use(at)
    return Ranking(limit=_limit(reading) or 1, group=reading.take(mention), by=by, fn="sum")


def _top(reading: Reading) -> Ranking | None:
    """Reads "top 5 fares", "top 3 products by revenue", "each agent ..., top 3"."""
    at = reading.find(_TOP)
    if at is None:
        return None
    ranking = Ranking(is_descending=reading.word(at) == "top", limit=_limit(reading) or 10)
    reading.use(at)
    by = _by_column(reading)
    mention = reading.column_after(at, within=3)
    if mention is not None and mention.column is not by:
        column = reading.take(mention)
        if column.is_numeric and not column.is_flag and by is None:
            return _with(ranking, by=column, only=[column, *(key for key in reading.table.keys if key is not column)])
        return _with(ranking, group=column, by=by)
    return _with(ranking, by=by)


def _superlative(reading: Reading) -> Ranking | None:
    """Reads "the 3 oldest passengers", "cheapest neighborhood", "who paid the highest fare"."""
    for at, token in enumerate(reading.tokens):
        word = token.text
        if at in reading.used or word not in {**SUPERLATIVES, **dict.fromkeys(LARGEST | SMALLEST)}:
            continue
        following = reading.column_at(at + 1)
        is_direct = following is not None and following.start <= at + 2
        if is_direct and following is not None and following.column.is_numeric and not following.column.is_flag:
            is_many = reading.tokens[at - 1].number is not None or _is_plural(reading, following.end - 1)
            if not is_many and not _asks_for_rows(reading, at):
                return None
            return _rows_by(reading, at, reading.take(following))
        if word not in SUPERLATIVES:
            continue
        return _ranked(reading, at, None if following is None or not is_direct else following.column)
    return None


def _ranked(reading: Reading, at: int, following: AskedColumn | None) -> Ranking | None:
    concept, is_descending = SUPERLATIVES[reading.word(at)]
    by = _by_column(reading)
    wants_group = following is not None and can_group(following) and not following.is_numeric
    column = by or reading.concept(concept)
    if column is None and concept == "age":
        column, is_descending = reading.concept("when"), not is_descending
    if column is None or (reading.word(at + 1) == "first" and not wants_group):
        return None
    if not wants_group and following is None and not _names_rows(reading):
        return None
    limit = _limit(reading) or (1 if not _is_plural(reading, at + 1) else 10)
    reading.use(at)
    group = None
    if wants_group:
        mention = reading.column_at(at + 1)
        group = reading.take(mention) if mention else None
        reading.use_words(AVERAGE)
    elif following is not None and following.is_numeric:
        mention = reading.column_at(at + 1)
        column = reading.take(mention) if mention else column
    return Ranking(is_descending=is_descending, limit=limit, by=column, group=group)


def _rows_by(reading: Reading, at: int, by: AskedColumn) -> Ranking:
    word = reading.word(at)
    is_descending = SUPERLATIVES[word][1] if word in SUPERLATIVES else word in LARGEST
    reading.use(at)
    reading.use_words({"paid", "pay"})
    group = _which_column(reading)
    return Ranking(is_descending=is_descending, limit=_limit(reading) or 1, by=by, group=group)


def _asks_for_rows(reading: Reading, at: int) -> bool:
    """Whether "highest fare" asks who or which has it, and not how high it is."""
    before = [reading.word(back) for back in range(at)]
    if any(word in ("who", "whose", "which") for word in before):
        return True
    return "with" in before[-2:] and any(reading.tokens[back].stem in reading.table.entity for back in range(at))


def _which_most(reading: Reading) -> Ranking | None:
    """Reads "which product sold the most units", "which team has most tickets"."""
    at = reading.find(LARGEST | SMALLEST)
    group = _which_column(reading) if at is not None else None
    if at is None or group is None:
        return None
    following = reading.column_at(at + 1)
    by = None
    if following is not None and following.column.is_numeric and not following.column.is_flag:
        by = reading.take(following)
    is_descending = reading.word(at) in LARGEST
    has_average = reading.use_words(AVERAGE)
    reading.use(at)
    fn: Fn | None = "avg" if has_average and by is not None else None
    return Ranking(is_descending=is_descending, limit=_limit(reading) or 1, by=by, group=group, fn=fn)


def _latest_rows(reading: Reading) -> Ranking | None:
    """Reads "last 10 orders"."""
    at = reading.find({"last", "latest", "newest", "recent"})
    if at is None or reading.table.time is None or not _names_rows(reading) or reading.has("when"):
        return None
    number = reading.tokens[at + 1].number if at + 1 < len(reading.tokens) else None
    reading.use(at)
    if number is not None:
        reading.use(at + 1)
    return Ranking(limit=int(number or 1), by=reading.table.time)


def _which_column(reading: Reading) -> AskedColumn | None:
    """The column of classes right after "which" or "what"."""
    for at in range(len(reading.tokens)):
        if reading.word(at) in ("which", "what"):
            mention = reading.column_at(at + 1)
            if (
                mention is not None
                and mention.start <= at + 2
                and can_group(mention.column)
                and not mention.column.is_flag
            ):
                return reading.take(mention)
    return None


def _by_column(reading: Reading) -> AskedColumn | None:
    """The column of numbers after "by"."""
    for at in range(len(reading.tokens)):
        mention = reading.column_at(at + 1) if reading.word(at) == "by" else None
        if mention is not None and mention.start <= at + 2 and mention.column.is_numeric:
            reading.use(at)
            return reading.take(mention)
    return None


def _limit(reading: Reading) -> int | None:
    """How many are asked for: a small whole number that nothing else has used."""
    for at, token in enumerate(reading.tokens):
        if (
            at not in reading.used
            and token.number is not None
            and 1 <= token.number <= 1_000
            and token.number.is_integer()
        ):
            reading.use(at)
            return int(token.number)
    return None


def _names_rows(reading: Reading) -> bool:
    return any(token.stem in reading.table.entity for token in reading.tokens)


def _is_plural(reading: Reading, at: int) -> bool:
    return 0 <= at < len(reading.tokens) and reading.tokens[at].text != reading.tokens[at].stem


def _with(ranking: Ranking, **changes: object) -> Ranking:
    for name, value in changes.items():
        setattr(ranking, name, value)
    return ranking
