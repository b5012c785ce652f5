"""Presentations: slide by slide the title, texts, tables, words of drawings, and the speaker's notes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.documents.building import DocumentBuilder
from core.documents.errors import DamagedDocument
from core.documents.office.charts import add_chart
from core.documents.office.parts import Parts, core_title, opened_parts
from core.documents.spec import ParseContext, ParsedDocument

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_WHAT = "presentation"
_MAIN = "ppt/presentation.xml"
_TITLES = ("title", "ctrTitle")
_EDGES = ("ftr", "dt", "sldNum", "hdr", "sldImg")
"""Footer, date, number: what stands on every slide."""
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def parse_slides(path: Path, context: ParseContext) -> ParsedDocument:
    """The document in a presentation, a slide a page.

    Raises:
        UnreadableDocument: It is damaged, unsafe, too long, or holds no text.
    """
    builder = DocumentBuilder(_WHAT)
    with opened_parts(path, _WHAT) as parts:
        names = _slides(parts)
        for number, name in enumerate(names, start=1):
            context.report(number / len(names), f"Reading slide {number:,} of {len(names):,}")
            builder.page = number
            _read_slide(parts, name, builder)
        title = core_title(parts)
    return builder.build(
        title=title, n_pages=len(names), page_name="slide", nothing="its slides have pictures alone, or nothing"
    )


def _slides(parts: Parts) -> list[str]:
    """The parts of the slides in the order in which they are shown."""
    root = parts.tree(_MAIN)
    relations = parts.relations(_MAIN)
    ids = [slide.get(f"{R}id", "") for slide in root.iter(f"{P}sldId")]
    missing = [slide for slide in ids if slide not in relations]
    if missing:
        raise DamagedDocument(_WHAT, "a slide is missing")
    return [relations[slide][1] for slide in ids]


def _read_slide(parts: Parts, name: str, builder: DocumentBuilder) -> None:
    root = parts.tree(name)
    relations = parts.relations(name)
    shapes = list(_shapes(root))
    titles = [shape for shape in shapes if _place(shape) in _TITLES]
    for shape in titles:
        builder.heading(" ".join(text for text, _ in _paragraphs(shape)))
    for shape in shapes:
        if _place(shape) not in (*_TITLES, *_EDGES):
            _read_shape(shape, builder)
    for kind, part in sorted(relations.values()):
        if kind == "diagramData" and parts.has(part):
            for point in parts.tree(part).iter(f"{A}p"):
                builder.paragraph(_text(point))
        elif kind == "chart" and parts.has(part):
            add_chart(parts.tree(part), builder)
    for kind, part in relations.values():
        if kind == "notesSlide" and parts.has(part):
            _read_notes(parts, part, builder)


def _read_shape(shape: Any, builder: DocumentBuilder) -> None:
    tables = list(shape.iter(f"{A}tbl"))
    for table in tables:
        builder.table(
            [" ".join(_text(paragraph) for paragraph in cell.iter(f"{A}p")) for cell in row.iter(f"{A}tc")]
            for row in table.iter(f"{A}tr")
        )
    if tables:
        return
    paragraphs = list(_paragraphs(shape))
    is_list = len(paragraphs) > 1 and _place(shape) in ("body", "obj", "")
    for text, is_item in paragraphs:
        if is_item or (is_list and shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph") is not None):
            builder.list_item(text)
        else:
            builder.paragraph(text)


def _read_notes(parts: Parts, name: str, builder: DocumentBuilder) -> None:
    texts = [
        text for shape in _shapes(parts.tree(name)) if _place(shape) not in _EDGES for text, _ in _paragraphs(shape)
    ]
    if texts:
        builder.paragraph("Notes: " + "\n".join(texts))


def _shapes(root: Any) -> Iterator[Any]:
    """Shapes and frames of tables, those in groups included, in the order of the slide."""
    for child in root:
        if child.tag in (f"{P}sp", f"{P}graphicFrame"):
            yield child
        elif child.tag != _FALLBACK:
            yield from _shapes(child)


def _place(shape: Any) -> str | None:
    """The kind of placeholder that a shape fills: "title", "body", "" for content in general; None for others."""
    holder = shape.find(f"*/{P}nvPr/{P}ph")
    return None if holder is None else holder.get("type", "")


def _paragraphs(shape: Any) -> Iterator[tuple[str, bool]]:
    """Texts of a shape, and whether each is marked as an item of a list."""
    body = shape.find(f"{P}txBody")
    for paragraph in body.iter(f"{A}p") if body is not None else ():
        if (text := _text(paragraph)).strip():
            marks = paragraph.find(f"{A}pPr")
            is_item = marks is not None and any(
                marks.find(f"{A}{name}") is not None for name in ("buChar", "buAutoNum", "buBlip")
            )
            yield text, is_item


def _text(paragraph: Any) -> str:
    return "".join("\n" if part.tag == f"{A}br" else part.text or "" for part in paragraph.iter(f"{A}t", f"{A}br"))
