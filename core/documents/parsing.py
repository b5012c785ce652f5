"""A file to a document: the one way in."""

from pathlib import Path

from core.documents.errors import DamagedDocument
from core.documents.registry import detect, ending_notice
from core.documents.spec import DocumentFormat, ParseContext, ParsedDocument


def parse_document(path: Path, file_name: str, context: ParseContext) -> tuple[DocumentFormat, ParsedDocument]:
    """The format of a file and all its text.

    Args:
        path: The bytes, under any name.
        file_name: What the person called it: data, never a path.
        context: A private folder, and whom to tell of the progress.

    Raises:
        UnreadableDocument: The file cannot become text; the message says why, the hint what to do.
    """
    spec = detect(path, file_name)
    try:
        parsed = spec.parse(path, context)
    except RecursionError as error:
        raise DamagedDocument(
            spec.label, "its parts stand in each other deeper than any program writes them"
        ) from error
    notice = ending_notice(spec, file_name)
    if notice is not None:
        parsed = parsed.model_copy(update={"notices": (notice, *parsed.notices)})
    return spec, parsed
