"""What the engine says of a statement, as a sentence for whoever wrote it."""

import difflib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

import duckdb

from core.errors import Unavailable, UserInputError, WorkbenchError

LONGEST = 300
_SQL_WORD = {
    "VARCHAR": "text",
    "BIGINT": "whole number",
    "INTEGER": "whole number",
    "INT32": "whole number",
    "INT64": "whole number",
    "DOUBLE": "number",
    "BOOLEAN": "yes/no value",
    "DATE": "date",
    "TIMESTAMP": "date and time",
    "TIMESTAMP WITH TIME ZONE": "date and time",
}


@dataclass(frozen=True, kw_only=True)
class _Rule:
    pattern: re.Pattern[str]
    message: str
    hint: str


def _rule(pattern: str, message: str, hint: str) -> _Rule:
    return _Rule(pattern=re.compile(pattern, re.IGNORECASE | re.DOTALL), message=message, hint=hint)


_RULES = (
    _rule(
        r'column "?([^"]+?)"? must appear in the GROUP BY',
        "The column {0!r} is neither grouped by nor summarised.",
        "Add it to GROUP BY, or wrap it: any_value({0}), max({0}).",
    ),
    _rule(
        r"Ambiguous reference to column name \"([^\"]+)\"",
        "The column {0!r} is in more than one table.",
        "Write the table before it: table.{0}.",
    ),
    _rule(
        r"syntax error at or near \"([^\"]*)\"",
        "The statement cannot be understood at {0!r}.",
        "Check the words and brackets just before it.",
    ),
    _rule(r"syntax error at end of input", "The statement is not complete.", "Is a bracket or a word missing?"),
    _rule(
        r"Could not convert string '(.*?)' to (\w+)",
        "The text {0!r} cannot become a {1}.",
        "Use TRY_CAST, which gives NULL instead.",
    ),
    _rule(
        r"Could not parse string \"(.*?)\" according to format specifier \"(.*?)\"",
        "The text {0!r} does not look like {1!r}.",
        "Use try_strptime, which gives NULL instead.",
    ),
    _rule(
        r"types '([^(]+)\((.*?)\)'",
        "{0!r} does not work on {1}.",
        "Convert the value first, for example TRY_CAST(column AS DOUBLE).",
    ),
    _rule(
        r"Cannot compare values of type (\w+).*? and (?:type )?(\w+)",
        "A {0} cannot be compared with a {1}.",
        "Convert one of them, for example TRY_CAST(column AS DOUBLE), or put quotes around a text.",
    ),
    _rule(
        r"More than one row returned by a subquery",
        "A query in brackets gives several rows where one value is expected.",
        "Add LIMIT 1, summarise it, or use IN.",
    ),
    _rule(
        r"Set operations can only apply to expressions with the same number",
        "The queries that are put together have different numbers of columns.",
        "Give each the same columns.",
    ),
    _rule(
        r"aggregate function calls cannot be nested",
        "A summary cannot be inside another summary.",
        "Compute the inner one in a WITH first.",
    ),
    _rule(
        r"WHERE clause cannot contain (aggregates|window)",
        "WHERE looks at single rows, not at summaries.",
        "Use HAVING for summaries and QUALIFY for windows.",
    ),
    _rule(
        r"expression depth limit|nested too deep",
        "The statement is nested too deeply.",
        "Name inner parts with WITH, or split it into several queries.",
    ),
    _rule(
        r"^Out of Range Error|overflow",
        "A number became too large for its type.",
        "Convert to DOUBLE first: CAST(column AS DOUBLE).",
    ),
)


def explain(error: Exception, sql: str, columns: Collection[str], *, lead_lines: int = 0) -> WorkbenchError:
    """``error`` for a person: what is wrong, where, and what to try.

    Args:
        error: As the engine raised it, or a failed allocation.
        sql: The statement.
        columns: Names of the columns of its tables, for near misses.
        lead_lines: How many lines were put before the statement when it was run.
    """
    text = str(error)
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError) or "Out of Memory" in text:
        return UserInputError(
            "The query needs more memory than one query may take.",
            hint="Filter rows earlier, take fewer columns, or group instead of listing.",
            field="sql",
        )
    if "no space left" in text.lower() or "max_temp_directory_size" in text:
        return Unavailable("There is not enough room on the disk for this query.", hint="Filter rows earlier.")
    if isinstance(error, duckdb.PermissionException | duckdb.IOException | duckdb.InternalException):
        return UserInputError("The query reaches for something it may not use.", hint="Use tables only.", field="sql")
    place = _place(text, sql, lead_lines)
    for build in (_unknown_column, _by_rule):
        found = build(text, place, columns)
        if found is not None:
            return found
    first = text.split("\n", 1)[0].partition("Error: ")[2] or text.split("\n", 1)[0]
    return UserInputError(f"{first[:LONGEST].rstrip('.!')}{place}.", field="sql")


def _unknown_column(text: str, place: str, columns: Collection[str]) -> WorkbenchError | None:
    match = re.search(
        r'Referenced column "(.+?)" (?:was )?not found|does not have a column named "(.+?)"'
        r'|Referenced table "(.+?)" not found',
        text,
    )
    if not match:
        return None
    if match[3]:
        return UserInputError(
            f"There is no table or alias {match[3][:100]!r} in this part of the statement{place}.",
            hint="Use the names after FROM and JOIN.",
            field="sql",
        )
    name = match[1] or match[2]
    close = difflib.get_close_matches(name.lower(), [one.lower() for one in columns], n=3, cutoff=0.55)
    spelled = [next(one for one in columns if one.lower() == found) for found in close]
    if spelled:
        hint = f"Did you mean {' or '.join(map(repr, spelled))}?"
    else:
        hint = f"Columns: {', '.join(list(columns)[:12])}." if columns else ""
    return UserInputError(
        f"There is no column {name[:100]!r}{place}.", hint=f"{hint} Texts stand in single quotes.".strip(), field="sql"
    )


def _by_rule(text: str, place: str, columns: Collection[str]) -> WorkbenchError | None:
    del columns
    for rule in _RULES:
        match = rule.pattern.search(text)
        if match:
            parts = [_plain_types(part)[:100] for part in match.groups()]
            return UserInputError(_with(rule.message, parts, place), hint=_filled(rule.hint, parts), field="sql")
    return None


def _plain_types(part: str) -> str:
    types = part.split(", ")
    return " and ".join(_SQL_WORD.get(one, one) for one in types) if any(one in _SQL_WORD for one in types) else part


def _with(message: str, parts: list[str], place: str) -> str:
    return f"{_filled(message, parts).removesuffix('.')}{place}."


def _filled(template: str, parts: list[str]) -> str:
    fill: Callable[[re.Match[str]], str] = lambda match: (  # noqa: E731  one expression, used once
        repr(parts[int(match[1])]) if match[2] else parts[int(match[1])]
    )
    return re.sub(r"\{(\d)(!r)?\}", fill, template)


def _place(text: str, sql: str, lead_lines: int) -> str:
    """As in `` (line 2, column 5)``: where the engine draws its caret, or where the word that it names first stands."""
    match = re.search(r"\nLINE (\d+): (.*)\n( *)\^", text)
    if not match:
        named = re.search(r'"(.+?)"', text)
        word = re.search(rf"\b{re.escape(named[1])}\b", sql, re.IGNORECASE) if named else None
        return (
            _words(sql.count("\n", 0, word.start()) + 1, word.start() - sql.rfind("\n", 0, word.start()))
            if word
            else ""
        )
    line, excerpt = int(match[1]), match[2]
    offset = len(match[3]) - len(f"LINE {line}: ")
    line -= lead_lines
    lines = sql.splitlines()
    if excerpt.startswith("...") and 1 <= line <= len(lines):
        offset += lines[line - 1].find(excerpt[3:].removesuffix("...")) - 3
    return _words(line, offset + 1) if line >= 1 and offset >= 0 else ""


def _words(line: int, column: int) -> str:
    return f" (line {line}, column {column})"
