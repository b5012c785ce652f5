"""Small workbooks of every kind, written by hand where no library writes them."""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

import openpyxl

Cell = str | float | int | bool | None

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def make_xlsx(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook with these sheets, each a list of rows."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def make_ods(rows: Sequence[Sequence[Cell]]) -> bytes:
    """An OpenDocument spreadsheet with one sheet."""
    cells = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Data">{cells}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return make_zip({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def _ods_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
    return (
        f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
    )


def make_xlsb(rows: Sequence[Sequence[Cell]]) -> bytes:
    """A binary workbook with one sheet."""
    book = b"".join(
        [
            _record(131),
            _record(143),
            _record(156, struct.pack("<LL", 0, 1) + _wide("rId1") + _wide("Data")),
            _record(144),
            _record(132),
        ]
    )
    width = max(map(len, rows))
    sheet = [_record(129), _record(148, struct.pack("<LLLL", 0, len(rows) - 1, 0, width - 1)), _record(145)]
    for number, row in enumerate(rows):
        sheet.append(_record(0, struct.pack("<LLHBBBL", number, 0, 300, 0, 0, 0, 0)))
        for column, cell in enumerate(row):
            place = struct.pack("<LL", column, 0)
            if isinstance(cell, str):
                sheet.append(_record(6, place + _wide(cell)))
            elif cell is not None:
                sheet.append(_record(5, place + struct.pack("<d", cell)))
    sheet += [_record(146), _record(130)]
    relations = (
        f'<?xml version="1.0"?><Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    return make_zip(
        {
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": relations,
            "xl/worksheets/sheet1.bin": b"".join(sheet),
        }
    )


def make_zip(members: dict[str, str | bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def encrypted(archive: bytes) -> bytes:
    """The archive with every member marked as encrypted."""
    marked = bytearray(archive)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = marked.find(magic)
        while at >= 0:
            marked[at + offset] |= 1
            at = marked.find(magic, at + 4)
    return bytes(marked)


def make_ole2(stream: str) -> bytes:
    """The skeleton of an old Office file that holds a stream of this name."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<L", header, 48, 0)
    return bytes(header) + stream.encode("utf-16-le").ljust(512, b"\x00")


def make_xls() -> bytes:
    """An old workbook with the rows id, name, score; 1, ada, 1.5; 2, (nothing), -2.0."""
    return zlib.decompress(base64.b85decode(_XLS))


def _record(kind: int, content: bytes = b"") -> bytes:
    encoded = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(content)
    sizes = bytes([size]) if size < 128 else bytes([size & 0x7F | 0x80, size >> 7])
    return encoded + sizes + content


def _wide(text: str) -> bytes:
    return struct.pack("<L", len(text)) + text.encode("utf-16-le")


_XLS = (
    "c-"
    "rk)J!lj`6#i!JHg~sNE_?AJBtkd>#u(FxjZLyDYAQptQB=@PZi|q3Cu<rlG#alI1S`cRkj5rz;}2SBAy^0zEd)Wh)6z;%5J_%*^L"
    "960Vu~EZpfcYwZ{EJ2op&>D-tFw``D|t8en%B6Fn}0pehN)>GC?gB-B=*K?<+Rylhk~Te+sE2Eo75{C(W-"
    "CY7NzTS0QmP{+uZAk=jX|#Zal}<~I=gI0i?k82X6{+$Ko|?HpAr(^00InBHZ}r%d;-"
    "<Qmg{vaN{Yn74;|cZXSgOm?v@1NGd8?DL)_JJE)hDvK{&7lEyTz22BJ@pmdZ<7v!-"
    ")@{%&x}GypL5>!17T^3l@HN`0&+=Nnv2p>De_t+7tRlZ5<G>XB)12UCr12uAG;!>ACY=Rz5eIIRoMQ!Iiq09=0M3n;JeN$Jf@7+p"
    "%$wL+wuzfLxzj`oXkk9fDQ;1jUbyq+&7qND`xHy2xNryMeXEKHJ}xT{a?Y?OwnTf`V+YeK{M0SXcQDOSVp88d+!itir`hHzYrAQj"
    "U5vN(wmQCt`10q&k2=er?Cr$Q4OTDY=HA&e^!rm3z2IvaeWFj?x~cHkj(QQ6f)7mFe=7?~X@#--"
    ";eS{Q7GW}*Wg6V6*%3>3GMp>rEmnA6lqSovJj=>nu(z6>K&QM<$iQ2!;w{<R4DBV`|DaMlAY1W3DXD<{f(Z=`4Gj$q4Gj&Ab%O{F"
    "7ySCFUj2>m_>c&{>nu{M>CYtpEsmf>*CZWG51>fBhw}~P&t@1RdX`wDPxQS|;V6ynVH_hI$9Ti}OUFM^|9jT#XszECYIOWsBXR!W"
    "@qYrEM9C-"
)
