"""What a file really is: its first bytes decide, then its name."""

import re
import struct
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from core.errors import UnreadableFile
from core.tables.registry import TABLE_FORMATS, table_extensions
from core.tables.spec import TableFormatSpec
from core.tables.zips import opened_zip

HEAD_BYTES = 64 * 1024

_AS_TABLE = "Save the table in it as CSV, Excel or Parquet and upload that."
_UNPACK = "Unpack it and upload the table inside, or pack it as ZIP or gzip."

_SIGNATURES: Sequence[tuple[int, bytes, str, str]] = (
    (0, b"\x89PNG\r\n", "a PNG image", _AS_TABLE),
    (0, b"\xff\xd8\xff", "a JPEG image", _AS_TABLE),
    (0, b"GIF8", "a GIF image", _AS_TABLE),
    (8, b"WEBP", "a WebP image", _AS_TABLE),
    (0, b"%PDF", "a PDF document", _AS_TABLE),
    (0, b"BZh", "bzip2-compressed", _UNPACK),
    (0, b"\xfd7zXZ\x00", "xz-compressed", _UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "Zstandard-compressed", _UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (0, b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (257, b"ustar", "a tar archive", _UNPACK),
    (0, b"SQLite format 3\x00", "an SQLite database", "Export the table you need as CSV and upload that."),
    (0, b"\x7fELF", "a Linux program", "Choose a CSV or Parquet file."),
    (0, b"\xca\xfe\xba\xbe", "a program", "Choose a CSV or Parquet file."),
    (0, b"\x89HDF\r\n", "an HDF5 file", _AS_TABLE),
    (0, b"\x93NUMPY", "a NumPy array", _AS_TABLE),
    (0, b"ARROW1", "an Arrow file", _AS_TABLE),
    (0, b"FEA1", "a Feather file", _AS_TABLE),
    (0, b"ORC", "an ORC file", _AS_TABLE),
    (0, b"Obj\x01", "an Avro file", _AS_TABLE),
    (0, b"$FL2", "an SPSS file", _AS_TABLE),
    (0, b"PARE", "an encrypted Parquet file", "Write it again without encryption."),
)
_MARKUP = (
    (re.compile(rb"\s*<(!doctype\s+html|html)", re.IGNORECASE), "a web page (HTML)"),
    (re.compile(rb"\s*<\?xml"), "an XML document"),
)
_CONTAINERS = ("excel", "zip", "gzip")
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICKLE = re.compile(rb"\x80[\x02-\x05]")


def detect_format(path: Path, file_name: str) -> TableFormatSpec:
    """The format that reads the file at ``path``.

    Args:
        path: The uploaded bytes, under any name.
        file_name: What the person called it; only its ending is looked at, after the content.

    Raises:
        UnreadableFile: The file is empty, or it is something else than a table; the message says what.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    shown = shorten(file_name)
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise UnreadableFile(
            f"{shown} is empty." if not any(head) else f"{shown} holds nothing but blanks.",
            hint="Choose a file that holds a table with at least one row.",
        )
    for spec in TABLE_FORMATS.values():
        if spec.is_content(head):
            return spec
    ending = PurePosixPath(file_name.lower()).suffix
    if container := _container(head, path, ending, shown):
        return TABLE_FORMATS[container]
    _refuse_foreign(head, shown)
    claimed = next((spec for spec in TABLE_FORMATS.values() if ending in spec.extensions), TABLE_FORMATS["csv"])
    if claimed.key in _CONTAINERS:  # programs write text under the names of workbooks
        claimed = TABLE_FORMATS["csv"]
    if claimed.key == "csv" and b"\x00" in head and wide_text_encoding(head) is None:
        offset = head.index(b"\x00")
        raise UnreadableFile(
            f"{shown} is a binary file: byte {offset:,} is NUL, which no text holds.",
            hint=f"Choose a text table or one of {', '.join(table_extensions())}.",
        )
    return claimed


def wide_text_encoding(head: bytes) -> str | None:
    """``utf-16-le`` or ``utf-16-be`` if ``head`` is text of that kind, with or without a byte-order mark."""
    if head.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if head.startswith(b"\xfe\xff"):
        return "utf-16-be"
    if len(head) < HEAD_BYTES and len(head) % 2:
        return None
    # Commas, digits and line breaks have a zero high byte in every language.
    even, odd = head[0::2].count(0), head[1::2].count(0)
    few, many, encoding = (even, odd, "utf-16-le") if odd > even else (odd, even, "utf-16-be")
    if many < max(1, len(head) // 20) or few > many // 10:
        return None
    try:
        text = head[: len(head) // 2 * 2].decode(encoding, errors="strict" if len(head) < HEAD_BYTES else "ignore")
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else encoding


def shorten(text: str, limit: int = 60) -> str:
    """``text`` quoted for a message, cut in the middle when longer than ``limit`` characters."""
    if len(text) > limit:
        text = f"{text[: limit // 2]}…{text[-limit // 2 :]}"
    return repr(text)


def _container(head: bytes, path: Path, ending: str, shown: str) -> str | None:
    """Key of the format of a ZIP or OLE2 container; None when it is neither."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "excel" if ending in TABLE_FORMATS["excel"].extensions else _zip_kind(path, shown)
    if head.startswith(_OLE2):
        return _ole2_kind(head, path, shown)
    return None


def _zip_kind(path: Path, shown: str) -> str:
    with opened_zip(path) as archive:
        names = set(archive.namelist())
        info = archive.NameToInfo.get("mimetype")
        is_readable = info is not None and info.file_size < 200 and not info.flag_bits & 0x1
        kind = archive.read("mimetype") if is_readable else b""
    if {"xl/workbook.xml", "xl/workbook.bin"} & names or b"opendocument.spreadsheet" in kind:
        return "excel"
    if {"word/document.xml", "ppt/presentation.xml"} & names or b"opendocument" in kind:
        raise UnreadableFile(f"{shown} is an Office document, but no workbook.", hint=_AS_TABLE)
    return "zip"


def _ole2_kind(head: bytes, path: Path, shown: str) -> str:
    """Old Office files keep the names of their streams in a directory whose place the header tells."""
    directory = head
    if len(head) >= 512:
        shift, first = struct.unpack_from("<H", head, 30)[0], struct.unpack_from("<L", head, 48)[0]
        with path.open("rb") as file:
            file.seek(min((first + 1) << min(shift, 16), path.stat().st_size))
            directory = file.read(16 * 1024)
    if _wide("EncryptedPackage") in directory:
        raise UnreadableFile(
            f"{shown} is a workbook or document that is protected with a password.",
            hint="Open it, take the password away, save it, and upload that.",
        )
    if _wide("WordDocument") in directory or _wide("PowerPoint Document") in directory:
        raise UnreadableFile(f"{shown} is an old Office document, but no workbook.", hint=_AS_TABLE)
    return "excel"


def _wide(name: str) -> bytes:
    return name.encode("utf-16-le")


def _refuse_foreign(head: bytes, shown: str) -> None:
    for offset, magic, what, hint in _SIGNATURES:
        if head[offset : offset + len(magic)] == magic:
            raise UnreadableFile(f"{shown} is {what}.", hint=hint)
    if _PICKLE.match(head):
        raise UnreadableFile(f"{shown} is a Python pickle, which is never opened here.", hint=_AS_TABLE)
    if head.startswith(b"MZ") and b"\x00" in head:
        raise UnreadableFile(f"{shown} is a Windows program.", hint="Choose a CSV or Parquet file.")
    for pattern, what in _MARKUP:
        if pattern.match(head.removeprefix(b"\xef\xbb\xbf")):
            raise UnreadableFile(f"{shown} is {what}.", hint=_AS_TABLE)
