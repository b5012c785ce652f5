"""What the styles of a Word document make of a paragraph."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from core.documents.office.parts import Parts

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading ([1-9])$")
BODY_LEVEL = 9
"""The outline level that Word gives to what is no heading."""
MAX_CHAIN = 20
"""Styles built on styles, at most."""


@dataclass(frozen=True)
class Role:
    """What a paragraph is."""

    kind: Literal["heading", "paragraph", "list_item", "caption", "code"] = "paragraph"
    level: int = 0
    is_title: bool = False


class Styles:
    """The paragraph styles of a document by id."""

    def __init__(self, parts: Parts) -> None:
        self._styles: dict[str, Any] = {}
        self._roles: dict[str, Role] = {}
        root = parts.find_tree("word/styles.xml")
        for style in root.iter(f"{W}style") if root is not None else ():
            self._styles[style.get(f"{W}styleId", "")] = style

    def role(self, paragraph: Any) -> Role:
        """What a paragraph is by its own marks, or by its style."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return Role()
        style = properties.find(f"{W}pStyle")
        styled = self._styled(style.get(f"{W}val", "")) if style is not None else Role()
        own = _by_marks(properties)
        return own if own is not None and not styled.level else styled

    def _styled(self, style_id: str) -> Role:
        if style_id not in self._roles:
            self._roles[style_id] = self._look_up(style_id)
        return self._roles[style_id]

    def _look_up(self, style_id: str) -> Role:
        at = style_id
        for _ in range(MAX_CHAIN):
            style = self._styles.get(at)
            named = style.find(f"{W}name") if style is not None else None
            name = named.get(f"{W}val", "") if named is not None else at
            if (role := _by_name(name.lower())) is not None:
                return role
            properties = style.find(f"{W}pPr") if style is not None else None
            if properties is not None and (role := _by_marks(properties)) is not None:
                return role
            based_on = style.find(f"{W}basedOn") if style is not None else None
            if based_on is None:
                break
            at = based_on.get(f"{W}val", "")
        return Role()


def _by_name(name: str) -> Role | None:
    if found := _HEADING.match(name):
        return Role("heading", int(found[1]))
    if name == "title":
        return Role("heading", 1, is_title=True)
    if name in ("caption", "table caption", "image caption"):
        return Role("caption")
    if name.startswith("list ") or name == "list":
        return Role("list_item")
    return Role("code") if name in ("html preformatted", "source code", "code", "plain text code") else None


def _by_marks(properties: Any) -> Role | None:
    """By outline level or numbering."""
    outline = properties.find(f"{W}outlineLvl")
    if outline is not None and (value := outline.get(f"{W}val", "")).isdigit() and int(value) < BODY_LEVEL:
        return Role("heading", int(value) + 1)
    numbering = properties.find(f"{W}numPr")
    if numbering is not None:
        number = numbering.find(f"{W}numId")
        if number is not None and number.get(f"{W}val") != "0":
            return Role("list_item")
    return None
