"""Markdown by its lines: what begins a line decides what the block is. No HTML is run, nothing is fetched."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from core.documents.building import DocumentBuilder, clean
from core.documents.markup.inline import plain_inline
from core.documents.plain import tell_encoding
from core.documents.spec import ParseContext, ParsedDocument
from core.documents.texts import read_text

_ATX = re.compile(r"^ {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$")
_SETEXT = re.compile(r"^ {0,3}(=+|-+)\s*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})\s*([^`]*)$")
_RULE = re.compile(r"^ {0,3}([-*_])(?:\s*\1){2,}\s*$")
_ITEM = re.compile(r"^(\s*)([-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?(?=\S)")
_DELIMITERS = re.compile(r"^\s*\|?\s*:?-{1,}:?\s*(\|\s*:?-{1,}:?\s*)*\|?\s*$")
_REFERENCE = re.compile(r"^ {0,3}\[[^\]^][^\]]*\]:\s*\S+")
_NOTE = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:\s*")
_QUOTE = re.compile(r"^ {0,3}(>\s?)+")
_CELL_BREAK = re.compile(r"(?<!\\)\|")
_FRONT_TITLE = re.compile(r"^title\s*[:=]\s*(.+?)\s*$", re.IGNORECASE | re.MULTILINE)
MAX_FRONT_LINES = 200
REPORT_EVERY = 5_000


def parse_markdown(path: Path, context: ParseContext) -> ParsedDocument:
    """The document in a Markdown file.

    Raises:
        UnreadableDocument: It is empty, too long or no text.
    """
    decoded = read_text(path, "Markdown file", context)
    builder = DocumentBuilder("Markdown file")
    tell_encoding(builder, decoded.encoding, is_guess=decoded.is_guess)
    title, lines = _front_matter(clean(decoded.text).split("\n"))
    del decoded
    reader = _Reader(builder, lines)
    while not reader.is_done:
        if reader.at % REPORT_EVERY < reader.read_block():
            context.report(0.25 + 0.75 * reader.at / len(lines), "Finding headings and paragraphs")
    return builder.build(title=title)


def _front_matter(lines: list[str]) -> tuple[str, list[str]]:
    """The title that the lines in front name, and the lines behind them."""
    fence = lines[0].strip()
    if fence in ("---", "+++"):
        for number, line in enumerate(lines[1 : MAX_FRONT_LINES + 1], start=1):
            if line.strip() == fence or (fence == "---" and line.strip() == "..."):
                found = _FRONT_TITLE.search("\n".join(lines[1:number]))
                return (found[1].strip("\"'") if found else ""), lines[number + 1 :]
    return "", lines


@dataclass
class _Reader:
    """Reads block after block from its lines."""

    builder: DocumentBuilder
    lines: list[str]
    at: int = 0
    _pending: list[str] = field(default_factory=list)
    """Lines of the paragraph or list item that is being read."""
    _marker: str = ""
    """Of the list item that is being read."""
    _in_list: bool = False
    """Whether what is indented belongs to a list."""

    @property
    def is_done(self) -> bool:
        """Whether all is read and handed on."""
        return self.at >= len(self.lines) and not self._pending

    def read_block(self) -> int:
        """Read on by one line or one block; how many lines that was."""
        begun = self.at
        if self.at >= len(self.lines):
            self._flush()
            return 0
        line = self.lines[self.at]
        for read in (self._blank, self._comment, self._fence, self._heading, self._table, self._item):
            if read(line):
                return self.at - begun
        self._text(line)
        return self.at - begun

    def _blank(self, line: str) -> bool:
        if line.strip():
            return False
        self.at += 1
        # What is indented below a blank line still belongs to the item, as a paragraph of its own.
        self._flush()
        return True

    def _comment(self, line: str) -> bool:
        """A comment that begins a line, up to its end; those within lines go with the other marks."""
        if not line.lstrip().startswith("<!--"):
            return False
        while self.at < len(self.lines):
            _, closing, rest = self.lines[self.at].partition("-->")
            if closing:
                self.lines[self.at] = rest
                break
            self.at += 1
        return True

    def _fence(self, line: str) -> bool:
        if (opened := _FENCE.match(line)) is None:
            return self._indented(line)
        self._flush()
        indent = len(line) - len(line.lstrip())
        code: list[str] = []
        self.at += 1
        while self.at < len(self.lines):
            inner = self.lines[self.at]
            self.at += 1
            if (closed := _FENCE.match(inner)) and closed[1].startswith(opened[1]) and not closed[2]:
                break
            code.append(inner[indent:] if inner[:indent].isspace() else inner)
        self.builder.code("\n".join(code))
        return True

    def _indented(self, line: str) -> bool:
        """Lines indented by four blanks after a blank line, unless they may belong to a list."""
        if self._pending or self._in_list or not line.startswith(("    ", "\t")):
            return False
        code: list[str] = []
        while self.at < len(self.lines) and (
            self.lines[self.at].startswith(("    ", "\t")) or not self.lines[self.at].strip()
        ):
            code.append(self.lines[self.at].expandtabs(4)[4:])
            self.at += 1
        self.builder.code("\n".join(code))
        return True

    def _heading(self, line: str) -> bool:
        if found := _ATX.match(line):
            self._flush(ends_list=True)
            self.builder.heading(plain_inline(found[2] or ""), len(found[1]))
        elif self._pending and not self._marker and (found := _SETEXT.match(line)):
            heading, self._pending = " ".join(self._pending), []
            self.builder.heading(plain_inline(heading), 1 if found[1][0] == "=" else 2)
        elif _RULE.match(line):
            self._flush(ends_list=True)
        else:
            return False
        self.at += 1
        return True

    def _table(self, line: str) -> bool:
        below = self.lines[self.at + 1] if self.at + 1 < len(self.lines) else ""
        if "|" not in line or "-" not in below or not _DELIMITERS.match(below) or "|" not in below:
            return False
        self._flush()
        rows = [_cells(line)]
        self.at += 2
        while self.at < len(self.lines) and "|" in self.lines[self.at]:
            rows.append(_cells(self.lines[self.at]))
            self.at += 1
        self.builder.table(rows)
        return True

    def _item(self, line: str) -> bool:
        if (found := _ITEM.match(line)) is None:
            return False
        self._flush()
        self._marker = "-" if found[2] in "-*+" else found[2]
        self._in_list = True
        self._pending = [line[found.end() :]]
        self.at += 1
        return True

    def _text(self, line: str) -> None:
        self.at += 1
        if self._pending and self.lines[self.at - 2 : self.at - 1] and self._ends_hard(self.lines[self.at - 2]):
            self._pending[-1] += "\n"
        if _REFERENCE.match(line) and not self._pending:
            return
        if not self._pending and not line.startswith((" ", "\t")):
            self._in_list = False
        self._pending.append(_QUOTE.sub("", _NOTE.sub("", line)).strip())

    @staticmethod
    def _ends_hard(line: str) -> bool:
        return line.endswith(("  ", "\\")) and not line.endswith("\\\\")

    def _flush(self, *, ends_list: bool = False) -> None:
        """Hand on the paragraph or item that was read."""
        if self._pending:
            text = plain_inline(" ".join(self._pending).replace("\\\n", "\n")).replace("\n ", "\n")
            if self._marker:
                self.builder.list_item(text, self._marker)
            else:
                self.builder.paragraph(text)
        self._pending, self._marker = [], ""
        self._in_list = self._in_list and not ends_list


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [plain_inline(cell.strip().replace("\\|", "|")) for cell in _CELL_BREAK.split(inner)]
