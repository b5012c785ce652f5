"""Workbooks opened with calamine, and its failures in words."""

import logging
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import fastexcel

from core.errors import UnreadableFile
from core.tables.detection import shorten
from core.tables.names import listed
from core.tables.spec import ImportOptions, Part
from core.tables.workbooks.extent import Extent, refuse_false_count
from core.tables.zips import opened_zip

T = TypeVar("T")

logging.getLogger("fastexcel.types.dtype").setLevel(logging.ERROR)  # it warns of each column without a value

MAX_PART_BYTES = 1_500_000_000
"""Largest sheet, unpacked: a full one of about forty columns. The reader holds a sheet in memory."""
MAX_RATIO = 100
RATIO_FROM_BYTES = 100_000_000
CHUNK_BYTES = 4 * 1024 * 1024


def damaged() -> UnreadableFile:
    """The refusal of a workbook that breaks on the way."""
    return UnreadableFile(
        "The workbook is damaged: not all of it can be read.",
        hint="Open it in the program that wrote it, save it again, and upload that.",
    )


def _protected() -> UnreadableFile:
    return UnreadableFile(
        "The workbook is protected with a password.",
        hint="Open it, take the password away, save it, and upload that.",
    )


@contextmanager
def opened(path: Path, *, unpacked_bytes: int = MAX_PART_BYTES) -> Iterator[fastexcel.ExcelReader]:
    """The workbook at ``path``, after its unpacked size was counted.

    Raises:
        UnreadableFile: It is damaged, protected with a password, or unpacks to more than a sheet can hold.
    """
    refuse_bomb(path, min(unpacked_bytes, MAX_PART_BYTES))
    yield attempt(lambda: fastexcel.read_excel(path))


def sheets(path: Path) -> tuple[Part, ...]:
    """The sheets in the order of the workbook; names alone, nothing is read.

    Raises:
        UnreadableFile: The workbook is damaged or protected.
    """
    with opened(path) as reader:
        return tuple(Part(name=name) for name in reader.sheet_names)


def chosen_sheet(reader: fastexcel.ExcelReader, options: ImportOptions) -> str | None:
    """The sheet that the options name; None when they name none.

    Raises:
        UnreadableFile: There is no such sheet, or none at all.
    """
    if not reader.sheet_names:
        raise UnreadableFile("The workbook holds no sheet.", hint="Choose a workbook with a table in it.")
    if options.sheet is not None and options.sheet not in reader.sheet_names:
        raise UnreadableFile(
            f"The workbook has no sheet {shorten(options.sheet)}.",
            hint=f"It has {listed(reader.sheet_names)}.",
            field="options.sheet",
        )
    return options.sheet


def attempt(read: Callable[[], T]) -> T:
    """What ``read`` returns.

    Raises:
        UnreadableFile: The reader cannot read the workbook.
    """
    try:
        return read()
    except fastexcel.FastExcelError as error:
        text = str(error).lower()
        raise (_protected() if "password" in text or "encrypt" in text else damaged()) from error
    except (OSError, ValueError) as error:
        raise damaged() from error
    except BaseException as error:
        # A panic of the reader comes as a BaseException that cannot be imported; everything else goes on.
        if type(error).__name__ == "PanicException":
            raise damaged() from error
        raise


def refuse_bomb(path: Path, most_bytes: int) -> None:
    """Count what the parts of a zipped workbook unpack to; calamine would unpack all of it.

    Raises:
        UnreadableFile: A part is damaged, encrypted, or larger than ``most_bytes``.
    """
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return
    with opened_zip(path, "workbook") as archive:
        for info in archive.infolist():
            if info.flag_bits & 0x1:
                raise _protected()
            if info.filename.lower().endswith((".xml", ".bin", ".rels")):
                _count(archive, info, most_bytes)


def _count(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most_bytes: int) -> None:
    n_bytes, beginning = 0, b""
    extent = Extent() if info.filename.startswith("xl/worksheets/") else None
    try:
        with archive.open(info) as packed:
            while chunk := packed.read(CHUNK_BYTES):
                n_bytes += len(chunk)
                beginning = beginning or chunk
                if extent:
                    extent.add(chunk)
                is_bomb = n_bytes > RATIO_FROM_BYTES and n_bytes > MAX_RATIO * max(1, info.compress_size)
                if n_bytes > most_bytes or is_bomb:
                    raise UnreadableFile(
                        f"The workbook unpacks to more than {min(n_bytes, most_bytes) / 1e6:,.0f} MB"
                        f"{', a hundred times its size' if is_bomb else ''}.",
                        hint="Save the sheet as CSV and upload that.",
                    )
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error) as error:
        raise damaged() from error
    if info.filename == "xl/sharedStrings.xml":
        refuse_false_count(beginning, n_bytes)
