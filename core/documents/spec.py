"""What a document format declares, and what parsing one gives."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from core.types import Notice, Value

BlockKind = Literal["heading", "paragraph", "list_item", "table", "code", "caption"]


class Block(Value):
    """A stretch of a document with one role. Its text is ``ParsedDocument.text[start:end]``."""

    kind: BlockKind
    start: int
    """In characters of the document's text."""
    end: int
    level: int = 0
    """Of a heading, from 1."""
    page: int | None = None
    """From 1: the page, slide or sheet on which it begins."""


class ParsedDocument(Value):
    """All text of a document in reading order, and what its stretches are."""

    text: str
    blocks: tuple[Block, ...]
    """Ascending, not overlapping; what lies between them is white space."""
    title: str = ""
    n_pages: int | None = None
    page_name: str = "page"
    """What a page is called: "page", "slide", "sheet"."""
    notices: tuple[Notice, ...] = ()
    """What was left out or guessed, for a person."""


class ParseContext(Protocol):
    """What a parser may use."""

    @property
    def folder(self) -> Path:
        """A private folder that is removed afterwards."""
        ...

    def report(self, fraction: float, stage: str) -> None:
        """Say how far the work is, in [0, 1]; raises when it was cancelled."""
        ...


@dataclass(frozen=True, kw_only=True)
class DocumentFormat:
    """Facts about one format of documents and its parser; listing formats imports no parser."""

    key: str
    label: str
    extensions: tuple[str, ...]
    """Lower case with the dot; the first one is the usual one."""
    media_types: tuple[str, ...]
    looks_right: Callable[[bytes], bool]
    """Whether the first 8 KiB of a file can be of this format."""
    parse: Callable[[Path, ParseContext], ParsedDocument]
    """Raises WorkbenchError (``core.documents.errors``) for what a person can mend. Heavy imports live inside."""
    part: str = ""
    """Name of a part that of all ZIP containers only those of this format have; empty for other files."""
    is_certain: bool = False
    """Whether content that looks right can be nothing else: it wins over the ending of the file's name."""
    claims: Callable[[bytes], bool] | None = None
    """Whether a file with one of its endings can be of this format, where ``looks_right``, which decides without the
    ending, is stricter."""
    version: int = 1
    """Grows when the parser gives other text or blocks: then unchanged files are indexed anew."""
