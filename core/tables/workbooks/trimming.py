"""A small copy of a large workbook: the first rows of each sheet, and the shared texts that they need.

The reader holds whole sheets; for a look before the import that is too slow and takes too much memory. In XLSX files
rows are plain XML elements in order, so the beginning of each sheet can be cut off and closed properly.
"""

import re
import shutil
import zipfile
import zlib
from pathlib import Path
from typing import IO

from core.errors import UnreadableFile
from core.tables.spec import ImportOptions
from core.tables.workbooks.opening import damaged, refuse_bomb
from core.tables.zips import opened_zip

N_ROWS = 300
CHUNK_BYTES = 256 * 1024
LONGEST_SHEET_BYTES = 8 * 1024 * 1024
"""How far to look for the end of a first row."""
MAX_OTHER_BYTES = 16 * 1024 * 1024
"""Styles, relations and the like; larger ones are left out."""
MAX_TEXT_BYTES = 64 * 1024 * 1024
"""How much of the shared texts is looked through."""
MAX_SHEETS = 200
UNCUT_BYTES = 8_000_000
"""Other kinds of workbook cannot be cut; up to this size they are read as they are."""
UNCUT_UNPACKED_BYTES = 80_000_000

_ROW_END = re.compile(rb"</(\w+:)?row>")
_DIMENSION = re.compile(rb"<(\w+:)?dimension [^>]*/>")
_SHARED = re.compile(rb"""\bt=["']s["'][^>]*>\s*<(?:\w+:)?v>(\d+)</""")
_TEXT_END = re.compile(rb"</(\w+:)?si>|<(\w+:)?si/>")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_TEXTS = "xl/sharedStrings.xml"


class TooLargeToLook(UnreadableFile):
    """Nothing is wrong with the workbook, but its first rows cannot be had without reading all of it."""

    code = "too_large_to_look"


def trim_workbook(source: Path, destination: Path, options: ImportOptions) -> bool:
    """Write the beginning of the workbook ``source`` to ``destination``; whether that is all of it.

    Raises:
        UnreadableFile: The workbook is damaged, or too large to be looked at and of a kind that cannot be cut.
    """
    del options
    with source.open("rb") as file:
        is_zipped = file.read(2) == b"PK"
    if is_zipped:
        with opened_zip(source, "workbook") as archive:
            if "xl/workbook.xml" in archive.namelist():
                try:
                    return _trim(archive, destination)
                except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, zlib.error) as error:
                    raise damaged() from error
    if source.stat().st_size > UNCUT_BYTES:
        raise _too_large()
    refuse_bomb(source, UNCUT_UNPACKED_BYTES)
    shutil.copyfile(source, destination)
    return True


def _trim(archive: zipfile.ZipFile, destination: Path) -> bool:
    is_whole = True
    n_texts = n_sheets = 0
    with zipfile.ZipFile(destination, "w") as small:
        for info in archive.infolist():
            if _SHEET.fullmatch(info.filename):
                n_sheets += 1
                with archive.open(info) as sheet:
                    content, is_all = _first_rows(sheet) if n_sheets <= MAX_SHEETS else (b"", False)
                is_whole = is_whole and is_all
                n_texts = max([n_texts, *(int(index) + 1 for index in _SHARED.findall(content))])
                small.writestr(info.filename, content)
            elif info.filename.endswith((".xml", ".rels")) and info.filename != _TEXTS:
                with archive.open(info) as part:
                    content = part.read(MAX_OTHER_BYTES + 1)
                if len(content) <= MAX_OTHER_BYTES:
                    small.writestr(info.filename, content)
        if _TEXTS in archive.namelist():
            with archive.open(_TEXTS) as texts:
                small.writestr(_TEXTS, _first_texts(texts, n_texts))
    return is_whole


def _first_rows(sheet: IO[bytes]) -> tuple[bytes, bool]:
    """The XML of a sheet up to the end of some row, closed, and whether that is all of it."""
    content = b""
    ends: list[re.Match[bytes]] = []
    while chunk := sheet.read(CHUNK_BYTES):
        content += chunk
        ends = list(_ROW_END.finditer(content))
        if len(ends) >= N_ROWS or (ends and len(content) >= 4 * CHUNK_BYTES) or len(content) >= LONGEST_SHEET_BYTES:
            break
    else:
        return content, True
    if not ends:
        raise _too_large()
    last = ends[min(N_ROWS, len(ends)) - 1]
    prefix = last[1] or b""
    head = _DIMENSION.sub(b"", content[: last.end()], count=1)
    return head + b"</" + prefix + b"sheetData></" + prefix + b"worksheet>", False


def _first_texts(texts: IO[bytes], n_texts: int) -> bytes:
    """The XML of the first shared texts, closed; those out of reach become dots."""
    chunks: list[bytes] = []
    n_bytes = n_seen = 0
    while (chunk := texts.read(CHUNK_BYTES)) and n_bytes < MAX_TEXT_BYTES:
        chunks.append(chunk)
        n_bytes += len(chunk)
        n_seen += chunk.count(b"si>") // 2 + chunk.count(b"si/>")
        if n_seen > n_texts + len(chunks):  # what straddles two chunks may be counted wrongly
            break
    content = b"".join(chunks)
    if not chunk:
        return content
    ends = list(_TEXT_END.finditer(content))
    if not n_texts or not ends:
        return re.split(rb"<(?:\w+:)?si[ />]", content, maxsplit=1)[0] + b"</sst>"
    last = ends[min(n_texts, len(ends)) - 1]
    prefix = last[1] or last[2] or b""
    dots = b"<" + prefix + b"si><" + prefix + b"t>\xe2\x80\xa6</" + prefix + b"t></" + prefix + b"si>"
    return content[: last.end()] + dots * (n_texts - len(ends)) + b"</" + prefix + b"sst>"


def _too_large() -> TooLargeToLook:
    return TooLargeToLook(
        "This workbook is too large to be shown before it is read.",
        hint="Import it as it is and look then, or save the sheet as CSV or XLSX.",
    )
