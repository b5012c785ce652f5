"""Times in a question: years, months, dates, and times counted from the last one in the data."""

from datetime import date, datetime, timedelta

from core.conditions import Condition
from core.questions.reading import Reading
from core.questions.table import AskedColumn
from core.questions.vocabulary import AFTER, BEFORE, MONTHS, SINCE

_PREPOSITIONS = frozenset({"in", "during", "of", "for", "on", "from", "since", "before", "after", "until", "by"})
_UNITS = ("day", "week", "month", "quarter", "year")
_MONTH_NAMES = tuple(name.capitalize() for name in MONTHS if len(name) > 4 or name in ("may", "june", "july"))

Span = tuple[date, date]
"""First day, and the day after the last one."""


def read_moments(reading: Reading) -> None:
    """Conditions on the time of a row, as two filters: from, and before."""
    if not any(column.is_time for column in reading.table.columns):
        return
    _relative(reading)
    at = 0
    while at < len(reading.tokens):
        found = None if at in reading.used else _absolute(reading, at)
        if found is None:
            at += 1
            continue
        span, end = found
        column = _column(reading, at)
        if column is not None:
            _keep(reading, column, reading.word(at - 1), span, at)
            reading.use(*range(at, end))
            if reading.word(at - 1) in _PREPOSITIONS:
                reading.use(at - 1)
        at = end


def _column(reading: Reading, at: int) -> AskedColumn | None:
    near = [one for one in reading.free_columns() if one.column.is_time and at - 5 <= one.end <= at]
    if near:
        return reading.take(near[-1])
    return reading.table.time


def _keep(reading: Reading, column: AskedColumn, before: str, span: Span, at: int) -> None:
    first, after = span
    if before in AFTER:
        reading.keep(Condition(column=column.name, operator="at_least", value=after.isoformat()), at)
        return
    if before in BEFORE:
        reading.keep(Condition(column=column.name, operator="less", value=first.isoformat()), at)
        return
    reading.keep(Condition(column=column.name, operator="at_least", value=first.isoformat()), at)
    if before not in SINCE or reading.word(at + 1) == "to":
        reading.keep(Condition(column=column.name, operator="less", value=after.isoformat()), at)


def _absolute(reading: Reading, at: int) -> tuple[Span, int] | None:
    """The span that begins at a position, and the position after its words."""
    token = reading.tokens[at]
    if token.is_date:
        return _day(token.text, at)
    if token.text in MONTHS and (token.text != "may" or reading.word(at - 1) in _PREPOSITIONS):
        return _month(reading, at)
    if token.stem.startswith("q") and token.stem[1:] in ("1", "2", "3", "4"):
        named = _year_at(reading, at + 1)
        first_month = 3 * int(token.stem[1:]) - 2
        return _months(named or _last_day(reading).year, first_month, 3), at + 1 + (named is not None)
    year = _year_at(reading, at)
    if year is None or reading.word(at - 1) in ("top", "first", "last"):
        return None
    until = _year_at(reading, at + 2) if reading.word(at + 1) in ("and", "to") else None
    if until is not None and reading.word(at - 1) in ("between", "from"):
        return (date(year, 1, 1), date(until + 1, 1, 1)), at + 3
    return (date(year, 1, 1), date(year + 1, 1, 1)), at + 1


def _day(text: str, at: int) -> tuple[Span, int] | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return (day, day + timedelta(days=1)), at + 1


def _month(reading: Reading, at: int) -> tuple[Span, int]:
    number = MONTHS[reading.word(at)]
    year = _year_at(reading, at + 1)
    if year is not None:
        return _months(year, number, 1), at + 2
    last = _last_day(reading)
    year = last.year if number <= last.month else last.year - 1
    reading.notices.append(
        f"{_MONTH_NAMES[number - 1]} was taken for {_MONTH_NAMES[number - 1]} {year}, the last one in the data."
    )
    return _months(year, number, 1), at + 1


def _year_at(reading: Reading, at: int) -> int | None:
    if not 0 <= at < len(reading.tokens) or at in reading.used:
        return None
    token = reading.tokens[at]
    is_year = len(token.text) == 4 and token.text.isdecimal() and 1500 <= int(token.text) <= 2200
    return int(token.text) if is_year else None


def _relative(reading: Reading) -> None:
    """Reads "last month", "the past 7 days", "this year": counted from the last moment in the data."""
    for at in range(len(reading.tokens)):
        word = reading.word(at)
        if word in ("last", "past", "previous", "this", "current") and at not in reading.used:
            number = reading.tokens[at + 1].number if at + 1 < len(reading.tokens) else None
            unit_at = at + 1 + (number is not None)
            unit = reading.tokens[unit_at].stem if unit_at < len(reading.tokens) else ""
            if unit not in _UNITS:
                continue
            column = _column(reading, at)
            if column is None or not column.column.maximum:
                continue
            reading.use(*range(at, unit_at + 1))
            _keep_relative(reading, column, unit, number, at)


def _keep_relative(reading: Reading, column: AskedColumn, unit: str, number: float | None, at: int) -> None:
    last = _last_moment(column)
    if number is None:
        first, after = _calendar(last.date(), unit)
        for operator, day in (("at_least", first), ("less", after)):
            reading.keep(Condition(column=column.name, operator=operator, value=day.isoformat()), at)
        end = after - timedelta(days=1)
        reading.notices.append(f"The last {unit} in the data is {first.isoformat()} to {end.isoformat()}.")
        return
    days = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}[unit] * int(number)
    start = last - min(timedelta(days=min(days, timedelta.max.days)), last - datetime.min)
    reading.keep(Condition(column=column.name, operator="more", value=start.isoformat(sep=" ")), at)
    reading.notices.append(f"Counted back from {last.isoformat(sep=' ')}, the last moment in the data.")


def _calendar(last: date, unit: str) -> Span:
    if unit == "month":
        return _months(last.year, last.month, 1)
    if unit == "quarter":
        return _months(last.year, 3 * ((last.month - 1) // 3) + 1, 3)
    if unit == "year":
        return date(last.year, 1, 1), date(last.year + 1, 1, 1)
    if unit == "week":
        monday = last - timedelta(days=last.weekday())
        return monday, monday + timedelta(days=7)
    return last, last + timedelta(days=1)


def _months(year: int, month: int, count: int) -> Span:
    after = month - 1 + count
    return date(year, month, 1), date(year + after // 12, after % 12 + 1, 1)


def _last_day(reading: Reading) -> date:
    column = reading.table.time
    return _last_moment(column).date() if column is not None and column.column.maximum else date.today()


def _last_moment(column: AskedColumn) -> datetime:
    """The last moment of a column, without a zone: tables keep UTC."""
    return datetime.fromisoformat(str(column.column.maximum)).replace(tzinfo=None)
