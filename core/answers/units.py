"""A passage in the pieces of which answers are made: sentences, list items, code blocks, rows of tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

UnitKind = Literal["sentence", "item", "code", "row"]

_LINE = re.compile(r"[^\n]*\n?")
_ITEM = re.compile(r"\s*(?:[-*•–‣]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S")
_STEP = re.compile(r"\s*\(?\d{1,3}[.)]\s")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_RULE = re.compile(r"\s*[|:\-=+ ]+\s*$")
_CODE_LINE = re.compile(
    r"(?:\t| {4})\S"
    r"|\s*(?:\$ |>{3} |#!|import \w|from [\w.]+ import |def \w+\(|class \w+[:(]|return\b|print\(|@\w+|[}\])]+[,;]?$"
    r"|(?:curl|pip|make|docker|git|python|npm|sudo|export|echo|cd)\s[-\w./]"
    r"|[\w.\[\]\"']+\s*=\s*[^=\s]|[\w.]+\([^)]*\)\s*;?$|[A-Z_]{4,}=\S|SELECT\s|FROM\s\w+$|\{$|\"[\w-]+\":\s)"
)
_END = re.compile(
    r"(?<!\b[A-Z])(?<!\b[a-z]\.[a-z])(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)(?<!\bcf)(?<!\bFig)(?<!\bNo)(?<!\bDr)"
    r"(?<!\bMr)(?<!\bMrs)(?<!\bProf)(?<!\bSt)(?<!\bz\.B)(?<!\bbzw)(?<!\bca)"
    r"[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[`*]*[^\Wa-zß-öø-ÿ_])|[。！？]+[」』”]*"
)
LONGEST_UNIT = 1_200
"""Characters; what is longer is no sentence and is cut at a space."""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A stretch of a passage that makes sense on its own."""

    text: str
    """On one line, except code."""
    start: int
    """In the passage's text."""
    end: int
    kind: UnitKind
    group: int
    """Number of its paragraph, list, code block or table within the passage."""
    is_step: bool = False
    """Whether it is one of a numbered list."""


def units_of(text: str, *, kind: str = "text") -> tuple[Unit, ...]:
    """The units of a passage in its order, nothing but white space and rules of tables left out."""
    found: list[Unit] = []
    for group, (block_kind, start, end) in enumerate(_blocks(text, is_table=kind == "table")):
        stretch = text[start:end]
        if block_kind == "code":
            body = re.sub(r"^\s*(?:```|~~~)[^\n]*\n?|\n?\s*(?:```|~~~)\s*$", "", stretch).strip("\n")
            if body.strip():
                found.append(Unit(text=body, start=start, end=end, kind="code", group=group))
        elif block_kind == "row":
            found += _rows(text, start, end, group)
        elif block_kind == "item":
            found += _items(text, start, end, group)
        else:
            found += [
                Unit(text=" ".join(text[a:b].split()), start=a, end=b, kind="sentence", group=group)
                for a, b in sentence_spans(text, start, end)
            ]
    return tuple(found)


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Where the sentences of a stretch of running text begin and end, without the white space around them."""
    end = len(text) if end is None else end
    cuts = [match.end() for match in _END.finditer(text, start, end)]
    spans: list[tuple[int, int]] = []
    at = start
    for cut in [*cuts, end]:
        spans += _trimmed(text, at, cut)
        at = cut
    return spans


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST_UNIT:
        cut = text.rfind(" ", start + 1, start + LONGEST_UNIT)
        cut = cut if cut > 0 else start + LONGEST_UNIT
        yield start, cut
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _blocks(text: str, *, is_table: bool) -> Iterator[tuple[str, int, int]]:
    """Runs of lines of one kind: ("text" | "item" | "code" | "row", start, end)."""
    kind, start, end, is_fenced = "", 0, 0, False
    for match in _LINE.finditer(text):
        line = match.group()
        if not line:
            break
        if _FENCE.match(line):
            if is_fenced:
                yield "code", start, match.end()
                kind, is_fenced = "", False
            else:
                if kind:
                    yield kind, start, end
                kind, start, is_fenced = "code", match.start(), True
            end = match.end()
            continue
        if is_fenced:
            end = match.end()
            continue
        now = _kind_of(line, before=kind, is_table=is_table)
        if now != kind:
            if kind:
                yield kind, start, end
            kind, start = now, match.start()
        end = match.end()
    if kind:
        yield kind, start, end


def _kind_of(line: str, *, before: str, is_table: bool) -> str:
    if not line.strip():
        return "code" if before == "code" else ("item" if before == "item" else "")
    if is_table or " | " in line or line.count("|") >= 2 or line.count("\t") >= 2:
        return "row"
    if _ITEM.match(line):
        return "item"
    if before == "item" and line[:1].isspace():
        return "item"
    return "code" if _CODE_LINE.match(line) and not line.rstrip().endswith((".", ",", ";")) else "text"


def _rows(text: str, start: int, end: int, group: int) -> Iterator[Unit]:
    for match in _LINE.finditer(text, start, end):
        line = match.group()
        if line.strip() and not _RULE.match(line):
            spans = list(_trimmed(text, match.start(), match.end()))
            yield from (
                Unit(text=" ".join(text[a:b].split()), start=a, end=b, kind="row", group=group) for a, b in spans
            )


def _items(text: str, start: int, end: int, group: int) -> Iterator[Unit]:
    begins = [match.start() for match in _LINE.finditer(text, start, end) if _ITEM.match(match.group())]
    for at, begin in enumerate(begins):
        stop = begins[at + 1] if at + 1 < len(begins) else end
        for a, b in _trimmed(text, begin, stop):
            is_step = bool(_STEP.match(text[a:b]))
            yield Unit(text=" ".join(text[a:b].split()), start=a, end=b, kind="item", group=group, is_step=is_step)
