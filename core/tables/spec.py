"""What a table format declares. One file under ``core/tables/catalog`` is one format."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from core.params import Params
from core.tables.heads import copy_first_lines
from core.types import Notice, Value

Progress = Callable[[float, str], None]
"""Told of the done part in [0, 1] and of the stage in plain words; may raise to cancel."""

Encoding = Literal[
    "utf-8", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "iso8859-15", "cp1250", "cp1251", "mac-roman",
    "shift_jis", "gb18030", "big5", "euc-kr",
]  # fmt: skip


class ImportOptions(Params):
    """What a person may know better than the sniffer. None leaves the decision to the file's content."""

    delimiter: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=1,
            title="Delimiter",
            description="One character between cells; \\t for a tab.",
            json_schema_extra={"front": True},
        ),
    ] = None
    encoding: Annotated[Encoding | None, Field(title="Encoding", description="How the bytes stand for characters.")] = (
        None
    )
    has_header: Annotated[
        bool | None,
        Field(
            title="First row holds the names",
            description="Off: the first row is data and columns are numbered.",
            json_schema_extra={"front": True},
        ),
    ] = None
    decimal: Annotated[
        Literal[".", ","] | None, Field(title="Decimal mark", description="The sign before the decimals of a number.")
    ] = None
    thousands: Annotated[
        Literal[",", ".", " ", "'"] | None,
        Field(title="Thousands mark", description="The sign between groups of three digits, as in 1,234,567."),
    ] = None
    day_first: Annotated[
        bool | None,
        Field(title="Day before month", description="Whether 01/02/2025 is the first of February."),
    ] = None
    sheet: Annotated[
        str | None,
        Field(min_length=1, max_length=200, title="Sheet", description="Which sheet of a workbook holds the table."),
    ] = None
    first_row: Annotated[
        int | None,
        Field(
            ge=1,
            le=1_048_576,
            title="Table starts in row",
            description="Row of the sheet, counted from 1; what stands above it is left out.",
        ),
    ] = None
    member: Annotated[
        str | None,
        Field(min_length=1, max_length=1_000, title="File", description="Which file of an archive holds the table."),
    ] = None

    @field_validator("delimiter", mode="before")
    @classmethod
    def _typed_tab(cls, value: object) -> object:
        return "\t" if value == "\\t" else value

    @field_validator("delimiter")
    @classmethod
    def _separates(cls, value: str | None) -> str | None:
        if value is not None and (value in '"\r\n\0' or value.isalnum() or not value.isascii()):
            raise ValueError("a delimiter is one ASCII sign that is no letter, digit, quote or line break")
        return value


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What reading one table may take."""

    max_columns: int
    memory_bytes: int
    """Working memory; beyond it the reading spills to disk."""
    unpacked_bytes: int = 5_000_000_000
    """Most bytes that a compressed file may unpack to."""


@dataclass(frozen=True, kw_only=True)
class Ingested:
    """What a format found while it wrote the normal form."""

    n_rows: int
    """At least 1."""
    notices: tuple[Notice, ...]
    options_used: ImportOptions
    """The given options, completed by what was sniffed."""


def no_parts(path: Path) -> tuple["Part", ...]:
    """Nothing to choose from: what most formats answer."""
    del path
    return ()


class Part(Value):
    """One of several tables in a file: a sheet of a workbook, a file in an archive."""

    name: str
    """What ``ImportOptions.sheet`` or ``ImportOptions.member`` calls it."""
    size_bytes: int | None = None
    """Unpacked, as the archive says; a claim."""
    is_hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class Unpacked:
    """A file taken out of an archive."""

    path: Path
    file_name: str
    member: str | None
    """What ``ImportOptions.member`` calls it; None where an archive can hold only one file."""
    is_whole: bool
    """False when only its beginning was asked for and there is more."""


Ingest = Callable[[Path, Path, ImportOptions, Limits, Progress], Ingested]
Shorten = Callable[[Path, Path, ImportOptions], bool]


@dataclass(frozen=True, kw_only=True)
class TableFormatSpec:
    """Facts about a format and its functions; listing specs imports no engine."""

    key: str
    label: str
    extensions: tuple[str, ...]
    """Lower case with the dot, the usual one first."""
    is_content: Callable[[bytes], bool]
    """Whether the first bytes of a file (up to 64 KiB) can only be this format; False when they leave it open."""
    ingest: Ingest
    """``(source, destination, options, limits, on_progress)``: writes the normal form to ``destination``.

    The folder of ``destination`` is private to the call and may hold temporary files. Raises UnreadableFile.
    """
    shorten: Shorten = copy_first_lines
    """``(source, destination, options)``: writes a small file of the same format with the first rows, for a look before
    the import; False when rows were left out. Bounded in time and memory whatever the size. Raises UnreadableFile."""
    parts: Callable[[Path], tuple[Part, ...]] = no_parts
    """The tables in a file, where there can be several. Raises UnreadableFile."""
    part_option: Literal["sheet", "member"] | None = None
    """The import option that chooses among ``parts``."""
    unpack: Callable[[Path, Path, str, ImportOptions, Limits, bool], Unpacked] | None = None
    """For archives: ``(source, folder, file_name, options, limits, beginning)`` takes one file out into ``folder``;
    with ``beginning`` only the first mebibyte of it. Raises UnreadableFile."""
    options: tuple[str, ...] = ()
    """The fields of ImportOptions that this format heeds, in the order of a form."""
