"""Passages as Markdown, with the stretches that match a question marked."""

from collections.abc import Sequence

from app.ui.text import plain

MOST_SHOWN = 600
"""Characters of a passage in a list."""
BEFORE_FIRST_MATCH = 120


def highlighted(text: str, matches: Sequence[tuple[int, int]], *, most: int = MOST_SHOWN) -> str:
    r"""A passage, or the part of a long one around its first match, with matches on a coloured ground.

    Example:
        >>> highlighted("Deep *trees* grow.", [(6, 11)])
        'Deep \\*:orange-background[trees]\\* grow\\.'
    """
    start, end = _window(text, matches, most)
    pieces = ["…"] if start > 0 else []
    at = start
    for first, last in matches:
        if first < at or last > end:
            continue
        pieces += [_kept(text[at:first]), f":orange-background[{plain(text[first:last])}]"]
        at = last
    pieces.append(_kept(text[at:end]))
    return "".join(pieces).strip() + ("…" if end < len(text) else "")


def _window(text: str, matches: Sequence[tuple[int, int]], most: int) -> tuple[int, int]:
    """Where the shown part begins and ends, at spaces if there are any near."""
    if len(text) <= most:
        return 0, len(text)
    start = max(0, matches[0][0] - BEFORE_FIRST_MATCH) if matches else 0
    start = min(start, len(text) - most)
    if start > 0:
        space = text.find(" ", start, start + 40)
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + most)
    if end < len(text):
        space = text.rfind(" ", end - 40, end)
        end = space if space >= 0 else end
    return start, end


def _kept(text: str) -> str:
    """``text`` escaped on one line; unlike ``plain`` it keeps a space at its ends."""
    escaped = plain(text)
    if not escaped:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + escaped + (" " if text[-1].isspace() else "")
