"""What is known of a text before it is read: encoding, dialect, names and the types that the first rows suggest."""

from dataclasses import dataclass

from core.errors import UnreadableFile
from core.tables.delimited.dialect import Sample, read_sample, refuse_columns
from core.tables.delimited.encoding import TextFile
from core.tables.delimited.header import count_rows_cells, has_header
from core.tables.delimited.marks import sniff_marks
from core.tables.delimited.typing import CellCounts, ColumnPlan, plan_column
from core.tables.engine import Engine
from core.tables.names import Naming, name_columns
from core.tables.spec import ImportOptions, Limits
from core.types import Notice, Severity

COUNTED_ROWS = 600
"""So many of the first rows suggest the types; all rows are checked later."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What is known of the text before it is read."""

    text: TextFile
    sample: Sample
    naming: Naming
    has_header: bool
    decimal: str
    thousands: str | None
    plans: dict[int, ColumnPlan]
    counts: dict[int, CellCounts]
    day_first: bool | None

    @property
    def options_used(self) -> dict[str, object]:
        """What was sniffed, by name of the import option."""
        return {
            "delimiter": self.sample.dialect.delimiter,
            "encoding": self.text.encoding,
            "has_header": self.has_header,
            "decimal": self.decimal,
            "thousands": self.thousands,
        }

    @property
    def n_columns(self) -> int:
        """Columns of the table."""
        return len(self.naming.names)


def lay_out(engine: Engine, text: TextFile, options: ImportOptions, limits: Limits) -> Layout:
    """Look at the first rows of ``text``.

    Raises:
        UnreadableFile: There are no rows, or too many columns.
        EngineError: The sample cannot be counted.
    """
    sample = read_sample(text.path, delimiter=options.delimiter, limits=limits)
    rows = sample.rows
    if not rows:
        raise no_rows(has_header=False)
    decimal, thousands = sniff_marks(rows, sample.dialect.delimiter, options)
    below = rows[1 : 1 + COUNTED_ROWS] + sample.probes
    body = count_rows_cells(engine, below, decimal=decimal, thousands=thousands)
    first = count_rows_cells(engine, rows[:1], decimal=decimal, thousands=thousands)
    with_header = options.has_header if options.has_header is not None else has_header(rows, body, first)
    if with_header:
        naming, counts = name_columns(rows[0]), body
        if len(rows) == 1 and sample.is_whole:
            raise no_rows(has_header=True)
    else:
        naming = name_columns([f"column_{i}" for i in range(1, max(map(len, rows)) + 1)])
        counts = count_rows_cells(engine, rows[:1] + below, decimal=decimal, thousands=thousands)
    refuse_columns(len(naming.names), limits)
    plans = {
        index: plan_column(counts.get(index, CellCounts(index)), name, day_first=options.day_first)
        for index, name in enumerate(naming.names)
    }
    return Layout(
        text=text, sample=sample, naming=naming, has_header=with_header, decimal=decimal, thousands=thousands,
        plans=plans, counts=counts, day_first=options.day_first,
    )  # fmt: skip


def layout_notices(layout: Layout, options: ImportOptions) -> list[Notice]:
    """What a person should know of the guesses."""
    notices = list(layout.naming.notices)
    if layout.text.encoding != "utf-8" and options.encoding is None:
        text = f"The text is no UTF-8; it was read as {layout.text.encoding}."
        notices.append(Notice(severity=Severity.INFO, code="encoding", text=text))
    if not layout.has_header and options.has_header is None:
        text = "The first row looks like data, so the columns are numbered. The import options can say otherwise."
        notices.append(Notice(severity=Severity.INFO, code="no_header", text=text))
    if layout.decimal == "," and options.decimal is None:
        text = "Numbers are written with a decimal comma."
        notices.append(Notice(severity=Severity.INFO, code="decimal_comma", text=text))
    if layout.thousands and options.thousands is None:
        mark = {" ": "a blank", "'": "an apostrophe", ",": "a comma", ".": "a point"}[layout.thousands]
        text = f"The digits of large numbers are grouped by {mark}."
        notices.append(Notice(severity=Severity.INFO, code="thousands", text=text))
    return notices


def no_rows(*, has_header: bool) -> UnreadableFile:
    """The refusal of a text without data."""
    what = "a header but no rows" if has_header else "no rows"
    return UnreadableFile(f"The file holds {what}.", hint="Choose a file with at least one row of data.")
