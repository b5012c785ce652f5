"""One page of a document, as text or as a picture, with a stretch highlighted and scrolled to.

The page is drawn by a script of ours that makes text nodes only: whatever a document says, it is shown and not obeyed.
"""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.documents.leaves import Leaf

_FOLDER = Path(__file__).parent

_mount = st.components.v2.component(
    "praxis_document_page",
    html=(_FOLDER / "page.html").read_text(encoding="utf-8"),
    css=(_FOLDER / "page.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "page.js").read_text(encoding="utf-8"),
)

HEIGHT_PX = 520


def text_page(
    leaf: Leaf, *, start: int, end: int, label: str, key: str, height_px: int = HEIGHT_PX, reveals: bool = False
) -> None:
    """The text of a leaf, what lies between two offsets of the document highlighted.

    Args:
        leaf: What is shown.
        start: Of the highlight, in characters of the document's text.
        end: Behind the last highlighted character; the same as ``start`` for no highlight.
        label: What a screen reader calls the page.
        key: Unique within the page.
        height_px: Most height; more is scrolled.
        reveals: Whether the page as a whole scrolls to the highlight when it is out of sight.
    """
    blocks, (mark_from, mark_to) = _in_utf16(leaf, start, end)
    _show(
        {"blocks": blocks, "from": mark_from, "to": mark_to, "reveals": reveals},
        label=label,
        key=key,
        height_px=height_px,
    )


def picture_page(
    png: bytes, boxes: Sequence[tuple[float, float, float, float]], *, label: str, key: str, height_px: int = HEIGHT_PX
) -> None:
    """A picture of a page with boxes on it, each left, top, width and height as shares of the picture."""
    source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    picture = {"source": source, "alt": label, "boxes": [list(box) for box in boxes]}
    _show({"picture": picture, "blocks": [], "from": 0, "to": 0}, label=label, key=key, height_px=height_px)


def _show(data: dict[str, Any], *, label: str, key: str, height_px: int) -> None:
    _mount(key=key, data={**data, "label": label, "height": height_px})


def _in_utf16(leaf: Leaf, start: int, end: int) -> tuple[list[dict[str, Any]], tuple[int, int]]:
    """Blocks with offsets as JavaScript counts them, and the highlight in the same count; gaps count one."""
    blocks: list[dict[str, Any]] = []
    at, mark_from, mark_to = 0, 0, 0
    for block in leaf.blocks:
        first, last = max(start, block.start), min(end, block.start + len(block.text))
        if first < last:
            if mark_to == 0:
                mark_from = at + _units(block.text[: first - block.start])
            mark_to = at + _units(block.text[: last - block.start])
        blocks.append({"kind": block.kind, "level": block.level, "start": at, "text": block.text})
        at += _units(block.text) + 1
    return blocks, (mark_from, mark_to)


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
