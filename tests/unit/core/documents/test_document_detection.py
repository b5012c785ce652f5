"""What a file is, whatever it is called: content that is certain, then its name."""

import subprocess
import sys

import pytest

from core.documents.errors import DamagedDocument, EncryptedDocument, UnknownDocumentFormat, UnreadableDocument
from core.documents.registry import DOCUMENT_FORMATS, detect, document_extensions
from tests.papers import Desk, lines, make_docx, make_pdf, paragraph
from tests.workbooks import encrypted, make_ods, make_xlsx, make_zip


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.md", b"# Head", "markdown"),
        ("A.MD", b"# Head", "markdown"),
        ("a.txt", b"# Head", "txt"),
        ("a.txt", b"<!DOCTYPE html><p>x", "html"),
        ("a.md", b"%PDF-1.7 is how such files begin.", "pdf"),
        ("a.md", b"# Files\n\nThey begin with %PDF-1.7.", "markdown"),
        ("a.json", b'{"a": 1}', "txt"),
        ("noname", b"words", "txt"),
        ("a.html", b"<p>a part of a page</p>", "html"),
        ("a.pdf", b"just words", "txt"),
        ("a.docx", b"just words", "txt"),
        ("a.csv", b"a,b\n1,2", "csv"),
        ("a.pdf", make_docx(paragraph("x")), "docx"),
        ("a.docx", make_xlsx({"a": [[1]]}), "xlsx"),
        ("a.doc", make_pdf([lines(["x"])]), "pdf"),
        ("a.pdf", b"\0\0garbage\xff" + make_pdf([lines(["x"])]), "pdf"),
    ],
)
def test_content_that_is_certain_decides_and_else_the_name(desk: Desk, name: str, content: bytes, key: str) -> None:
    path = desk.folder / "upload"
    path.write_bytes(content)
    assert detect(path, name).key == key


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG image"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "a JPEG image"),
        (b"{\\rtf1\\ansi words}", "a Rich Text file"),
        (b"\x1f\x8b\x08" + bytes(50), "compressed with gzip"),
        (b"Rar!\x1a\x07\x00" + bytes(50), "a RAR archive"),
        (b"MZ\x90\x00" + bytes(50), "a Windows program"),
        (b"\x7fELF" + bytes(50), "a Linux program"),
        (b"<?xml version='1.0'?><svg/>", "an XML file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le"), "an old Word document"),
        (make_ods([["a"]]), "an OpenDocument file"),
        (make_zip({"a.txt": "x"}), "a ZIP archive"),
        (bytes(range(256)) * 40, "of no format that is read here"),
    ],
)
def test_what_is_not_read_is_called_by_its_name(desk: Desk, content: bytes, what: str) -> None:
    with pytest.raises(UnknownDocumentFormat, match=f"'letter.unknown' is {what}") as refusal:
        desk.read(content, "letter.unknown")
    assert refusal.value.hint


def test_a_locked_office_document_is_encrypted_whatever_its_name(desk: Desk) -> None:
    with pytest.raises(EncryptedDocument):
        desk.read(encrypted(make_xlsx({"a": [[1]]})), "a.docx")


def test_a_binary_file_with_the_ending_of_a_text_is_refused_by_both(desk: Desk) -> None:
    with pytest.raises(UnknownDocumentFormat, match=r"'notes\.md' is no Markdown"):
        desk.read(b"\x01\x02\0\x03" * 50, "notes.md")


def test_a_container_that_was_cut_off_is_called_by_the_ending_it_has(desk: Desk) -> None:
    with pytest.raises(DamagedDocument, match="The Word document is damaged"):
        desk.read(make_docx(paragraph("x"))[:-40], "a.docx")


def test_long_names_are_shortened_in_messages(desk: Desk) -> None:
    with pytest.raises(UnreadableDocument) as refusal:
        desk.read(b"", "x" * 3_000 + "\n.txt")
    assert len(refusal.value.message) < 200
    assert "\n" not in refusal.value.message


def test_every_ending_is_known_once() -> None:
    assert len(set(document_extensions())) == len(document_extensions()) >= len(DOCUMENT_FORMATS)


def test_listing_the_formats_brings_no_parser() -> None:
    code = (
        "import sys, core.documents.registry, core.documents.chunking, core.documents.archives\n"
        "heavy = {'pypdfium2', 'lxml', 'fastexcel', 'pandas', 'pyarrow', 'duckdb', 'numpy'} & set(sys.modules)\n"
        "print(sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
