"""The numbers that a text says, however it writes them, and whether the evidence holds them.

A number of a text is known when some number of the evidence is written so: rounded to the digits that the text shows,
as a share or as a percentage, as digits or as a word. "81 %" is 0.812, "0.81" is, "81" and "0.81 %" are not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.wording import MINUS

SPACES = "\u00a0\u2009\u202f"
"""Spaces that stand inside a number or before its unit and break no line."""

_UNITS = (
    "zero - two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_OTHERS = (
    "hundred=100 hundreds=100 thousand=1000 thousands=1000 million=1e6 millions=1e6 billion=1e9 dozen=12 dozens=12 "
    "half=0.5 halves=0.5 halved=0.5 third=0.3333 thirds=0.6667 quarter=0.25 quarters=0.75 fifth=0.2 tenth=0.1 twice=2 "
    "double=2 doubles=2 doubled=2 triple=3 tripled=3 twofold=2 threefold=3 tenfold=10"
)
WORDS: Mapping[str, float] = MappingProxyType(
    {word: float(value) for value, word in enumerate(_UNITS.split()) if word != "-"}
    | {word: 10.0 * value for value, word in enumerate(_TENS.split(), start=2)}
    | {word: float(value) for word, value in (pair.split("=") for pair in _OTHERS.split())}
)
"""Numbers in words. "One", "first" and "second" are left out: they are pronouns and places more often than numbers."""
_SCALES = frozenset({"hundred", "thousand", "million", "billion", "dozen"})

_NUMBER = re.compile(
    rf"(?<![^\W\d_])(?P<sign>[-{MINUS}+])?(?<![^\W\d_])(?P<digits>\d{{1,3}}(?:[,{SPACES}]\d{{3}})+(?!\d)|\d+)(?P<decimals>[.]\d+)?"
    r"(?P<power>[eE][-+]?\d+|\s?[×x]\s?10(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+|\^-?\d+))?"
    rf"(?P<unit>[{SPACES} ]?(?:%|percent\b|per cent\b|percentage points?\b|pp\b)|"
    r"\s(?:hundred|thousand|million|billion|dozen)\b|[kKM]\b)?"
)
_WORD = re.compile(r"[a-z]+")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_BIG = {"k": 1e3, "K": 1e3, "M": 1e6, "hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "dozen": 12.0}
CLOSE = 0.05
"""Rounding may move a number by this share at most: "1" is not 0.8, though it is 0.8 without decimals."""


@dataclass(frozen=True, kw_only=True)
class SaidNumber:
    """One number of a text."""

    text: str
    """As it is written."""
    value: float
    step: float
    """Unit of its last digit that counts: 0.01 for "0.81", 1,000 for "12,000", 0 where it is exact."""
    is_percent: bool = False
    is_signed: bool = False
    after: str = ""
    """The word behind it, in lower case."""


def numbers_said(text: str) -> tuple[SaidNumber, ...]:
    """Every number of ``text``, in digits or in words, in order. Digits behind a letter are a name: "F1", "v2".

    Example:
        >>> [(said.value, said.is_percent) for said in numbers_said("From 0.81 to 90 % of 1,200 rows, twice")]
        [(0.81, False), (90.0, True), (1200.0, False), (2.0, False)]
    """
    found = [(match.start(), _of_digits(match, text)) for match in _NUMBER.finditer(text)]
    taken = [(match.start(), match.end()) for match in _NUMBER.finditer(text)]
    lower = text.lower()
    for match in _WORD.finditer(lower):
        if match.group() in WORDS and not any(start <= match.start() < end for start, end in taken):
            found.append((match.start(), _of_word(match, lower)))
    return tuple(said for _, said in sorted(found, key=lambda pair: pair[0]))


def is_known(said: SaidNumber, numbers: Mapping[str, float]) -> bool:
    """Whether some number of the evidence, shares as such, is written like ``said``.

    Example:
        >>> evidence = {"share": 0.812, "rows": 1234.0}
        >>> [is_known(numbers_said(text)[0], evidence) for text in ("81 %", "0.81", "1,230", "81", "0.81 %", "1.2k")]
        [True, True, True, False, False, True]
    """
    return any(_is_written(said, value) for value in numbers.values())


def plain_numbers(numbers: Mapping[str, float], statement: str) -> dict[str, float]:
    """``numbers`` with percentages as shares: which they are, the statement shows by its percent signs.

    Example:
        >>> plain_numbers({"share": 26.5, "rows": 120.0, "part": 0.5}, "26.5 % of 120 rows, half (50 %)")
        {'share': 0.265, 'rows': 120.0, 'part': 0.5}
    """
    percentages = [said for said in numbers_said(statement) if said.is_percent]

    def is_percentage(value: float) -> bool:
        return any(_rounds_to(said, abs(value)) for said in percentages)

    return {name: value / 100 if is_percentage(value) else value for name, value in numbers.items()}


def _is_written(said: SaidNumber, value: float) -> bool:
    written = 100 * value if said.is_percent else value
    return _rounds_to(said, written) or (not said.is_signed and _rounds_to(said, -written))


def _rounds_to(said: SaidNumber, value: float) -> bool:
    gap = abs(value - said.value)
    if said.step == 0 or value == 0:
        return gap <= 1e-9 * max(1.0, abs(value))
    return gap <= 0.5 * said.step * (1 + 1e-9) and gap <= CLOSE * abs(value)


def _of_digits(match: re.Match[str], text: str) -> SaidNumber:
    digits = re.sub(rf"[,{SPACES}]", "", match["digits"])
    decimals = match["decimals"] or ""
    value, step = float(digits + decimals), 10.0 ** -max(0, len(decimals) - 1)
    if not decimals and value >= 1_000:
        zeros = len(digits) - len(digits.rstrip("0"))
        step = 10.0 ** min(zeros, len(digits) - 2)
    factor = _factor(match["power"], match["raised"])
    unit = (match["unit"] or "").strip(f" {SPACES}")
    is_percent = unit.startswith(("%", "per", "pp"))
    factor *= 1.0 if is_percent or not unit else _BIG[unit]
    sign = -1.0 if match["sign"] and match["sign"] in f"-{MINUS}" and not _is_dash(match, text) else 1.0
    return SaidNumber(
        text=match.group().strip(),
        value=sign * value * factor,
        step=step * factor,
        is_percent=is_percent,
        is_signed=sign < 0,
        after=_word_after(text[match.end() :]),
    )


def _is_dash(match: re.Match[str], text: str) -> bool:
    """Whether the sign joins a word or a number to this one: "2020-21", "group-2"."""
    return match.start() > 0 and text[match.start() - 1].isalnum()


def _factor(power: str | None, raised: str | None) -> float:
    if raised:
        return float(10.0 ** int(raised.translate(_RAISED).lstrip("^")))
    return float(f"1{power}") if power else 1.0


def _of_word(match: re.Match[str], lower: str) -> SaidNumber:
    value, end = WORDS[match.group()], match.end()
    more = re.match(r"[- ]([a-z]+)", lower[end:])
    if more and (more[1] in _SCALES or (value >= 20 and WORDS.get(more[1], 10) < 10 and value % 10 == 0)):
        value = value * WORDS[more[1]] if more[1] in _SCALES else value + WORDS[more[1]]
        end += more.end()
    is_percent = bool(re.match(r"\s(percent|per cent|percentage points?)\b", lower[end:]))
    # A fraction in words is a rough one: "a third" is 0.34 as well.
    step = 0.03 if 0 < value < 1 else 0.0
    return SaidNumber(text=match.group(), value=value, step=step, is_percent=is_percent, after=_word_after(lower[end:]))


def _word_after(rest: str) -> str:
    match = re.match(rf"[{SPACES} -]?([A-Za-zµ°€$]+)", rest)
    return match[1].lower() if match else ""
