"""The document formats that can be added, and which of them a file is of: content and name decide together."""

import zipfile
import zlib
from pathlib import Path, PurePosixPath

from core.documents import formats
from core.documents.errors import DamagedDocument, EmptyDocument, UnknownDocumentFormat
from core.documents.foreign import refuse_foreign
from core.documents.spec import DocumentFormat
from core.documents.texts import HEAD_BYTES, is_text
from core.errors import UnreadableFile
from core.registry import Registry
from core.tables.detection import shorten
from core.tables.zips import opened_zip
from core.types import Notice, Severity

DOCUMENT_FORMATS: Registry[DocumentFormat] = Registry.discover("document format", formats)
_PLAIN = "txt"
"""What a text of unknown ending is read as."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def document_extensions() -> tuple[str, ...]:
    """Every file name ending that a document may have, with the dot."""
    return tuple(extension for spec in DOCUMENT_FORMATS.values() for extension in spec.extensions)


def detect(path: Path, file_name: str) -> DocumentFormat:
    """The format that reads the file at ``path``.

    Content that can only be of one format decides; what it leaves open is decided by the ending of the name.

    Args:
        path: The bytes, under any name.
        file_name: What the person called it: data.

    Raises:
        UnreadableDocument: The file is empty, or nothing that is read here; the message says what it is.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    shown = shorten(file_name)
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        is_all = path.stat().st_size <= HEAD_BYTES
        if is_all or not any(head):
            raise EmptyDocument(shown, is_blank=bool(head))
    ending = PurePosixPath(file_name.lower()).suffix
    if head.startswith(_ZIP):
        return _zipped(path, shown, ending)
    certain = [spec for spec in DOCUMENT_FORMATS.values() if spec.is_certain and spec.looks_right(head)]
    if certain:
        return certain[0]
    refuse_foreign(head, path, shown)
    claimed = claimed_by(file_name)
    if claimed is not None and not claimed.part and (claimed.claims or claimed.looks_right)(head):
        return claimed
    if not is_text(head):
        raise _unknown(shown, claimed)
    return DOCUMENT_FORMATS[_PLAIN]


def claimed_by(file_name: str) -> DocumentFormat | None:
    """The format that the ending of a name stands for."""
    ending = PurePosixPath(file_name.lower()).suffix
    return next((spec for spec in DOCUMENT_FORMATS.values() if ending in spec.extensions), None)


def ending_notice(spec: DocumentFormat, file_name: str) -> Notice | None:
    """What to tell a person whose file is called otherwise than what it was read as."""
    ending = PurePosixPath(file_name).suffix
    if ending.lower() in spec.extensions:
        return None
    why = f"The name ends in {shorten(ending)}" if ending else "The name has no ending"
    content = f"the content is that of {spec.label}" if spec.key != _PLAIN else "the content is text"
    return Notice(
        severity=Severity.INFO, code="wrong_ending", text=f"{why}, but {content}; the file was read as {spec.label}."
    )


def _zipped(path: Path, shown: str, ending: str) -> DocumentFormat:
    """The format whose part the container holds."""
    try:
        with opened_zip(path) as archive:
            names = set(archive.namelist())
            kind = _mimetype(archive)
    except UnreadableFile as error:
        claimed = next((spec for spec in DOCUMENT_FORMATS.values() if ending in spec.extensions), None)
        what = claimed.label if claimed is not None and claimed.part else "ZIP archive"
        raise DamagedDocument(what, "the list of its parts cannot be read, as when a download was cut off") from error
    for spec in DOCUMENT_FORMATS.values():
        if spec.part and spec.part in names:
            return spec
    if "opendocument" in kind:
        raise UnknownDocumentFormat(
            f"{shown} is an OpenDocument file.", hint="Save it as Word, PowerPoint, Excel or PDF and add that."
        )
    if "epub" in kind:
        raise UnknownDocumentFormat(f"{shown} is an e-book (EPUB).", hint="Save it as PDF or HTML and add that.")
    if ending in (".docx", ".pptx", ".xlsx"):
        raise DamagedDocument(ending[1:].upper() + " file", "its main part is missing")
    raise UnknownDocumentFormat(
        f"{shown} is a ZIP archive.", hint="Add it as an archive, or unpack it and add the documents inside."
    )


def _mimetype(archive: zipfile.ZipFile) -> str:
    """What OpenDocument files and e-books say of themselves, empty for others."""
    info = archive.NameToInfo.get("mimetype")
    if info is None or info.file_size > 200 or info.flag_bits & 0x1:
        return ""
    try:
        return archive.read("mimetype").decode("ascii", errors="replace")
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError):
        return ""


def _unknown(shown: str, claimed: DocumentFormat | None) -> UnknownDocumentFormat:
    known = ", ".join(sorted(document_extensions()))
    if claimed is not None:
        return UnknownDocumentFormat(
            f"{shown} is no {claimed.label}: its content is something else, or damaged.",
            hint=f"Save it again in the program that wrote it. Files that are read end in {known}.",
        )
    return UnknownDocumentFormat(
        f"{shown} is of no format that is read here.", hint=f"Files that are read end in {known}."
    )
