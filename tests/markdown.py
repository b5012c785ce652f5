"""The documents of the project, taken apart: links, headings, code blocks and what their marks ask for.

An HTML comment on the line before a block marks it: ``<!-- run -->`` has it executed, ``<!-- prints -->`` compares it
with what the block before it printed, ``<!-- file: path -->`` is a file to write.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))

_FENCE = re.compile(
    r"^(?:<!-- (?P<mark>run|prints|file: (?P<path>\S+)) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True, kw_only=True)
class Block:
    """One fenced block."""

    line: int
    language: str
    mark: str
    """"run", "prints", "file" or empty."""
    file: str
    """Where a block marked as a file goes, relative to the checkout."""
    text: str


def read(page: Path) -> str:
    """The page as text."""
    return page.read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    """The page as people name it."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of ``page``, in order."""
    text = read(page)
    for match in _FENCE.finditer(text):
        yield Block(
            line=text.count("\n", 0, match.start("text")) + 1,
            language=match["language"],
            mark=(match["mark"] or "").split(":")[0],
            file=match["path"] or "",
            text=match["text"],
        )


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", read(page))


def links(page: Path) -> list[str]:
    """Targets of links and images, as written."""
    return _LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """The fragment of each heading, as GitHub makes it."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code_spans(page: Path) -> list[str]:
    """Inline code in the prose."""
    return re.findall(r"`([^`\n]+)`", prose(page))


def first_cells(page: Path) -> set[str]:
    """The code spans in the first cells of the page's tables."""
    rows = re.findall(r"^\|([^|]*)\|", prose(page), re.MULTILINE)
    return {span for row in rows for span in re.findall(r"`([^`]+)`", row)}
