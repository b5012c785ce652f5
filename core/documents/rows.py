"""Delimited text: one table, whose first row names the columns."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from core.documents.building import DocumentBuilder
from core.documents.errors import DamagedDocument
from core.documents.plain import tell_encoding
from core.documents.spec import ParseContext, ParsedDocument
from core.documents.texts import read_text

_WHAT = "CSV file"
_SIGNS = ",;\t|"
SAMPLE_ROWS = 50
SAMPLE_CHARACTERS = 64 * 1024
MAX_CELL = 1_000_000
"""Characters of the longest cell; a longer one comes from a quotation mark that nothing closes."""
REPORT_EVERY = 10_000


def parse_rows(path: Path, context: ParseContext) -> ParsedDocument:
    """The table in a text file.

    Raises:
        UnreadableDocument: It is empty, too long or no text.
    """
    decoded = read_text(path, _WHAT, context)
    builder = DocumentBuilder(_WHAT)
    tell_encoding(builder, decoded.encoding, is_guess=decoded.is_guess)
    text = decoded.text
    first_line = text[:10].lower()
    delimiter = text[4] if first_line.startswith("sep=") and len(text) > 4 else _delimiter(text[:SAMPLE_CHARACTERS])
    skipped = text.find("\n") + 1 if first_line.startswith("sep=") else 0
    builder.table(_read(text, skipped, delimiter, context))
    return builder.build()


def _read(text: str, start: int, delimiter: str, context: ParseContext) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_CELL)
    stream = io.StringIO(text, newline="")
    stream.seek(start)
    reader = csv.reader(stream, delimiter=delimiter)
    try:
        for number, row in enumerate(reader):
            if number % REPORT_EVERY == 0:
                context.report(0.25 + 0.7 * min(1.0, stream.tell() / len(text)), "Reading rows")
            yield row
    except csv.Error as error:
        raise DamagedDocument(
            _WHAT, f"the cell that begins near line {reader.line_num:,} does not end, as after a single quotation mark"
        ) from error


def _delimiter(sample: str) -> str:
    """The sign that divides most lines into equally many cells."""
    best, best_score = ",", 0.0
    for sign in _SIGNS:
        try:
            rows = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=sign) if row][:SAMPLE_ROWS]
        except csv.Error:
            continue
        widths = [len(row) for row in rows]
        usual = max(set(widths), key=widths.count) if widths else 1
        score = widths.count(usual) / len(widths) * min(usual, 50) if usual > 1 else 0.0
        if score > best_score:
            best, best_score = sign, score
    return best
