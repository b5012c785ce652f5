"""Web pages."""

import re
from pathlib import Path

from core.documents.spec import DocumentFormat, ParseContext, ParsedDocument
from core.documents.texts import is_text

_BEGINS = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--((?!-->).)*-->\s*)*(<!doctype\s+html|<html[\s>])", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(rb"<(?:!--|/?[a-z][a-z0-9]{0,15}[\s/>])", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"


def looks_right(head: bytes) -> bool:
    """Whether it begins as web pages do; in two bytes a letter as well."""
    plain = head.removeprefix(_BOM)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        plain = head[2:].replace(b"\0", b"")
    return is_text(head) and _BEGINS.match(plain) is not None


def claims(head: bytes) -> bool:
    """Whether a file called a web page can be one: parts of pages begin with any tag, or with words."""
    return is_text(head) and _TAG.search(head.replace(b"\0", b"")) is not None


def parse(path: Path, context: ParseContext) -> ParsedDocument:
    """Headings, paragraphs, lists, code and tables; see ``core.documents.markup.web``."""
    from core.documents.markup.web import parse_web

    return parse_web(path, context)


SPEC = DocumentFormat(
    key="html",
    label="Web page (HTML)",
    extensions=(".html", ".htm", ".xhtml"),
    media_types=("text/html", "application/xhtml+xml"),
    looks_right=looks_right,
    parse=parse,
    is_certain=True,
    claims=claims,
)
