"""The smallest stretches that a passage is made of: sentences, rows, lines of code, and pieces of what is too long."""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.documents.sentences import split_rows, split_sentences
from core.documents.spec import Block, ParsedDocument
from core.documents.tokens import CountTokens

MAX_LETTERS_PER_TOKEN = 12
"""A token stands for at most so many characters when passages are measured. Models count an endless word as one unknown
token; without this bound it would make a passage without end."""
BATCH = 2_048
"""Texts counted at once."""
LONGEST_LETTER = 16
"""Characters that are shown as one letter or picture, at most."""
_JOINERS = "\u200d\ufe0e\ufe0f\u20e3"
_STOPS = ",;:、，；：)]}/|-"


@dataclass(slots=True)
class Unit:
    """A stretch of the text that is taken or left as one."""

    start: int
    end: int
    weight: int
    """Its tokens, or more if it is very long for so few."""
    is_whole: bool = True
    """Not a piece of a longer sentence or row; only whole ones are repeated."""


@dataclass(slots=True)
class Element:
    """A block, or a paragraph that the ends of pages cut into several, and its units."""

    blocks: Sequence[Block]
    units: list[Unit]

    @property
    def first(self) -> Block:
        """The block that tells its kind, level and page."""
        return self.blocks[0]

    @property
    def weight(self) -> int:
        """Of all units."""
        return sum(unit.weight for unit in self.units)


def elements_of(document: ParsedDocument, size: int, count_tokens: CountTokens) -> list[Element]:
    """Every block of a document with its units, none of which weighs more than ``size``."""
    elements = []
    for blocks in _joined(document):
        start, end = blocks[0].start, blocks[-1].end
        split = split_rows if blocks[0].kind in ("code", "table") else split_sentences
        spans = split(document.text[start:end])
        elements.append(Element(blocks, [Unit(start + first, start + last, 0) for first, last in spans]))
    weigh([unit for element in elements for unit in element.units], document.text, count_tokens)
    _cut_long(elements, document.text, size, count_tokens)
    return elements


def weigh(units: Sequence[Unit], text: str, count_tokens: CountTokens) -> None:
    """Set the weights of units."""
    for at in range(0, len(units), BATCH):
        batch = units[at : at + BATCH]
        counts = count_tokens([text[unit.start : unit.end] for unit in batch])
        for unit, count in zip(batch, counts, strict=True):
            unit.weight = weight_of(count, unit.end - unit.start)


def weight_of(n_tokens: int, n_characters: int) -> int:
    """What a text counts for in a passage."""
    return max(n_tokens, math.ceil(n_characters / MAX_LETTERS_PER_TOKEN))


def _joined(document: ParsedDocument) -> Iterator[list[Block]]:
    """Blocks one by one, parts of one paragraph together: those with no line break between them."""
    group: list[Block] = []
    for block in document.blocks:
        if group and not (
            block.kind == group[-1].kind == "paragraph" and "\n" not in document.text[group[-1].end : block.start]
        ):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _cut_long(elements: list[Element], text: str, size: int, count_tokens: CountTokens) -> None:
    """Replace units that weigh too much by pieces, in rounds, so that each round counts many pieces at once."""
    waiting = [element for element in elements if any(unit.weight > size for unit in element.units)]
    while waiting:
        fresh: list[Unit] = []
        for element in waiting:
            units: list[Unit] = []
            for unit in element.units:
                pieces = cut(unit, text, size) if unit.weight > size else [unit]
                units += pieces
                fresh += pieces if len(pieces) > 1 else []
            element.units = units
        weigh(fresh, text, count_tokens)
        waiting = [element for element in waiting if any(is_cuttable(unit, size) for unit in element.units)]


def is_cuttable(unit: Unit, size: int) -> bool:
    """Whether a unit weighs too much and has more than one character."""
    return unit.weight > size and unit.end - unit.start > 1


def cut(unit: Unit, text: str, size: int) -> list[Unit]:
    """Pieces of about the same length, cut where it hurts least; at least two unless there is one character."""
    length = unit.end - unit.start
    n_pieces = min(length, max(2, math.ceil(1.15 * unit.weight / size)))
    pieces: list[Unit] = []
    start = unit.start
    for number in range(1, n_pieces):
        aim = unit.start + length * number // n_pieces
        at = _place(text, start + 1, max(start + 1, aim - length // n_pieces // 4), aim)
        if at > start:
            pieces.append(Unit(start, at, 0, is_whole=False))
            start = at
    pieces.append(Unit(start, unit.end, 0, is_whole=False))
    return [piece for piece in (_stripped(piece, text) for piece in pieces) if piece.start < piece.end]


def _place(text: str, least: int, low: int, high: int) -> int:
    """The best place to cut in ``low`` to ``high``: behind a blank, behind a sign, else between letters."""
    for at in range(high, low - 1, -1):
        if text[at - 1].isspace():
            return at
    for at in range(high, low - 1, -1):
        if text[at - 1] in _STOPS:
            return at
    for at in range(high, max(least, high - LONGEST_LETTER) - 1, -1):
        if not _belongs(text[at], text[at - 1]):
            return at
    return high


def _belongs(character: str, before: str) -> bool:
    """Whether a character is shown as one with the character before it."""
    return bool(unicodedata.combining(character)) or character in _JOINERS or before == "\u200d"


def _stripped(unit: Unit, text: str) -> Unit:
    while unit.start < unit.end and text[unit.start].isspace():
        unit.start += 1
    while unit.end > unit.start and text[unit.end - 1].isspace():
        unit.end -= 1
    return unit
