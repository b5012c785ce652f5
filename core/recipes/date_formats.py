"""Formats of dates: which are tried, what each accepts, the same in DuckDB and in pandas."""

import re

from core.errors import UserInputError

_PATTERNS = {
    "Y": "[0-9]{4}",
    "y": "[0-9]{2}",
    "m": "[0-9]{1,2}",
    "d": "[0-9]{1,2}",
    "H": "[0-9]{1,2}",
    "I": "[0-9]{1,2}",
    "M": "[0-9]{1,2}",
    "S": "[0-9]{1,2}",
    "f": "[0-9]{1,6}",
    "b": "[A-Za-z]{3}",
    "B": "[A-Za-z]+",
    "p": "[AaPp][Mm]",
}
_TIMES = ("", " %H:%M", " %H:%M:%S")
_DAYS_FIRST = ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y")
_MONTHS_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m/%d/%y")
_CLEAR = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d")
_WORDS = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d. %B %Y", "%d-%b-%y")
_REST = ("%Y%m%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f")
_TWELVE = (" %I:%M %p", " %I:%M:%S %p")


def candidates(*, day_first: bool) -> tuple[str, ...]:
    """The formats that are tried, those that win a tie first."""
    numeric = (*_DAYS_FIRST, *_MONTHS_FIRST) if day_first else (*_MONTHS_FIRST, *_DAYS_FIRST)
    dates = (*_CLEAR, *numeric, *_WORDS)
    timed = [date + time for date in dates for time in _TIMES]
    twelve = [date + time for date in numeric for time in _TWELVE]
    return (*timed, *_REST, *twelve)


def pattern(format: str) -> str:
    """A regular expression for the texts that ``format`` reads.

    Raises:
        UserInputError: The format holds something that is not understood, or no full date.
    """
    parts: list[str] = []
    used: list[str] = []
    at = 0
    while at < len(format):
        if format[at] != "%":
            parts.append(re.escape(format[at]))
            at += 1
            continue
        letter = format[at + 1 : at + 2]
        if letter not in _PATTERNS or letter == "" or letter in used:
            raise UserInputError(
                f"the date format {format!r} holds '%{letter}', which is not understood there.",
                hint="It is made of %Y %y %m %b %B %d %H %I %M %S %f %p, each once, such as %d.%m.%Y.",
            )
        used.append(letter)
        is_beside = format[at + 2 : at + 3] == "%" or (at >= 2 and format[at - 2 : at - 1] == "%")
        parts.append(_PATTERNS[letter].replace("{1,2}", "{2}") if is_beside else _PATTERNS[letter])
        at += 2
    if "d" not in used or not {"m", "b", "B"} & set(used) or not {"Y", "y"} & set(used):
        raise UserInputError(
            f"the date format {format!r} holds no full date.", hint="It needs a day, a month and a year: %d.%m.%Y."
        )
    return "".join(parts)
