"""Small documents of every format, written by hand where no library writes them."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from core.documents.parsing import parse_document
from core.documents.spec import ParsedDocument
from tests.workbooks import make_zip

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


class Desk:
    """A place to parse on: the context of a parser that remembers what it was told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: list[tuple[float, str]] = []

    def report(self, fraction: float, stage: str) -> None:
        """Remember it."""
        assert 0 <= fraction <= 1
        self.told.append((fraction, stage))

    def read(self, content: bytes | str, file_name: str) -> ParsedDocument:
        """What the content becomes."""
        return self.read_as(content, file_name)[1]

    def read_as(self, content: bytes | str, file_name: str) -> tuple[str, ParsedDocument]:
        """The key of its format, and what it becomes."""
        path = self.folder / "upload"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        spec, parsed = parse_document(path, file_name, self)
        return spec.key, parsed


def shown(parsed: ParsedDocument) -> list[tuple[str, str]]:
    """Kind (with its level) and text of each block."""
    return [(f"{block.kind}{block.level or ''}", parsed.text[block.start : block.end]) for block in parsed.blocks]


# --- PDF --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Words:
    """A piece of text on a page, in points from its lower left corner."""

    text: str
    x: float = 72
    y: float = 700
    size: float = 11
    bold: bool = False


def lines(texts: Iterable[str], *, x: float = 72, top: float = 700, size: float = 11, pitch: float = 13) -> list[Words]:
    """Lines below each other."""
    return [Words(text, x=x, y=top - number * pitch, size=size) for number, text in enumerate(texts)]


def make_pdf(
    pages: Sequence[Sequence[Words] | bytes],
    *,
    title: str = "",
    password: str = "",
    unicode_map: dict[int, str] | None = None,
) -> bytes:
    """A PDF; a page is a list of texts, or the bytes of a grey picture of 100 x 100 dots that fills it.

    Args:
        pages: What stands on each page.
        title: Among its properties.
        password: Without it nobody opens the file (RC4 of 40 bits).
        unicode_map: What the codes of the font stand for, if it is another character.
    """
    objects: list[bytes] = [b"", b""]  # catalog and tree of pages
    to_unicode = b""
    if unicode_map is not None:
        pairs = "".join(f"<{code:02x}> <{text.encode('utf-16-be').hex()}>\n" for code, text in unicode_map.items())
        cmap = "begincmap 1 begincodespacerange <00> <ff> endcodespacerange "
        cmap += f"{len(unicode_map)} beginbfchar\n{pairs}endbfchar endcmap"
        objects.append(_stream(b"", cmap.encode()))
        to_unicode = f" /ToUnicode {len(objects)} 0 R".encode()
    fonts = []
    for name in (b"Helvetica", b"Helvetica-Bold"):
        objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /" + name + to_unicode + b" >>")
        fonts.append(len(objects))
    kids = []
    for page in pages:
        extra = b""
        if isinstance(page, bytes):
            image = b"/Type /XObject /Subtype /Image /Width 100 /Height 100 /ColorSpace /DeviceGray /BitsPerComponent 8"
            objects.append(_stream(image, page))
            extra = f" /XObject << /I {len(objects)} 0 R >>".encode()
            content = b"q 612 0 0 792 0 0 cm /I Do Q"
        else:
            content = b"\n".join(_show(words) for words in page)
        objects.append(_stream(b"", content))
        resources = f"/Font << /R {fonts[0]} 0 R /B {fonts[1]} 0 R >>".encode() + extra
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << "
            + resources
            + b" >> "
            + f"/Contents {len(objects)} 0 R >>".encode()
        )
        kids.append(len(objects))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>".encode()
    trailer = b"/Root 1 0 R"
    if title:
        objects.append(b"<< /Title <feff" + title.encode("utf-16-be").hex().encode() + b"> >>")
        trailer += f" /Info {len(objects)} 0 R".encode()
    if password:
        objects, trailer = _locked(objects, trailer, password)
    return _written(objects, trailer)


def _show(words: Words) -> bytes:
    text = words.text.encode("latin-1").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    font = "B" if words.bold else "R"
    return f"BT /{font} {words.size} Tf {words.x} {words.y} Td (".encode() + text + b") Tj ET"


def _stream(head: bytes, content: bytes) -> bytes:
    return b"<< " + head + f" /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"


def _written(objects: list[bytes], trailer: bytes) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + content + b"\nendobj\n")
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write(b"".join(f"{place:010d} 00000 n \n".encode() for place in places))
    out.write(
        f"trailer\n<< /Size {len(objects) + 1} ".encode() + trailer + f" >>\nstartxref\n{start}\n%%EOF\n".encode()
    )
    return out.getvalue()


_PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def _locked(objects: list[bytes], trailer: bytes, password: str) -> tuple[list[bytes], bytes]:
    """The standard handler of revision 2. Streams stay as they are: without the password nobody gets that far."""
    padded = (password.encode() + _PAD)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    identity = b"\x01" * 16
    key = hashlib.md5(padded + owner + (-4).to_bytes(4, "little", signed=True) + identity).digest()[:5]
    user = _rc4(key, _PAD)
    rule = f"<< /Filter /Standard /V 1 /R 2 /O <{owner.hex()}> /U <{user.hex()}> /P -4 >>".encode()
    trailer += f" /Encrypt {len(objects) + 1} 0 R /ID [<{identity.hex()}> <{identity.hex()}>]".encode()
    return [*objects, rule], trailer


# --- Office -----------------------------------------------------------------------------------------------------------


def paragraph(text: str, style: str = "", *, numbered: bool = False) -> str:
    """A paragraph of Word."""
    marks = f'<w:pStyle w:val="{style}"/>' if style else ""
    marks += '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' if numbered else ""
    return f'<w:p><w:pPr>{marks}</w:pPr><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def word_table(rows: Sequence[Sequence[str]]) -> str:
    """A table of Word."""
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def make_docx(body: str, *, title: str = "", before: str = "", extra: dict[str, str | bytes] | None = None) -> bytes:
    """A Word document with this body; ``before`` stands in front of its root."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>{more}</w:style>'
        for key, name, more in (
            ("Kop1", "heading 1", ""),
            ("Kop2", "heading 2", ""),
            ("Titel", "Title", ""),
            ("Onder", "caption", ""),
            ("Eigen", "my own", '<w:basedOn w:val="Kop2"/>'),
        )
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document xmlns:w="{_W}">'
        f"<w:body>{body}</w:body></w:document>",
        "word/styles.xml": f'<w:styles xmlns:w="{_W}">{styles}</w:styles>',
    }
    if title:
        parts["docProps/core.xml"] = (
            '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></cp:coreProperties>'
        )
    return make_zip({**parts, **(extra or {})})


def shape(texts: Sequence[str], kind: str | None = None) -> str:
    """A shape of a slide; ``kind`` is the placeholder it fills."""
    holder = "" if kind is None else f'<p:ph type="{kind}"/>' if kind else "<p:ph/>"
    body = "".join(f"<a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p>" for text in texts)
    return f"<p:sp><p:nvSpPr><p:nvPr>{holder}</p:nvPr></p:nvSpPr><p:txBody>{body}</p:txBody></p:sp>"


def slide_table(rows: Sequence[Sequence[str]]) -> str:
    """A table of a slide."""
    body = "".join(
        "<a:tr>"
        + "".join(f"<a:tc><a:txBody><a:p><a:r><a:t>{escape(cell)}</a:t></a:r></a:p></a:txBody></a:tc>" for cell in row)
        + "</a:tr>"
        for row in rows
    )
    return (
        f"<p:graphicFrame><a:graphic><a:graphicData><a:tbl>{body}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    body = "".join(
        f'<Relationship Id="{key}" Type="{_R}/{kind}" Target="{target}"/>' for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{body}</Relationships>'


def make_pptx(slides: Sequence[str], *, notes: dict[int, str] | None = None) -> bytes:
    """A presentation; its parts lie in the reverse order of the slides, as they do after slides were moved."""
    names = {number: f"slide{len(slides) - number + 1}.xml" for number in range(1, len(slides) + 1)}
    space = f'xmlns:a="{_A}" xmlns:p="{_P}" xmlns:r="{_R}"'
    ids = "".join(f'<p:sldId id="{255 + number}" r:id="r{number}"/>' for number in names)
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "ppt/presentation.xml": f"<p:presentation {space}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": _relations(
            {f"r{number}": ("slide", f"slides/{name}") for number, name in names.items()}
        ),
    }
    for number, body in enumerate(slides, start=1):
        name = names[number]
        parts[f"ppt/slides/{name}"] = f"<p:sld {space}><p:cSld><p:spTree>{body}</p:spTree></p:cSld></p:sld>"
        if text := (notes or {}).get(number):
            parts[f"ppt/slides/_rels/{name}.rels"] = _relations({"r1": ("notesSlide", f"../notesSlides/{name}")})
            parts[f"ppt/notesSlides/{name}"] = (
                f"<p:notes {space}><p:cSld><p:spTree>{shape([text], 'body')}{shape(['7'], 'sldNum')}"
                "</p:spTree></p:cSld></p:notes>"
            )
    return make_zip(parts)


def make_bomb(n_bytes: int) -> bytes:
    """A Word document whose text is blanks without end."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("word/document.xml", b" " * n_bytes)
    return out.getvalue()
