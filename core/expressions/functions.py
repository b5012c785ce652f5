"""Functions of formulas: numbers, texts, dates, missing values."""

from collections.abc import Sequence

from core.expressions.function_kinds import date_part, extreme, function, of_number, of_text, search
from core.expressions.operation import (
    NUMERIC,
    Operation,
    as_date,
    as_number,
    need_count,
    need_text_value,
    need_type,
    operation_node,
    unified,
)
from core.expressions.quoting import text_sql
from core.expressions.tokens import refuse
from core.expressions.tree import Node
from core.types import ColumnType

BLANKS = (
    " \t\r\n\f\v\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\ufeff"
)
"""What counts as a blank at the ends of a text, the same in SQL and in pandas."""
MAX_DIGITS = 12


def _abs(position: int, parts: Sequence[Node]) -> Node:
    need_count("abs(number)", position, parts, 1, 1)
    need_type("abs", parts[0], *NUMERIC)
    assert parts[0].type is not None
    return operation_node("abs", parts[0].type, position, parts)


def _round(position: int, parts: Sequence[Node]) -> Node:
    need_count("round(number, digits)", position, parts, 1, 2)
    need_type("round", parts[0], *NUMERIC)
    digits = parts[1].value if len(parts) == 2 else 0
    if isinstance(digits, bool) or not isinstance(digits, int) or not 0 <= digits <= MAX_DIGITS:
        refuse(parts[1].position, f"round takes 0 to {MAX_DIGITS} digits.", "For example: round(price, 2).")
    factor = Node(kind="value", type=ColumnType.NUMBER, value=float(10**digits), position=position)
    return operation_node("round", ColumnType.NUMBER, position, [as_number(parts[0]), factor])


def _replace(position: int, parts: Sequence[Node]) -> Node:
    usage = "replace(text, 'old', 'new')"
    need_count(usage, position, parts, 3, 3)
    need_type("replace", parts[0], ColumnType.STRING)
    need_text_value(usage, parts[2])
    if not need_text_value(usage, parts[1]):
        refuse(parts[1].position, "replace has nothing to look for.", f"It is written {usage}.")
    return operation_node("replace", ColumnType.STRING, position, parts)


def _days_between(position: int, parts: Sequence[Node]) -> Node:
    need_count("days_between(start, end)", position, parts, 2, 2)
    dates = [as_date(part) for part in parts]
    for date in dates:
        need_type("days_between", date, ColumnType.DATETIME)
    return operation_node("days_between", ColumnType.NUMBER, position, dates)


def _date(position: int, parts: Sequence[Node]) -> Node:
    usage = "date('2025-01-31')"
    need_count(usage, position, parts, 1, 1)
    need_text_value(usage, parts[0])
    return as_date(parts[0])


def _is_missing(position: int, parts: Sequence[Node]) -> Node:
    need_count("is_missing(column)", position, parts, 1, 1)
    return operation_node("is_missing", ColumnType.BOOLEAN, position, parts)


def _coalesce(position: int, parts: Sequence[Node]) -> Node:
    need_count("coalesce(column, other)", position, parts, 2, 20)
    if any(part.type is ColumnType.DATETIME for part in parts):
        parts = [as_date(part) for part in parts]
    same, type_ = unified("coalesce", parts)
    return operation_node("coalesce", type_, position, same)


FUNCTIONS: tuple[Operation, ...] = (
    function("abs", "abs(number)", "The number without its sign.", _abs, "abs({0})", "{0}.abs()", may_overflow=True),
    function(
        "round",
        "round(number, digits)",
        "To so many digits after the point; halves go away from zero.",
        _round,
        "(trunc({0} * {1} + CASE WHEN {0} < 0 THEN -0.5 ELSE 0.5 END) / {1})",
        "round_half_away({0}, {1})",
        may_overflow=True,
        takes_scalars=True,
    ),
    of_number("floor", "floor(number)", "The next whole number below.", "floor({0})", "np.floor({0})"),
    of_number("ceil", "ceil(number)", "The next whole number above.", "ceil({0})", "np.ceil({0})"),
    of_number("exp", "exp(number)", "e to the power of the number.", "exp({0})", "np.exp({0})"),
    of_number(
        "log",
        "log(number)",
        "The natural logarithm; missing for 0 and below.",
        "CASE WHEN {0} > 0 THEN ln({0}) END",
        "np.log({0}.where(({0} > 0).fillna(False)))",
    ),
    of_number(
        "log10",
        "log10(number)",
        "The logarithm to base 10; missing for 0 and below.",
        "CASE WHEN {0} > 0 THEN log10({0}) END",
        "np.log10({0}.where(({0} > 0).fillna(False)))",
    ),
    of_number(
        "sqrt",
        "sqrt(number)",
        "The square root; missing below 0.",
        "CASE WHEN {0} >= 0 THEN sqrt({0}) END",
        "np.sqrt({0}.where(({0} >= 0).fillna(False)))",
    ),
    extreme("min", "min(a, b, ...)", "The smallest of a row's values.", "least({all})", "smallest({all})"),
    extreme("max", "max(a, b, ...)", "The largest of a row's values.", "greatest({all})", "largest({all})"),
    of_text("lower", "lower(text)", "In small letters.", "lower({0})", "{0}.str.lower()"),
    of_text("upper", "upper(text)", "In capital letters.", "upper({0})", "{0}.str.upper()"),
    of_text(
        "strip",
        "strip(text)",
        "Without blanks at its ends.",
        f"trim({{0}}, {text_sql(BLANKS)})",
        f"{{0}}.str.strip({BLANKS!r})",
    ),
    of_text(
        "length",
        "length(text)",
        "How many characters it has.",
        "length({0})",
        "{0}.str.len().astype('Int64')",
        ColumnType.INTEGER,
    ),
    search(
        "contains",
        "contains(text, 'part')",
        "Whether the part stands in it.",
        "contains({0}, {1})",
        "{0}.str.contains({1}, regex=False).astype('boolean')",
    ),
    search(
        "startswith",
        "startswith(text, 'part')",
        "Whether it begins so.",
        "starts_with({0}, {1})",
        "{0}.str.startswith({1}).astype('boolean')",
    ),
    search(
        "endswith",
        "endswith(text, 'part')",
        "Whether it ends so.",
        "ends_with({0}, {1})",
        "{0}.str.endswith({1}).astype('boolean')",
    ),
    function(
        "replace",
        "replace(text, 'old', 'new')",
        "With every old part replaced by the new one.",
        _replace,
        "replace({0}, {1}, {2})",
        "{0}.str.replace({1}, {2}, regex=False)",
        takes_scalars=True,
    ),
    date_part("year", "The year.", "year({0})", "{0}.dt.year.astype('Int64')"),
    date_part("month", "The month, 1 to 12.", "month({0})", "{0}.dt.month.astype('Int64')"),
    date_part("day", "The day of the month.", "day({0})", "{0}.dt.day.astype('Int64')"),
    date_part(
        "weekday", "From 1 for Monday to 7 for Sunday.", "isodow({0})", "({0}.dt.day_of_week + 1).astype('Int64')"
    ),
    date_part("hour", "The hour, 0 to 23.", "hour({0})", "{0}.dt.hour.astype('Int64')"),
    function(
        "days_between",
        "days_between(start, end)",
        "Days from one date to another, with the part of a day behind the point.",
        _days_between,
        "(CAST(epoch_us({1}) - epoch_us({0}) AS DOUBLE) / 1000000 / 86400)",
        "days_between({0}, {1})",
    ),
    function("date", "date('2025-01-31')", "A date written as text.", _date, "{0}", "{0}"),
    function(
        "is_missing",
        "is_missing(column)",
        "Whether there is no value.",
        _is_missing,
        "({0} IS NULL)",
        "{0}.isna().astype('boolean')",
    ),
    function(
        "coalesce",
        "coalesce(column, other)",
        "The first of its values that is not missing.",
        _coalesce,
        "coalesce({all})",
        "first_known({all})",
    ),
)
