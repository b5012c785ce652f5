"""The lines of a PDF page: words with their places, sizes and weights, in the order in which they are drawn."""

import ctypes
import itertools
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

HYPHEN = "\ufffe"
"""PDFium's sign for a hyphen at the end of a line, within a word that goes on in the next; it breaks no line there."""
_WORD = re.compile(rf"[^\s{HYPHEN}]+{HYPHEN}?")
_BREAKS = re.compile(r"\r\n?|\n")
BOLD_WEIGHT = 600
WIDE_GAP = 1.0
"""Blanks wider than so many letter heights stand between cells; in justified text they are rarely wider."""
MARKER = re.compile(r"^([-•◦▪●‣–*·○■]|\(?[0-9]{1,3}([.][0-9]{1,3})*[.)]?|\(?[a-zA-Z][.)])$")


@dataclass(slots=True)
class Cell:
    """Words of a line without a wide gap between them."""

    text: str
    x0: float
    x1: float


@dataclass(slots=True)
class Line:
    """One line; its cells stand in reading order. Points, y grows upward."""

    cells: list[Cell]
    bottom: float
    top: float
    size: float
    """Height of its letters in points: that of most of its words."""
    is_bold: bool

    @property
    def text(self) -> str:
        """All its words."""
        return " ".join(cell.text for cell in self.cells)

    @property
    def x0(self) -> float:
        """Left edge."""
        return min(cell.x0 for cell in self.cells)

    @property
    def x1(self) -> float:
        """Right edge."""
        return max(cell.x1 for cell in self.cells)


@dataclass(slots=True)
class _Word:
    text: str
    x0: float
    x1: float
    bottom: float
    top: float
    size: float
    is_bold: bool


class CharReader:
    """Asks PDFium for the boxes and fonts of single characters; its buffers serve all pages."""

    def __init__(self) -> None:
        self._box = pdfium.FS_RECTF()
        self._matrix = pdfium.FS_MATRIX()
        self._name = ctypes.create_string_buffer(256)
        self._to_flags = ctypes.byref(ctypes.c_int())
        self._to_box = ctypes.byref(self._box)
        self._to_matrix = ctypes.byref(self._matrix)

    def lines(self, textpage: Any) -> list[Line]:
        """The lines of a text page of pypdfium2, blank ones left out."""
        text = textpage.get_text_range(errors="surrogatepass")
        index = _indexer(textpage, text)
        lines = []
        at = 0
        for end in [*(found.start() for found in _BREAKS.finditer(text)), len(text)]:
            words = [
                word
                for found in _WORD.finditer(text, at, end)
                if (word := self._word(textpage.raw, found, index)) is not None
            ]
            lines += [_line(part) for part in _by_height(words)]
            at = end
        return lines

    def _word(self, raw: Any, found: re.Match[str], index: Callable[[int], int]) -> _Word | None:
        first, last = index(found.start()), index(found.end() - 1)
        box = self._box
        if first < 0 or not pdfium.FPDFText_GetLooseCharBox(raw, first, self._to_box):
            return None
        left, bottom, right, top = box.left, box.bottom, box.right, box.top
        if last > first and pdfium.FPDFText_GetLooseCharBox(raw, last, self._to_box):
            left, right = min(left, box.left), max(right, box.right)
            bottom, top = min(bottom, box.bottom), max(top, box.top)
        scale = 1.0
        if pdfium.FPDFText_GetMatrix(raw, first, self._to_matrix):
            scale = math.hypot(self._matrix.c, self._matrix.d) or 1.0
        size = pdfium.FPDFText_GetFontSize(raw, first) * scale
        is_bold = self._is_bold(raw, first)
        return _Word(found[0], left, right, bottom, top, round(size * 2) / 2, is_bold)

    def _is_bold(self, raw: Any, index: int) -> bool:
        weight = pdfium.FPDFText_GetFontWeight(raw, index)
        if weight > 0:
            return bool(weight >= BOLD_WEIGHT)
        # The standard fonts come without a weight; their names tell it.
        n_bytes = pdfium.FPDFText_GetFontInfo(raw, index, self._name, len(self._name), self._to_flags)
        return 0 < n_bytes <= len(self._name) and b"bold" in self._name.value.lower()


def _indexer(textpage: Any, text: str) -> Callable[[int], int]:
    """From a place in the text to the number of the character on the page.

    They differ where PDFium leaves characters out, and behind letters that take two units of UTF-16.
    """
    units: list[int] | None = None
    if not text.isascii() and max(text) > "\uffff":
        units, at = [], 0
        for character in text:
            units.append(at)
            at += 1 + (character > "\uffff")
    n_units = len(text) if units is None else units[-1] + 1 + (text[-1] > "\uffff")
    if textpage.count_chars() == n_units:
        return (lambda place: place) if units is None else units.__getitem__
    raw, to_char = textpage.raw, pdfium.FPDFText_GetCharIndexFromTextIndex
    if units is None:
        return lambda place: int(to_char(raw, place))
    return lambda place: int(to_char(raw, units[place]))


def _by_height(words: list[_Word]) -> list[list[_Word]]:
    """Words of one line of PDFium's, parted where they go on below: behind divided words."""
    parts: list[list[_Word]] = []
    for word in words:
        if not parts or (parts[-1][-1].text[-1] == HYPHEN and word.top < parts[-1][-1].top):
            parts.append([])
        parts[-1].append(word)
    return parts


def _line(words: list[_Word]) -> Line:
    weights: dict[float, int] = {}
    n_bold = n_all = 0
    for word in words:
        n = len(word.text)
        weights[word.size] = weights.get(word.size, 0) + n
        n_bold += n * word.is_bold
        n_all += n
    size = max(weights, key=lambda size: weights[size])
    cells = [Cell(words[0].text, words[0].x0, words[0].x1)]
    for before, word in itertools.pairwise(words):
        cell = cells[-1]
        gap = max(word.x0 - before.x1, before.x0 - word.x1)  # right-to-left words come from the right
        if gap > WIDE_GAP * max(size, 4.0):
            cells.append(Cell(word.text, word.x0, word.x1))
        else:
            cell.text += " " + word.text
            cell.x0, cell.x1 = min(cell.x0, word.x0), max(cell.x1, word.x1)
    if len(cells) == 2 and MARKER.match(cells[0].text):
        cells = [Cell(f"{cells[0].text} {cells[1].text}", cells[0].x0, cells[1].x1)]
    return Line(
        cells=cells,
        bottom=min(word.bottom for word in words),
        top=max(word.top for word in words),
        size=size,
        is_bold=n_bold * 2 > n_all,
    )


def join_rows(lines: list[Line]) -> list[Line]:
    """Lines that stand beside each other as one: programs draw the cells of a row one by one."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last is not None and _stands_beside(last, line):
            last.cells.extend(line.cells)
            last.bottom, last.top = min(last.bottom, line.bottom), max(last.top, line.top)
            last.is_bold = last.is_bold and line.is_bold
            last.size = max(last.size, line.size)
        else:
            joined.append(line)
    return joined


def _stands_beside(last: Line, line: Line) -> bool:
    overlap = min(last.top, line.top) - max(last.bottom, line.bottom)
    height = min(last.top - last.bottom, line.top - line.bottom)
    return height > 0 and overlap > 0.6 * height and line.x0 > last.x1 - 1.0
