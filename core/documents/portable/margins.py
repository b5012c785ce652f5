"""Headers, footers and page numbers: lines at the edges of pages that come again on other pages."""

import re
from collections import Counter

from core.documents.portable.lines import Line

EDGE = 0.13
"""Part of the page's height, at the top and at the bottom, in which they stand."""
_NUMBERS = re.compile(r"\d+|\b[ivxlc]{1,7}\b")
_OUTER_NUMBER = re.compile(r"^[0-9]{1,6}\b|\b[0-9]{1,6}$")
_PAGE_NUMBER = re.compile(r"^\W*(page|seite|p[aá]gina|str\.?|стр\.?|p\.|第)?\s*#\s*((of|/|von|de|sur|из|页)\s*#?)?\W*$")

Key = tuple[str, int]


class Margins:
    """Knows what stands at the edges of pages and forgets nothing of a document."""

    def __init__(self, n_pages: int) -> None:
        self._least = min(3, max(2, n_pages))
        self._counts: Counter[Key] = Counter()
        self._kept: set[Key] = set()

    def learn(self, number: int, lines: list[Line], height: float) -> None:
        """Count what stands at the edges of one page."""
        self._counts.update({_key(line, number) for line in lines if _is_at_edge(line, height)})

    def without(self, number: int, lines: list[Line], height: float) -> list[Line]:
        """The lines of a page without what repeats; the first of its kind stays, unless it is a page number."""
        return [line for line in lines if not (_is_at_edge(line, height) and self._repeats(line, number, height))]

    def _repeats(self, line: Line, number: int, height: float) -> bool:
        key = _key(line, number)
        if is_page_number(line.text) and (self._counts[key] > 1 or _is_outermost(line, height)):
            return True
        if self._counts[key] < self._least:
            return False
        if key in self._kept:
            return True
        self._kept.add(key)
        return False


def is_page_number(text: str) -> bool:
    """Whether a line holds nothing but the number of the page."""
    return bool(_PAGE_NUMBER.match(_NUMBERS.sub("#", text.strip().lower())))


def _key(line: Line, number: int) -> Key:
    """What is alike on all pages: the place, and the text with its page number as the distance from the true one.

    Other numbers count as text: "Chapter 3" is not the same as "Chapter 4".
    """
    text = _OUTER_NUMBER.sub(lambda found: f"#{int(found[0]) - number}", line.text.lower()[:200])
    return text, round(line.bottom / 4)


def _is_at_edge(line: Line, height: float) -> bool:
    return line.bottom < EDGE * height or line.top > (1 - EDGE) * height


def _is_outermost(line: Line, height: float) -> bool:
    return line.top < 0.07 * height or line.bottom > 0.93 * height
