"""What is known and not read here, so that a refusal can say what a file is."""

import re
import struct
from collections.abc import Sequence
from pathlib import Path

from core.documents.errors import EncryptedDocument, UnknownDocumentFormat

_PICTURE = "Put it into a PDF, whose scanned pages are read where Tesseract is installed, and add that."
_SAVE = "Save it as Word (DOCX), PDF or plain text and add that."
_UNPACK = "Unpack it, or pack it as ZIP, and add that."
_NO_DOCUMENT = "Choose a document with text in it."

_SIGNATURES: Sequence[tuple[int, bytes, str, str]] = (
    (0, b"\x89PNG\r\n", "a PNG image", _PICTURE),
    (0, b"\xff\xd8\xff", "a JPEG image", _PICTURE),
    (0, b"GIF8", "a GIF image", _PICTURE),
    (0, b"II*\x00", "a TIFF image", _PICTURE),
    (0, b"MM\x00*", "a TIFF image", _PICTURE),
    (8, b"WEBP", "a WebP image", _PICTURE),
    (4, b"ftyp", "a video or picture", _PICTURE),
    (0, b"{\\rtf", "a Rich Text file", _SAVE),
    (0, b"%!PS", "a PostScript file", "Save it as PDF and add that."),
    (60, b"BOOKMOBI", "an e-book (Mobi)", "Save it as PDF or HTML and add that."),
    (0, b"AT&TFORM", "a DjVu file", "Save it as PDF and add that."),
    (0, b"\x1f\x8b", "compressed with gzip", _UNPACK),
    (0, b"BZh", "compressed with bzip2", _UNPACK),
    (0, b"\xfd7zXZ\x00", "compressed with xz", _UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "compressed with Zstandard", _UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (0, b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (257, b"ustar", "a tar archive", _UNPACK),
    (0, b"SQLite format 3\x00", "an SQLite database", _NO_DOCUMENT),
    (0, b"\x7fELF", "a Linux program", _NO_DOCUMENT),
    (0, b"PAR1", "a Parquet table", "Add it as a dataset, or save it as CSV and add that."),
    (0, b"ID3", "a sound file", _NO_DOCUMENT),
    (0, b"OggS", "a sound file", _NO_DOCUMENT),
    (0, b"RIFF", "a sound file or a video", _NO_DOCUMENT),
)
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XML = re.compile(rb"\s*<\?xml")
_OLD = (
    ("WordDocument", "an old Word document (DOC)", "Save it as DOCX and add that."),
    ("PowerPoint Document", "an old presentation (PPT)", "Save it as PPTX and add that."),
    ("Workbook", "an old workbook (XLS)", "Save it as XLSX and add that."),
    ("__substg1.0_", "an Outlook message (MSG)", "Save it as PDF or text and add that."),
)


def refuse_foreign(head: bytes, path: Path, shown: str) -> None:
    """Refuse what is known and not read here.

    Raises:
        EncryptedDocument: It is an Office document with a password.
        UnknownDocumentFormat: It is something else; the message says what.
    """
    for offset, magic, what, hint in _SIGNATURES:
        if head[offset : offset + len(magic)] == magic:
            raise UnknownDocumentFormat(f"{shown} is {what}.", hint=hint)
    if head.startswith(b"MZ") and b"\x00" in head:
        raise UnknownDocumentFormat(f"{shown} is a Windows program.", hint=_NO_DOCUMENT)
    if head.startswith(_OLE2):
        _refuse_old_office(head, path, shown)
    if _XML.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise UnknownDocumentFormat(
            f"{shown} is an XML file, whose words only its own program can tell from its marks.",
            hint="Save it as HTML, Word or PDF and add that.",
        )


def _refuse_old_office(head: bytes, path: Path, shown: str) -> None:
    """Old Office files keep the names of their streams in a directory whose place the header tells."""
    directory = head
    if len(head) >= 512:
        shift, first = struct.unpack_from("<H", head, 30)[0], struct.unpack_from("<L", head, 48)[0]
        with path.open("rb") as file:
            file.seek(min((first + 1) << min(shift, 16), path.stat().st_size))
            directory += file.read(16 * 1024)
    if "EncryptedPackage".encode("utf-16-le") in directory:
        raise EncryptedDocument("Office document")
    for stream, what, hint in _OLD:
        if stream.encode("utf-16-le") in directory:
            raise UnknownDocumentFormat(f"{shown} is {what}.", hint=hint)
    raise UnknownDocumentFormat(f"{shown} is an old Office file.", hint=_SAVE)
