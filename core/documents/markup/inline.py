"""Markdown within a line: the words without their marks."""

import html
import re

_CODE = re.compile(r"(?<!`)(`+)(?!`)(.{1,2000}?)(?<!`)\1(?!`)", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\[\]]{0,1000})\](?:\([^()\s]{0,2000}(?:\s+\"[^\"]{0,500}\")?\)|\[[^\[\]]{0,200}\])")
_LINK = re.compile(
    r"\[([^\[\]]{1,1000})\](?:\((?:<[^<>]{0,2000}>|[^()\s]{0,2000}(?:\([^()\s]{0,500}\)[^()\s]{0,500})?)"
    r"(?:\s+[\"'][^\"']{0,500}[\"'])?\)|\[[^\[\]]{0,200}\])"
)
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]{1,50}\]")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>")
_COMMENT = re.compile(r"<!--.{0,2000}?-->", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9-]{0,30}(?:\s[^<>]{0,1000})?/?>")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.{1,2000}?\S??)(?<=\S)\1", re.DOTALL)
_STRESS = re.compile(
    r"(?<![\w*])\*(?=[^\s*])([^*]{1,1000}?)(?<=[^\s*])\*(?![\w*])|(?<![\w_])_(?=[^\s_])([^_]{1,1000}?)(?<=[^\s_])_(?![\w_])"
)
_STRUCK = re.compile(r"~~(?=\S)(.{1,1000}?)(?<=\S)~~", re.DOTALL)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
_MARKS = re.compile(r"[`*_\[\]<&~\\]")
_HELD = re.compile("\ue000(\\d+)\ue001")


def plain_inline(text: str) -> str:
    """The words of a line of Markdown: links and pictures as their texts, code as it is, no marks.

    Example:
        >>> plain_inline("See [the **guide**](guide.md), `a*b*c` &amp; _more_.")
        'See the guide, a*b*c & more.'
    """
    if not _MARKS.search(text):
        return text
    held: list[str] = []

    def hold(kept: str) -> str:
        held.append(kept)
        return f"\ue000{len(held) - 1}\ue001"

    text = text.replace("\ue000", "").replace("\ue001", "")
    text = _CODE.sub(lambda found: hold(found[2].strip() or found[2]), text)
    text = _ESCAPE.sub(lambda found: hold(found[1]), text)
    text = _AUTOLINK.sub(lambda found: hold(found[1]), text)
    text = _IMAGE.sub(r"\1", text)
    text = _LINK.sub(r"\1", text)
    text = _BREAK.sub(" ", text)
    text = _TAG.sub("", _COMMENT.sub("", text))
    text = _FOOTNOTE.sub("", text)
    text = _STRONG.sub(r"\2", _STRONG.sub(r"\2", text))
    text = _STRESS.sub(lambda found: found[1] or found[2], text)
    text = html.unescape(_STRUCK.sub(r"\1", text))
    return _HELD.sub(lambda found: held[int(found[1])], text)
