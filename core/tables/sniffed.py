"""What is known of a file before it is imported."""

from typing import Any

from core.records import ErrorRecord
from core.tables.spec import Part
from core.types import ColumnType, Notice, Value


class SightedColumn(Value):
    """One column as the first rows suggest it."""

    name: str
    type: ColumnType


class Sighting(Value):
    """What a file would be read as."""

    format: str
    """Key of the table format; inside an archive, of what is in it."""
    format_label: str
    archive: str | None = None
    """Key of the format of the archive around it."""
    parts: tuple[Part, ...] = ()
    """The sheets of a workbook, or the files in an archive."""
    part_option: str | None = None
    """The import option that chooses among ``parts``."""
    heeds: tuple[str, ...] = ()
    """The import options that make a difference, in the order of a form."""
    options: dict[str, Any]
    """The given options, completed by what was sniffed."""
    columns: tuple[SightedColumn, ...] = ()
    n_columns: int = 0
    rows: tuple[dict[str, Any], ...] = ()
    """The first rows as they will be read, as JSON values by column name."""
    n_rows_read: int = 0
    """Rows that types and marks were worked out from."""
    is_whole: bool = False
    """Whether these are all: otherwise what comes later may still change a type."""
    notices: tuple[Notice, ...] = ()
    problem: ErrorRecord | None = None
    """Why there are no rows with these options; others may do."""
