"""What an export format declares. One file under ``core/exporting/catalog`` is one format."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from core.params import Params

OnFraction = Callable[[float], None]
"""Told of the done part in [0, 1]; may raise to cancel."""


class ExportOptions(Params):
    """How a table is written."""

    escape_formulas: Annotated[
        bool,
        Field(
            title="Make formulas harmless",
            description="Texts that a spreadsheet would run, such as =1+1, get an apostrophe before them. "
            "Numbers stay as they are.",
        ),
    ] = True
    byte_order_mark: Annotated[
        bool,
        Field(title="For Excel", description="Three bytes at the start of the file by which Excel recognises UTF-8."),
    ] = False


@dataclass(frozen=True, kw_only=True)
class ExportSpec:
    """Facts about a format and its function; listing specs imports no engine."""

    key: str
    label: str
    extension: str
    """With the dot."""
    media_type: str
    write: Callable[[Path, Path, ExportOptions, int, OnFraction], None]
    """``(table, destination, options, memory_bytes, on_fraction)``: writes the Parquet file ``table``.

    Memory is bounded whatever the size; the folder of ``destination`` may take temporary files. What stops it leaves
    nothing that looks finished. Raises UserInputError for what the format cannot hold.
    """
    heeds: tuple[str, ...] = ()
    """The fields of ExportOptions that make a difference."""
