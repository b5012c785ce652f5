"""Fills passages with the units of a document, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.documents.spec import ParsedDocument
from core.documents.tokens import CountTokens
from core.documents.units import Element, Unit, cut, is_cuttable, weigh

SHORT = 4
"""A passage is short while it holds less than one part in so many of the size."""
MAX_HEADING = 200
"""Characters of a heading in the path of a passage."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A passage as places in the text."""

    start: int
    end: int
    heading: tuple[str, ...]
    kind: str
    header: tuple[int, int] | None = None
    """Place of the header row that is repeated in front."""

    def text(self, whole: str) -> str:
        """What it says."""
        text = whole[self.start : self.end]
        return text if self.header is None else f"{whole[self.header[0] : self.header[1]]}\n{text}"


@dataclass
class _Open:
    """The passage that is being filled."""

    units: list[Unit] = field(default_factory=list)
    weight: int = 0
    n_old: int = 0
    """How many of the units are repeated from the passage before."""
    heading: tuple[str, ...] = ()
    level: int = 0
    """Of the heading it stands under; 0 for none."""
    has_body: bool = False
    page: int | None = None

    def add(self, unit: Unit) -> None:
        self.units.append(unit)
        self.weight += unit.weight

    @property
    def has_news(self) -> bool:
        return len(self.units) > self.n_old


def pack(
    document: ParsedDocument, elements: Sequence[Element], *, size: int, overlap: int, count_tokens: CountTokens
) -> list[Draft]:
    """Passages of at most ``size`` tokens by the weights of the units."""
    packer = _Packer(document, size, overlap, count_tokens)
    packer.top = min((element.first.level for element in elements if element.first.kind == "heading"), default=0)
    for element in elements:
        packer.take(element)
    packer.flush()
    return packer.drafts


class _Packer:
    def __init__(self, document: ParsedDocument, size: int, overlap: int, count_tokens: CountTokens) -> None:
        self.top = 0
        """Level of the highest headings."""
        self.drafts: list[Draft] = []
        self._text = document.text
        self._stays_on_page = document.page_name != "page"
        self._size = size
        self._overlap = overlap
        self._count_tokens = count_tokens
        self._path: list[tuple[int, str]] = []
        self._open = _Open()
        self._solid: set[int] = set()
        """Starts of units that are not repeated: headings, rows of small tables."""

    def take(self, element: Element) -> None:
        """Put one element into passages."""
        if self._stays_on_page and self._open.has_news and element.first.page != self._open.page:
            self.flush()
        if element.first.kind == "heading":
            self._take_heading(element)
            return
        if not self._open.units:
            self._begin(element)
        if element.first.kind == "table" and element.weight * SHORT > self._size:
            self._take_table(element)
        elif element.first.kind == "table":
            self._take_small_table(element)
        else:
            self._take_text(element)
        self._open.has_body = bool(self._open.units)

    def flush(self) -> None:
        """Close the passage, if it holds anything new."""
        if self._open.has_news:
            units = self._open.units
            self.drafts.append(Draft(units[0].start, units[-1].end, self._open.heading, "text"))
        self._open = _Open()

    def _names(self) -> tuple[str, ...]:
        return tuple(name for _, name in self._path)

    def _begin(self, element: Element) -> None:
        self._open.heading = self._names()
        self._open.level = self._path[-1][0] if self._path else 0
        self._open.page = element.first.page

    def _take_heading(self, element: Element) -> None:
        level = element.first.level
        if self._open.units and not self._may_go_on(level):
            self.flush()
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._path.append((level, self._text[element.first.start : element.first.end][:MAX_HEADING]))
        if not self._open.units:
            self._begin(element)
        elif not self._open.has_body:
            self._open.heading, self._open.level = self._names(), level
        for unit in element.units:
            self._solid.add(unit.start)
            self._make_room(unit)
            self._open.add(unit)

    def _may_go_on(self, level: int) -> bool:
        """Whether a heading may stand within the open passage."""
        if level <= self.top and not (not self._open.has_body and self._open.level < level):
            return False
        if not self._open.has_body:
            return True
        return level > self._open.level and self._open.weight * SHORT < self._size

    def _take_text(self, element: Element) -> None:
        weight = element.weight
        room = self._size - self._open.weight
        fits_alone = weight <= self._size - self._overlap
        if weight > room and fits_alone and self._open.weight * 2 >= self._size and self._open.has_body:
            self._turn()
        for unit in element.units:
            self._make_room(unit)
            self._open.add(unit)

    def _make_room(self, unit: Unit) -> None:
        """Turn to a new passage if the unit does not fit; what is repeated gives way first."""
        if self._is_too_much(unit):
            self._turn()
        while self._open.n_old and self._is_too_much(unit):
            self._open.weight -= self._open.units.pop(0).weight
            self._open.n_old -= 1

    def _is_too_much(self, unit: Unit) -> bool:
        return bool(self._open.units) and self._open.weight + unit.weight > self._size

    def _turn(self) -> None:
        """Close the passage and open another in the same section, with the last sentences repeated."""
        if not self._open.has_news:
            return
        last = self._open
        self.flush()
        repeated: list[Unit] = []
        weight = 0
        for unit in reversed(last.units[1:]):
            if weight + unit.weight > self._overlap or not unit.is_whole or unit.start in self._solid:
                break
            repeated.append(unit)
            weight += unit.weight
        self._open = _Open(
            units=repeated[::-1],
            weight=weight,
            n_old=len(repeated),
            heading=self._names(),
            level=self._path[-1][0] if self._path else 0,
            has_body=True,
            page=last.page,
        )

    def _take_small_table(self, element: Element) -> None:
        self._solid.update(unit.start for unit in element.units)
        if self._open.units and self._open.weight + element.weight > self._size:
            self._turn()
            self._open = _Open(heading=self._open.heading, level=self._open.level, page=element.first.page)
        for unit in element.units:
            self._make_room(unit)
            self._open.add(unit)

    def _take_table(self, element: Element) -> None:
        """Parts of a table, each with its header row; a short text before it stays with the first."""
        if self._open.n_old or self._open.weight * SHORT > self._size:
            self.flush()
            self._begin(element)
        heading, intro = self._open.heading, self._open.units
        header = self._header(element)
        rows = self._cut_to(element.units, self._size - header.weight)
        start, end, weight = (intro or rows)[0].start, (intro or rows)[0].start, self._open.weight
        shown: tuple[int, int] | None = None
        for row in rows:
            if end > start and weight + row.weight > self._size:
                self.drafts.append(Draft(start, end, heading, "table", shown))
                shown = (header.start, header.end) if row.start > header.end else None
                start, weight = row.start, header.weight if shown else 0
            end = row.end
            weight += row.weight
        self.drafts.append(Draft(start, end, heading, "table", shown))
        self._open = _Open()
        self._begin(element)

    def _header(self, element: Element) -> Unit:
        """The first row, or as many of its cells as take half of a passage."""
        first = element.units[0]
        line_end = self._text.find("\n", first.start, element.first.end)
        header = Unit(first.start, line_end if line_end >= 0 else element.first.end, first.weight)
        if header.end != first.end:
            weigh([header], self._text, self._count_tokens)
        while header.weight * 2 > self._size:
            middle = header.start + (header.end - header.start) // 2
            at = self._text.rfind(" | ", header.start, middle)
            header.end = at if at > header.start else middle
            weigh([header], self._text, self._count_tokens)
        return header

    def _cut_to(self, units: list[Unit], size: int) -> list[Unit]:
        """The units, those that weigh more than ``size`` in pieces."""
        while any(is_cuttable(unit, size) for unit in units):
            smaller: list[Unit] = []
            for unit in units:
                if is_cuttable(unit, size):
                    pieces = cut(unit, self._text, size)
                    weigh(pieces, self._text, self._count_tokens)
                    smaller += pieces
                else:
                    smaller.append(unit)
            units = smaller
        return units
