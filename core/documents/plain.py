"""Plain text: paragraphs between blank lines, underlined or shouted headings, lists."""

import re
from collections.abc import Iterator
from pathlib import Path

from core.documents.building import DocumentBuilder, clean
from core.documents.spec import ParseContext, ParsedDocument
from core.documents.texts import read_text

_GAP = re.compile(r"\n[^\S\n]*\n\s*")
_UNDERLINE = re.compile(r"^(=|-|~|\^|\*|#)\1{2,}$")
_LEVELS = {"=": 1, "#": 1, "*": 1, "-": 2, "~": 3, "^": 4}
_ITEM = re.compile(r"^\s*([-*•‣–]|\d{1,3}[.)]|[a-z][.)])\s+\S")
_CHAPTER = re.compile(
    r"^(chapter|part|section|appendix|kapitel|teil|chapitre|cap[ií]tulo|глава|第.{1,6}[章节回])\b.{0,70}$", re.I
)
MAX_HEADING = 80
REPORT_EVERY = 2_000


def parse_plain(path: Path, context: ParseContext, what: str = "text") -> ParsedDocument:
    """The document in a text file.

    Raises:
        UnreadableDocument: It is empty, too long or no text.
    """
    decoded = read_text(path, what, context)
    builder = DocumentBuilder(what)
    tell_encoding(builder, decoded.encoding, is_guess=decoded.is_guess)
    text = clean(decoded.text).expandtabs(4)
    del decoded
    for number, (stretch, done) in enumerate(_stretches(text)):
        if number % REPORT_EVERY == 0:
            context.report(0.25 + 0.75 * done, "Finding paragraphs")
        add_stretch(builder, stretch)
    return builder.build()


def tell_encoding(builder: DocumentBuilder, encoding: str, *, is_guess: bool) -> None:
    """Say when the encoding was a guess."""
    if is_guess:
        builder.notice(
            "guessed_encoding",
            f"The text is not UTF-8 and was read as {encoding}. If letters look wrong, save it as UTF-8 and add it "
            "again.",
        )


def _stretches(text: str) -> Iterator[tuple[str, float]]:
    """What stands between blank lines, and how far in the text that is."""
    at = 0
    for gap in _GAP.finditer(text):
        if stretch := text[at : gap.start()].strip("\n"):
            yield stretch, at / len(text)
        at = gap.end()
    if stretch := text[at:].strip("\n"):
        yield stretch, 1.0


def add_stretch(builder: DocumentBuilder, stretch: str) -> None:
    """Add what stands between two blank lines as what it looks like."""
    lines = stretch.split("\n", 4)
    if (heading := _underlined(lines)) is not None:
        title, level, n_lines = heading
        builder.heading(title, level)
        if rest := stretch.split("\n", n_lines)[n_lines:]:
            add_stretch(builder, rest[0])
    elif _UNDERLINE.match(stretch.strip()):
        return
    elif _is_shouted(stretch):
        builder.heading(stretch, 2)
    elif _ITEM.match(lines[0]) and len(stretch) < 100_000:
        _add_items(builder, stretch)
    else:
        builder.paragraph(stretch)


def _underlined(lines: list[str]) -> tuple[str, int, int] | None:
    """A heading with a line of signs below it, perhaps above as well: its text, its level, its lines."""
    stripped = [line.strip() for line in lines]
    for above in (0, 1):
        if above and not _UNDERLINE.match(stripped[0]):
            continue
        if len(stripped) < above + 2 or not stripped[above] or len(stripped[above]) > MAX_HEADING:
            continue
        if _UNDERLINE.match(stripped[above]) or not (below := _UNDERLINE.match(stripped[above + 1])):
            continue
        return stripped[above], _LEVELS[below[1]], above + 2
    return None


def _is_shouted(stretch: str) -> bool:
    """A short line of its own in capitals, or one that begins with a word for a part of a book."""
    if "\n" in stretch or len(stretch) > MAX_HEADING:
        return False
    line = stretch.strip()
    letters = sum(map(str.isalpha, line))
    return bool(_CHAPTER.match(line)) or (
        line.isupper() and letters >= 4 and letters * 2 >= len(line) and line[-1] != "."
    )


def _add_items(builder: DocumentBuilder, stretch: str) -> None:
    item: list[str] = []
    for line in stretch.split("\n"):
        if _ITEM.match(line) and item:
            builder.list_item("\n".join(item), marker="")
            item = []
        item.append(line)
    builder.list_item("\n".join(item), marker="")
