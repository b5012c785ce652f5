"""Words of the Documents page."""

from app.services.collections import CollectionOverview
from app.services.documents import label_of
from app.ui import numbers
from core.documents.registry import DOCUMENT_FORMATS
from core.knowledge import Document, DocumentStatus
from storage.filing import ARCHIVE

STATUS_WORD = {
    DocumentStatus.QUEUED: "◷ waiting",
    DocumentStatus.RUNNING: "▶ being read",
    DocumentStatus.READY: "✓ ready",
    DocumentStatus.FAILED: "✕ failed",
    DocumentStatus.REMOVING: "being removed",
}
CANCELLED = "cancelled"
"""Code of the error that a cancelled document has."""


def state_words(document: Document) -> str:
    """The state of a document, and whether earlier passages answer meanwhile."""
    if document.status is DocumentStatus.RUNNING:
        return f"▶ {numbers.percent(document.progress)}"
    if document.status is DocumentStatus.FAILED and document.error and document.error.code == CANCELLED:
        return "■ cancelled"
    return STATUS_WORD[document.status]


def size_words(document: Document) -> str:
    """How long a document is, in its own units."""
    if document.format == ARCHIVE.key:
        return numbers.count(document.n_pages, "file") if document.n_pages is not None else ""
    if document.n_pages is None:
        return ""
    return numbers.count(document.n_pages, page_name(document))


def page_name(document: Document) -> str:
    """What a page of a document is called."""
    return {"pptx": "slide", "xlsx": "sheet"}.get(document.format, "page")


def kind_words(document: Document) -> str:
    """What kind of file it is."""
    return label_of(document)


def collection_words(overview: CollectionOverview) -> str:
    """How a collection stands, in a few words."""
    parts = [numbers.count(overview.n_documents, "document")]
    if overview.n_waiting:
        parts.append(f"{numbers.count(overview.n_waiting)} being read")
    if overview.n_failed:
        parts.append(f"{numbers.count(overview.n_failed)} failed")
    return " · ".join(parts)


def kinds_in_words() -> str:
    """Every format in a line, by the usual ending of its files."""
    endings = sorted(spec.extensions[0][1:].upper() for spec in DOCUMENT_FORMATS.values())
    return f"{', '.join(endings)}, and ZIP archives of them"
