"""What the looked-at texts of a column look like: forms, spaces, words, spellings."""

from collections import defaultdict
from datetime import datetime
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.profiling.facts import TextFacts, TextPattern, Variants
from core.profiling.numbers import histogram
from core.profiling.scan import ScannedColumn
from core.types import TopValue

CountArray = npt.NDArray[np.int64]
PatternName = Literal["email", "phone", "web address", "date", "number", "uuid", "ip address", "blank"]

PATTERNS: MappingProxyType[PatternName, str] = MappingProxyType(
    {
        "blank": r"^\s*$",
        "email": r"^\s*[^@\s]+@[^@\s.]+(\.[^@\s.]+)*\.[A-Za-z]{2,}\s*$",
        "web address": r"^\s*(https?://|www\.)\S+\s*$",
        "uuid": r"^\s*[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\s*$",
        "ip address": r"^\s*(\d{1,3}\.){3}\d{1,3}\s*$",
        "date": r"^\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{4}"
        r"|[A-Za-z]{3,9} \d{1,2},? \d{4})([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?\s*$",
        "number": r"^\s*[-+]?(\d+(\.\d*)?|\.\d+|\d{1,3}(,\d{3})+(\.\d+)?)([eE][-+]?\d+)?\s*$",
        "phone": r"^\s*(\+\d{1,3}[ .-]?(\(\d{1,4}\)[ .-]?)?\d{1,4}([ .-]?\d{2,4}){1,4}"
        r"|\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}[-. ]\d{3}[-. ]\d{4}|0\d{1,4}[ /-]\d{3,4}[ -]?\d{3,4})\s*$",
    }
)
"""RE2, by name. A text may have several forms."""

DATE_FORMATS = tuple(
    f"{date}{time}"
    for time in ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S", "T%H:%M")
    for date in (
        "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%m.%d.%Y",
        "%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%d-%B-%Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%b %d %Y",
    )
)  # fmt: skip
N_DATES_TRIED = 500
N_SHOWN = 10
MOSTLY = 0.5
N_VARIANT_VALUES = 200_000
"""Beyond so many different texts their spellings are not compared: they are no categories."""


def text_facts(column: ScannedColumn, values: pa.Array, counts: CountArray) -> TextFacts:
    """The facts of a column whose looked-at cells hold each of the different ``values`` so often as ``counts`` says."""
    n_looked = int(counts.sum())
    patterns, is_number = _patterns(values, counts, n_looked)
    trimmed = pc.utf8_trim_whitespace(values)
    lengths = np.asarray(pc.utf8_length(values).to_numpy(zero_copy_only=False), dtype=np.float64)
    n_numbers = int(counts[is_number].sum())
    groups = _variants(values, counts) if len(values) <= N_VARIANT_VALUES else []
    dates = next((pattern for pattern in patterns if pattern.pattern == "date"), None)
    return TextFacts(
        min_length=column.min_length,
        max_length=column.max_length,
        mean_length=column.mean_length,
        n_looked=n_looked,
        mean_words=_mean_words(trimmed, counts),
        length_histogram=histogram(np.repeat(lengths, counts), n_bins=20),
        patterns=patterns,
        date_format=_date_format(values) if dates and dates.share > MOSTLY else None,
        n_padded=int(counts[_mask(pc.not_equal(trimmed, values))].sum()),
        n_numbers=n_numbers,
        not_numbers=_frequent(values, counts, ~is_number) if MOSTLY * n_looked < n_numbers < n_looked else (),
        variants=tuple(groups[:N_SHOWN]),
        n_variants=len(groups),
    )


def _patterns(
    values: pa.Array, counts: CountArray, n_looked: int
) -> tuple[tuple[TextPattern, ...], npt.NDArray[np.bool_]]:
    """The forms that occur, the most frequent first; and which of the values read as numbers."""
    found: list[TextPattern] = []
    is_number = np.zeros(len(values), dtype=bool)
    for name, expression in PATTERNS.items():
        matches = _mask(pc.match_substring_regex(values, expression))
        if name == "number":
            is_number = matches
        n = int(counts[matches].sum())
        if n:
            example = str(values[int(np.flatnonzero(matches)[0])].as_py())[:100]
            found.append(TextPattern(pattern=name, n=n, share=n / n_looked, example=example))
    return tuple(sorted(found, key=lambda pattern: (-pattern.n, pattern.pattern))), is_number


def _mask(booleans: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    return np.asarray(booleans.to_numpy(zero_copy_only=False), dtype=bool)


def _mean_words(trimmed: pa.Array, counts: CountArray) -> float:
    breaks = pc.count_substring_regex(trimmed, r"\s+").to_numpy(zero_copy_only=False)
    is_empty = _mask(pc.equal(pc.utf8_length(trimmed), 0))
    words = np.where(is_empty, 0, breaks + 1)
    return float((words * counts).sum() / max(1, counts.sum()))


def _frequent(values: pa.Array, counts: CountArray, chosen: npt.NDArray[np.bool_]) -> tuple[TopValue, ...]:
    places = np.flatnonzero(chosen)
    best = places[np.argsort(-counts[places], kind="stable")][:N_SHOWN]
    return tuple(TopValue(value=str(values[int(i)].as_py())[:200], count=int(counts[i])) for i in best)


def _variants(values: pa.Array, counts: CountArray) -> list[Variants]:
    """Groups of texts that become the same without spaces and case; those with the most rows first."""
    folded = pc.utf8_lower(pc.replace_substring_regex(pc.utf8_trim_whitespace(values), r"\s+", " "))
    codes = folded.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    several = np.flatnonzero(np.bincount(codes) > 1)
    if not several.size:
        return []
    members: dict[int, list[int]] = defaultdict(list)
    for place in np.flatnonzero(np.isin(codes, several)):
        members[int(codes[place])].append(int(place))
    groups = [
        Variants(
            values=tuple(
                TopValue(value=values[i].as_py(), count=int(counts[i]))
                for i in sorted(places, key=lambda i: -int(counts[i]))
            )
        )
        for places in members.values()
        if folded[places[0]].as_py()
    ]
    return sorted(groups, key=lambda group: -sum(value.count for value in group.values))


def _date_format(values: pa.Array) -> str | None:
    """The one format in which all tried dates can be read; None when several fit or none does."""
    matches = values.filter(pc.match_substring_regex(values, PATTERNS["date"]))
    step = max(1, len(matches) // N_DATES_TRIED)
    tried = [str(value).strip() for value in matches[::step].to_pylist()] if step == 1 else _every(matches, step)
    fitting = [format_ for format_ in DATE_FORMATS if all(_fits(text, format_) for text in tried)]
    return fitting[0] if len({_order(format_) for format_ in fitting}) == 1 else None


def _every(values: pa.Array, step: int) -> list[str]:
    return [str(value).strip() for value in values.take(pa.array(range(0, len(values), step))).to_pylist()]


def _order(format_: str) -> tuple[int, int, int]:
    """In which order a format names day, month and year: formats that only spell differently are the same."""
    month = max(format_.find(mark) for mark in ("%m", "%b", "%B"))
    return (int(format_.find("%d") < month), int(format_.find("%Y") < month), int("%H" in format_))


def _fits(text: str, format_: str) -> bool:
    try:
        datetime.strptime(text, format_)
    except ValueError:
        return False
    return True
