"""A document's text in pieces that a person reads one at a time: its pages, or stretches of about a page."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from core.documents.spec import Block, BlockKind, ParsedDocument
from core.types import Value

LEAF_CHARACTERS = 4_000
"""Length of a leaf where a document has no pages: about two pages of a book."""
MOST_CHARACTERS = 60_000
"""Longest leaf that is shown in one piece: a sheet of a workbook may have millions of characters."""


class TextBlock(Value):
    """A stretch of a leaf with one role."""

    kind: BlockKind
    level: int = 0
    """Of a heading, from 1."""
    start: int
    """In characters of the document's text."""
    text: str


class Leaf(Value):
    """One piece of a document's text."""

    number: int
    """From 1."""
    n_leaves: int
    page: int | None = None
    """The page, slide or sheet it is, or is on."""
    blocks: tuple[TextBlock, ...]

    @property
    def start(self) -> int:
        """Where it begins in the document's text."""
        return self.blocks[0].start if self.blocks else 0


class Leaves:
    """A document's text, cut for reading."""

    def __init__(self, document: ParsedDocument) -> None:
        self._text = document.text
        self._leaves = tuple(_cut(document.blocks))

    def __len__(self) -> int:
        return len(self._leaves)

    def leaf(self, number: int) -> Leaf:
        """The leaf of this number; the nearest one when there is none."""
        number = min(max(1, number), len(self._leaves))
        blocks = self._leaves[number - 1]
        return Leaf(
            number=number,
            n_leaves=len(self._leaves),
            page=blocks[0].page,
            blocks=tuple(
                TextBlock(kind=each.kind, level=each.level, start=each.start, text=self._text[each.start : each.end])
                for each in blocks
            ),
        )

    def number_at(self, offset: int) -> int:
        """Number of the leaf that holds the character at ``offset``."""
        for number, blocks in enumerate(self._leaves, 1):
            if offset < blocks[-1].end:
                return number
        return len(self._leaves)


def _cut(blocks: Sequence[Block]) -> Iterator[tuple[Block, ...]]:
    for page, on_page in groupby(blocks, key=lambda block: block.page):
        limit = LEAF_CHARACTERS if page is None else MOST_CHARACTERS
        leaf: list[Block] = []
        for block in (part for each in on_page for part in _parts(each)):
            is_chapter = page is None and block.kind == "heading"
            if leaf and (
                block.end - leaf[0].start > limit or (is_chapter and block.start - leaf[0].start > limit // 2)
            ):
                yield tuple(leaf)
                leaf = []
            leaf.append(block)
        yield tuple(leaf)


def _parts(block: Block) -> Iterator[Block]:
    """A block longer than a leaf may be, in several."""
    if block.end - block.start <= MOST_CHARACTERS:
        yield block
        return
    for start in range(block.start, block.end, MOST_CHARACTERS):
        yield block.model_copy(update={"start": start, "end": min(start + MOST_CHARACTERS, block.end)})
