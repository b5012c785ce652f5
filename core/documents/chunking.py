"""Documents into passages: by their structure first, then paragraphs, sentences, and words where nothing else is left.

- A heading opens a passage. Only a short beginning (less than a quarter of the size) takes in the sections below it;
  headings of the highest level, slides and sheets are never crossed.
- A paragraph that fits into a passage of its own is not cut when the passage before is at least half full.
- A passage that follows another in one section repeats its last sentences, as many as the overlap holds.
- A table that is longer than a quarter of a passage is cut between rows, and each part begins with the header row. A
  shorter one stays whole in the text around it.

The text of a passage is ``document.text[start:end]``, in a later part of a table with the header row in front of that:
what ``repeated`` counts. Time is linear in the length of the document.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from core.documents.packing import Draft, pack
from core.documents.spec import Block, ParsedDocument
from core.documents.tokens import CountTokens
from core.documents.units import BATCH, Unit, cut, elements_of, weight_of
from core.knowledge import ChunkingParams

CONTEXT_CHARACTERS = 180
"""Most characters of title and headings in front of an embedded passage."""
CONTEXT_TOKENS = 54
"""What these take of a model's limit: three letters a token and a bit, and its two special tokens."""


@dataclass(frozen=True, kw_only=True)
class PassageDraft:
    """A passage before it has an id."""

    text: str
    start: int
    """Of what is not repeated, in the document's text, in characters."""
    end: int
    page: int | None
    """On which it begins."""
    page_end: int | None
    heading: tuple[str, ...]
    """The headings it stands under, the outermost first."""
    kind: str
    """"text" or "table"."""
    n_tokens: int


class PassageLike(Protocol):
    """A passage, drafted or stored."""

    @property
    def text(self) -> str:
        """What it says."""
        ...

    @property
    def start(self) -> int:
        """Where that begins in the document."""
        ...

    @property
    def end(self) -> int:
        """Where it ends."""
        ...

    @property
    def heading(self) -> tuple[str, ...]:
        """What it stands under."""
        ...


def make_passages(document: ParsedDocument, params: ChunkingParams, count_tokens: CountTokens) -> list[PassageDraft]:
    """The passages of a document, in its order.

    Every character that is not white space is in at least one of them; none has more than ``params.size`` tokens.

    Args:
        document: What a parser made.
        params: Size and overlap in tokens; an overlap beyond half the size counts as half the size.
        count_tokens: Tokens of each text by the embedding model.
    """
    elements = elements_of(document, params.size, count_tokens)
    overlap = min(params.overlap, params.size // 2)
    drafts = pack(document, elements, size=params.size, overlap=overlap, count_tokens=count_tokens)
    starts = [block.start for block in document.blocks]
    return [
        PassageDraft(
            text=draft.text(document.text),
            start=draft.start,
            end=draft.end,
            page=_page(document.blocks, starts, draft.start),
            page_end=_page(document.blocks, starts, draft.end - 1),
            heading=draft.heading,
            kind=draft.kind,
            n_tokens=n_tokens,
        )
        for draft, n_tokens in _fitted(document.text, drafts, params.size, count_tokens)
    ]


def repeated(passage: PassageLike) -> int:
    """How many characters at the beginning of a passage are a header row that stands elsewhere in the document.

    A place ``p`` in the passage's text, from there on, is the place ``passage.start + p - repeated(passage)`` in the
    document's.
    """
    return len(passage.text) - (passage.end - passage.start)


def fitting_params(params: ChunkingParams, max_tokens: int) -> ChunkingParams:
    """The settings with a size that an encoder of ``max_tokens`` reads to the end, title and headings included."""
    size = max(32, min(params.size, max_tokens - CONTEXT_TOKENS))
    return params.model_copy(update={"size": size})


def passage_input(title: str, passage: PassageLike) -> str:
    r"""The text that is embedded for a passage: where it stands, and what it says.

    The first line has the document's title and the headings, the inner ones kept when all are too long; what the
    passage begins with anyway is left out. The same text must be made for every passage of a collection, since vectors
    of other texts are not comparable.

    Example:
        >>> draft = PassageDraft(text="Buy two.", start=0, end=8, page=None, page_end=None, heading=("Shop", "Offers"),
        ...     kind="text", n_tokens=3)
        >>> passage_input("Autumn list", draft)
        'Autumn list > Shop > Offers\nBuy two.'
    """
    names = [name for name in dict.fromkeys([title, *passage.heading]) if name and not passage.text.startswith(name)]
    kept: list[str] = []
    left = CONTEXT_CHARACTERS
    for name in reversed(names):
        if len(name) + 3 > left:
            if not kept:
                kept.append(name[:left])
            break
        kept.append(name)
        left -= len(name) + 3
    return f"{' > '.join(reversed(kept))}\n{passage.text}" if kept else passage.text


def _fitted(text: str, drafts: Sequence[Draft], size: int, count_tokens: CountTokens) -> list[tuple[Draft, int]]:
    """Drafts with their tokens, those that have too many after all cut in two until none is left.

    Tokens of a whole are those of its parts for models that look at words one by one. For others they may be more.
    """
    fitted: dict[int, list[tuple[Draft, int]]] = {number: [] for number in range(len(drafts))}
    waiting = list(enumerate(drafts))
    while waiting:
        larger = []
        for at in range(0, len(waiting), BATCH):
            batch = waiting[at : at + BATCH]
            counts = count_tokens([draft.text(text) for _, draft in batch])
            for (number, draft), count in zip(batch, counts, strict=True):
                if count <= size or draft.end - draft.start < 2:
                    fitted[number].append((draft, count))
                else:
                    larger += [(number, half) for half in _halves(draft, text, size)]
        waiting = larger
    return [pair for number in range(len(drafts)) for pair in sorted(fitted[number], key=lambda pair: pair[0].start)]


def _halves(draft: Draft, text: str, size: int) -> list[Draft]:
    pieces = cut(Unit(draft.start, draft.end, weight_of(size, 0)), text, size)
    return [replace(draft, start=piece.start, end=piece.end) for piece in pieces]


def _page(blocks: Sequence[Block], starts: Sequence[int], place: int) -> int | None:
    return blocks[max(0, bisect_right(starts, place) - 1)].page
