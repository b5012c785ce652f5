"""The lines of pages as headings, paragraphs, list items and tables."""

import itertools
import re
from collections import Counter
from dataclasses import dataclass, field

from core.documents.building import DocumentBuilder
from core.documents.portable.lines import HYPHEN, Line, join_rows
from core.documents.portable.tables import find_tables

LARGER = 1.12
"""Letters so much larger than those of the text are those of headings."""
LONGEST_HEADING = 160
LONGEST_BOLD = 90
PARAGRAPH_GAP = 1.75
"""Blank space between paragraphs, from line to line, in letter heights of the text; lines stand up to 1.6 apart."""
_ENDS = re.compile(r"[.!?:;。！？؟।…][\"'”’)\]]*$")
_NUMBERED = re.compile(r"^(\d{1,2}(?:\.\d{1,2})*)\.?\s+\S")
_LAST_WORD = re.compile(rf"[^\W\d_]*[-{HYPHEN}]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_ITEM = re.compile(r"^([-•◦▪●‣–*·○■]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+(?=\S)")


@dataclass(frozen=True)
class Sizes:
    """The sizes of letters in a document, from a sample of its pages."""

    body: float
    """That of most letters."""
    is_bold: bool
    """Whether most letters of that size are bold."""
    headings: tuple[float, ...]
    """Those larger by ``LARGER``, the largest first."""

    @classmethod
    def of(cls, lines: list[Line]) -> "Sizes":
        """Count letters."""
        counts: Counter[float] = Counter()
        bold: Counter[float] = Counter()
        for line in lines:
            counts[line.size] += len(line.text)
            bold[line.size] += len(line.text) * line.is_bold
        if not counts:
            return cls(body=10.0, is_bold=False, headings=())
        body = counts.most_common(1)[0][0]
        larger = sorted((size for size in counts if size >= LARGER * body), reverse=True)
        return cls(body=body, is_bold=bold[body] * 2 > counts[body], headings=tuple(larger[:5]))

    def level(self, line: Line) -> int:
        """The level of a heading with this line's letters, 0 for none."""
        text = line.text
        if len(text) > LONGEST_HEADING or not any(map(str.isalpha, text)) or len(line.cells) > 2:
            return 0
        if line.size >= LARGER * self.body:
            return min(6, 1 + sum(size > line.size for size in self.headings))
        is_bold = line.is_bold and not self.is_bold and line.size >= 0.95 * self.body and len(text) <= LONGEST_BOLD
        if is_bold and text[-1] not in ".,;" and not _ITEM.match(text + " x"):
            return min(6, 1 + len(self.headings))
        return 0


@dataclass
class PageWriter:
    """Hands the lines of page after page to a builder."""

    builder: DocumentBuilder
    sizes: Sizes
    words: frozenset[str] = frozenset()
    """Words of the pages around, in lower case: they tell divided words from those with a hyphen."""
    _edges: dict[int, float] = field(default_factory=dict)
    """Right edges of the columns of the page, by their left ones."""
    _lines: list[Line] = field(default_factory=list)
    """Of the paragraph that is being read."""
    _level: int = 0
    _begins_page: bool = False
    _is_open: bool = False
    """Whether the last paragraph of the page before may go on."""

    def write(self, number: int, lines: list[Line]) -> None:
        """The lines of one page; a paragraph may go on from the page before."""
        self.builder.page = number
        self._begins_page = True
        self._edges = _right_edges(lines)
        for item in find_tables(join_rows(lines)):
            if isinstance(item, Line):
                self._add(item)
            elif isinstance(item[0], Line):
                for line in item:
                    assert isinstance(line, Line)
                    self._add(line)
            else:
                self._flush()
                self.builder.table([row for row in item if not isinstance(row, Line)])
                self._is_open = False
        self._flush()

    def _add(self, line: Line) -> None:
        level = self.sizes.level(line)
        if self._lines and self._begins_new(line, level):
            self._flush()
        self._level = level
        self._lines.append(line)

    def _begins_new(self, line: Line, level: int) -> bool:
        last = self._lines[-1]
        if level != self._level or (level and abs(line.size - last.size) > 0.5):
            return True
        pitch = last.bottom - line.bottom
        if level:
            return pitch < 0 or pitch > 2.2 * line.size or len(self._lines) >= 3
        if _ITEM.match(line.text):
            return True
        ends = bool(_ENDS.search(last.text))
        if pitch < -2 * line.size:  # the next column
            return ends
        if pitch > PARAGRAPH_GAP * max(line.size, last.size):
            return True
        is_indented = len(self._lines) > 1 and line.x0 > min(other.x0 for other in self._lines) + 0.8 * line.size
        return ends and (is_indented or self._is_broken(last, line))

    def _is_broken(self, last: Line, line: Line) -> bool:
        """Whether the first word of a line would have found room on the one before: the break is meant."""
        edge = self._edges.get(_column(last), last.x1)
        cell = line.cells[0]
        width = (cell.x1 - cell.x0) * len(cell.text.split(" ", 1)[0]) / max(1, len(cell.text))
        return edge - last.x1 > width + 1.5 * line.size

    def _flush(self) -> None:
        if not self._lines:
            return
        level, text = self._level, self._joined(self._lines)
        self._lines = []
        if level:
            numbered = _NUMBERED.match(text)
            depth = numbered[1].count(".") if numbered else 0
            self.builder.heading(text, level + depth)
        elif item := _ITEM.match(text):
            self.builder.list_item(text[item.end() :], marker=item[1] if item[1][-1] in ".)" else "-")
        else:
            goes_on = self._begins_page and self._is_open and text[:1].islower()
            self.builder.paragraph(text, goes_on=goes_on)
        self._begins_page = False
        self._is_open = not level and not _ENDS.search(text)

    def _joined(self, lines: list[Line]) -> str:
        """Lines as one text: divided words put together, breaks that are meant kept."""
        text = lines[0].text
        for last, line in itertools.pairwise(lines):
            if text[-1] == HYPHEN or (text[-1] == "-" and text[-2:-1].isalpha()):
                start = _LAST_WORD.search(text)
                first = start[0][:-1] if start else ""
                second = _FIRST_WORD.match(line.text)
                head, rest = (second[0], line.text[second.end() :]) if second else ("", line.text)
                text = text[: len(text) - len(first) - 1] + undivided(first, head, self.words) + rest
            elif not self._level and self._is_broken(last, line):
                text += "\n" + line.text
            else:
                text += " " + line.text
        return text.replace(HYPHEN, "-")


def _column(line: Line) -> int:
    return round(line.x0 / 24)


def _right_edges(lines: list[Line]) -> dict[int, float]:
    """How far lines reach that begin at about the same place; a few longer ones, such as titles, do not count."""
    ends: dict[int, list[float]] = {}
    for line in lines:
        ends.setdefault(_column(line), []).append(line.x1)
    return {column: sorted(edges)[int(0.8 * (len(edges) - 1))] for column, edges in ends.items()}


def undivided(first: str, second: str, words: frozenset[str]) -> str:
    """The two parts of a word that the end of a line divided, put together.

    The hyphen stays where it seems to be the word's own: both parts are words of the text, the whole is not.

    Example:
        >>> words = frozenset({"well", "known"})
        >>> undivided("rea", "soning", words), undivided("well", "known", words)
        ('reasoning', 'well-known')
    """
    whole = f"{first}{second}"
    halves = {first.lower(), second.lower()}
    is_own = not second[:1].islower() or (halves <= words and whole.lower() not in words)
    return f"{first}-{second}" if is_own else whole
