"""How the cells of a text are told apart, decided on its first lines."""

import csv
import io
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from core.errors import UnreadableFile
from core.tables.spec import Limits

HEAD_BYTES = 1024 * 1024
MAX_LINE_BYTES = 16 * 1024 * 1024
"""Longest line, and longest cell, that is taken for part of a table."""
SAMPLE_ROWS = 2_000
SAMPLE_CELLS = 500_000
PROBES = (0.5, 1.0)
"""Where rows are looked at besides the first ones, as parts of the file."""
PROBE_BYTES = 128 * 1024
PROBE_ROWS = 200

_USUAL = (",", ";", "\t", "|")
_RARE = (":", "^", "~", "\x01", "\x1f", "#", "!", " ")
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+")

Row = list[str]


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How to split lines. Quoting is always by doubled double quotes."""

    delimiter: str
    skips_spaces: bool = False
    """Blanks after a delimiter do not belong to the cell."""
    n_preamble_lines: int = 0
    """Lines before the table: 1 for the "sep=;" that Excel understands."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The first rows of a text, blank lines left out."""

    dialect: Dialect
    rows: tuple[Row, ...]
    is_whole: bool
    """Whether there are no other rows."""
    starts_plainly: bool
    """Whether the first line of the file is the first row, in one piece."""
    first_line_bytes: int
    probes: tuple[Row, ...] = ()
    """Rows from the middle and the end, where that is certain: as wide as the first rows, in a text without quotes."""


def read_sample(path: Path, *, delimiter: str | None, limits: Limits) -> Sample:
    """The dialect and the first rows of the UTF-8 text at ``path``.

    Raises:
        UnreadableFile: The first line has too many cells, or does not end.
    """
    text, is_whole = _read_head(path, delimiter, limits)
    first_line, _, rest = text.partition("\n")
    n_preamble_lines = 0
    if match := re.fullmatch(r'"?sep=(.)"?\r?', first_line, re.IGNORECASE):
        text, n_preamble_lines = rest, 1
        delimiter = delimiter or match[1]
    dialect = Dialect(
        delimiter=delimiter or _sniff_delimiter(text, is_whole),
        n_preamble_lines=n_preamble_lines,
        skips_spaces=False,
    )
    rows = parse(text, dialect.delimiter, is_whole=is_whole)
    spaced = f'{dialect.delimiter} "' in text and dialect.delimiter != " "
    if spaced or dialect.delimiter == " ":
        squeezed = parse(text, dialect.delimiter, is_whole=is_whole, skips_spaces=True)
        if _regularity(squeezed) >= _regularity(rows):
            rows = squeezed
            dialect = Dialect(delimiter=dialect.delimiter, n_preamble_lines=n_preamble_lines, skips_spaces=True)
    probes = _read_probes(path, dialect, rows) if not is_whole and '"' not in text else []
    kept = rows[: max(2, SAMPLE_CELLS // max(1, len(rows[0]) if rows else 1))]
    return Sample(
        dialect=dialect,
        rows=tuple(kept),
        is_whole=is_whole and len(kept) == len(rows) and len(rows) < SAMPLE_ROWS,
        starts_plainly=bool(first_line.strip())
        and not n_preamble_lines
        and "\n" not in "".join(rows[0] if rows else []),
        first_line_bytes=len(first_line.encode()) + 1,
        probes=tuple(probes),
    )


def parse(text: str, delimiter: str, *, is_whole: bool, skips_spaces: bool = False) -> list[Row]:
    """The first non-blank rows of ``text``; a last row that may have been cut off is left out."""
    csv.field_size_limit(MAX_LINE_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=skips_spaces)
    try:
        rows = list(islice(reader, SAMPLE_ROWS))
    except csv.Error:  # a cell beyond the limit; the reading of the whole file says where
        return []
    if not is_whole and len(rows) < SAMPLE_ROWS and len(rows) > 1:
        rows.pop()
    return [row for row in rows if not is_blank(row)]


def _read_probes(path: Path, dialect: Dialect, rows: list[Row]) -> list[Row]:
    n_columns = len(rows[0]) if rows else 0
    if n_columns * PROBE_ROWS * len(PROBES) > SAMPLE_CELLS:
        return []
    size = path.stat().st_size
    found: list[Row] = []
    with path.open("rb") as file:
        for part in PROBES:
            file.seek(max(HEAD_BYTES, int(part * size) - PROBE_BYTES))
            text = file.read(PROBE_BYTES).decode("utf-8", errors="replace")
            whole_lines = text.partition("\n")[2].rpartition("\n")[0]
            probe = parse(whole_lines, dialect.delimiter, is_whole=True)[:PROBE_ROWS]
            if '"' not in text and all(len(row) == n_columns for row in probe):
                found += probe
    return found


def is_blank(row: Row) -> bool:
    """Whether the line holds nothing, not even a quoted nothing."""
    return not row or (len(row) == 1 and bool(row[0]) and not row[0].strip())


def _read_head(path: Path, delimiter: str | None, limits: Limits) -> tuple[str, bool]:
    """The first lines (at least one, at most 16 MiB), and whether that is all there is."""
    head = b""
    size = path.stat().st_size
    with path.open("rb") as file:
        while len(head) < MAX_LINE_BYTES and (chunk := file.read(HEAD_BYTES)):
            head += chunk
            if b"\n" in head or b"\r" in head:
                break
    is_whole = len(head) == size
    text = head.decode("utf-8-sig", errors="ignore")
    first_line = re.split(r"[\r\n]", text, maxsplit=1)[0]
    has_break = len(first_line) < len(text)
    counts = {sign: first_line.count(sign) for sign in ([delimiter] if delimiter else _USUAL)}
    if has_break or is_whole:
        for sign, count in counts.items():
            if count >= limits.max_columns:  # so many signs may still stand inside quotes
                refuse_columns(len(next(csv.reader([first_line], delimiter=sign))), limits)
    elif max(counts.values()) >= limits.max_columns:
        refuse_columns(max(counts.values()) + 1, limits, at_least="at least ")
    else:
        raise UnreadableFile(
            f"The file has no line break in its first {MAX_LINE_BYTES // 2**20} MiB, so it holds no rows.",
            hint="Choose a file with one row on each line.",
        )
    return text, is_whole


def refuse_columns(n_columns: int, limits: Limits, *, at_least: str = "") -> None:
    """Refuse a table that is too wide.

    Raises:
        UnreadableFile: ``n_columns`` is above the limit.
    """
    if n_columns > limits.max_columns:
        raise UnreadableFile(
            f"The file has {at_least}{n_columns:,} columns; a table may have {limits.max_columns:,}.",
            hint="Leave out columns or turn rows and columns round. PRAXIS_MAX_COLUMNS raises the limit.",
        )


def _regularity(rows: list[Row]) -> float:
    """Share of rows as wide as the first, in [0, 1]; 0 when that is a single cell."""
    if not rows or len(rows[0]) < 2:
        return 0.0
    return sum(len(row) == len(rows[0]) for row in rows) / len(rows)


def _sniff_delimiter(text: str, is_whole: bool) -> str:
    """The sign that splits most rows like the first one; a comma when none does."""
    parsed = {sign: parse(text, sign, is_whole=is_whole) for sign in _USUAL if sign in text}
    scores = {sign: _regularity(rows) for sign, rows in parsed.items()}
    best = max(scores.values(), default=0.0)
    tied = [sign for sign, score in scores.items() if score >= max(best - 0.02, 0.5)]
    if "," in tied and len(tied) > 1:
        others = [sign for sign in tied if sign != ","]
        # "1,5;2,5": commas are regular too, but stand inside numbers only.
        if any(_commas_are_decimal(parsed[sign]) for sign in others):
            tied = others
    if tied:
        return max(tied, key=lambda sign: (len(parsed[sign][0]), -_USUAL.index(sign)))
    for sign in _RARE:
        rows = parse(text, sign, is_whole=is_whole, skips_spaces=sign == " ") if sign in text else []
        if len(rows) > 1 and _regularity(rows) == 1.0:
            return sign
    widest = max(parsed, key=lambda sign: len(parsed[sign][0]) if parsed[sign] else 0, default=",")
    return widest if parsed.get(widest) and len(parsed[widest][0]) > 1 else ","


def _commas_are_decimal(rows: list[Row]) -> bool:
    cells = [cell.strip() for row in rows for cell in row if "," in cell]
    return bool(cells) and sum(bool(_DECIMAL_COMMA.fullmatch(cell)) for cell in cells) > len(cells) / 2
