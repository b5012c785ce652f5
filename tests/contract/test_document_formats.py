"""Every document format: the right text and offsets from a sample, and named refusals of everything that is none."""

import random
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.documents.chunking import make_passages
from core.documents.errors import DamagedDocument, EmptyDocument, EncryptedDocument, UnreadableDocument
from core.documents.registry import DOCUMENT_FORMATS
from core.documents.spec import DocumentFormat, ParsedDocument
from core.documents.tokens import rough_tokens
from core.knowledge import ChunkingParams
from core.wording import short
from tests.papers import (
    Desk,
    Words,
    lines,
    make_docx,
    make_pdf,
    make_pptx,
    paragraph,
    shape,
    shown,
    slide_table,
    word_table,
)
from tests.workbooks import encrypted, make_xlsx

ROWS = [["Tree", "Height"], ["Oak", "30"], ["Pine", "40"]]
TABLE = "Tree | Height\nOak | 30\nPine | 40"
MARKDOWN = """---
title: About trees
---
# Trees

Trees *grow* [slowly](x.md).
They like rain.

- oak
- pine

| Tree | Height |
| --- | ---: |
| Oak | 30 |
| Pine | 40 |
"""
WEB = """<!doctype html><html><head><title>About trees</title><script>alert(1)</script></head><body><h1>Trees</h1>
<p>Trees <em>grow</em> slowly. They like rain.</p><ul><li>oak</li><li>pine</li></ul>
<table><tr><th>Tree</th><th>Height</th></tr><tr><td>Oak</td><td>30</td></tr><tr><td>Pine</td><td>40</td></tr></table>
</body></html>"""
BODY = "Trees grow slowly. They like rain."


@dataclass(frozen=True)
class Sample:
    """A document about trees, and what it should become."""

    content: bytes
    blocks: list[tuple[str, str]]
    title: str
    pages: tuple[str, int | None] = ("page", None)
    locked: Callable[[], bytes] | None = None
    """The same with a password."""
    is_container: bool = True
    """Whether it makes no sense without its end."""


def pdf_sample(*, password: str = "") -> bytes:
    table = [
        Words(cell, x=72 + 150 * column, y=500 - 14 * row)
        for row, cells in enumerate(ROWS)
        for column, cell in enumerate(cells)
    ]
    body = [Words("Trees", y=720, size=20), *lines([BODY]), *lines(["- oak", "- pine"], top=640), *table]
    return make_pdf([body, [Words("The end.")]], title="About trees", password=password)


def docx_sample() -> bytes:
    body = (
        paragraph("Trees", "Kop1")
        + paragraph(BODY)
        + paragraph("oak", numbered=True)
        + paragraph("pine", numbered=True)
    )
    return make_docx(body + word_table(ROWS), title="About trees")


def pptx_sample() -> bytes:
    first = shape(["Trees"], "title") + shape([BODY]) + shape(["oak", "pine"], "body") + slide_table(ROWS)
    return make_pptx([first, shape(["The end"], "ctrTitle")], notes={1: "Speak up."})


MARKED = [("heading1", "Trees"), ("paragraph", BODY), ("list_item", "- oak"), ("list_item", "- pine"), ("table", TABLE)]
SAMPLES = {
    "pdf": Sample(
        pdf_sample(),
        [*MARKED, ("paragraph", "The end.")],
        "About trees",
        ("page", 2),
        lambda: pdf_sample(password="oak"),
    ),
    "docx": Sample(docx_sample(), MARKED, "About trees", locked=lambda: encrypted(docx_sample())),
    "pptx": Sample(
        pptx_sample(),
        [*MARKED, ("paragraph", "Notes: Speak up."), ("heading1", "The end")],
        "Trees",
        ("slide", 2),
        lambda: encrypted(pptx_sample()),
    ),
    "xlsx": Sample(
        make_xlsx({"Trees": [["Tree", "Height"], ["Oak", 30], ["Pine", 40]], "Rain": [["Year"], [2024.5]]}),
        [("heading1", "Trees"), ("table", TABLE), ("heading1", "Rain"), ("table", "Year\n2024.5")],
        "Trees",
        ("sheet", 2),
        lambda: encrypted(make_xlsx({"Trees": [["Tree"]]})),
    ),
    "markdown": Sample(MARKDOWN.encode(), MARKED, "About trees", is_container=False),
    "html": Sample(WEB.encode(), MARKED, "About trees", is_container=False),
    "txt": Sample(f"Trees\n=====\n\n{BODY}\n\n- oak\n- pine\n".encode(), MARKED[:4], "Trees", is_container=False),
    "csv": Sample(b"Tree;Height\nOak;30\nPine;40\n", [("table", TABLE)], "", is_container=False),
}
each_format = pytest.mark.parametrize("spec", DOCUMENT_FORMATS.values(), ids=lambda spec: spec.key)


def name_of(spec: DocumentFormat) -> str:
    return f"file{spec.extensions[0]}"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def refusal(desk: Desk, content: bytes, spec: DocumentFormat) -> UnreadableDocument:
    """The named error that content is refused with; anything but a named error fails the test."""
    with pytest.raises(UnreadableDocument) as caught:
        desk.read(content, name_of(spec))
    assert caught.value.message
    assert caught.value.hint
    assert caught.value.code != UnreadableDocument.code
    return caught.value


def check_offsets(parsed: ParsedDocument) -> None:
    """Blocks ascend, do not overlap, and leave nothing but white space between them."""
    at = 0
    for block in parsed.blocks:
        assert not parsed.text[at : block.start].strip()
        assert block.start >= at
        assert parsed.text[block.start : block.end].strip()
        at = block.end
    assert at == len(parsed.text)
    assert unicodedata.is_normalized("NFC", parsed.text)


def test_every_format_has_a_sample() -> None:
    assert set(SAMPLES) == set(DOCUMENT_FORMATS)


@each_format
def test_the_sample_becomes_its_text_and_blocks(spec: DocumentFormat, desk: Desk) -> None:
    sample = SAMPLES[spec.key]
    key, parsed = desk.read_as(sample.content, name_of(spec))
    assert key == spec.key
    assert shown(parsed) == sample.blocks
    assert (parsed.title, parsed.page_name, parsed.n_pages) == (sample.title, *sample.pages)
    assert parsed.notices == ()
    check_offsets(parsed)
    pages = [block.page for block in parsed.blocks]
    assert (pages[0], pages[-1]) == ((1, parsed.n_pages) if parsed.n_pages else (None, None))
    assert pages == sorted(pages, key=lambda page: page or 0)
    assert desk.told or spec.key in ("txt", "markdown")


@each_format
def test_the_sample_is_cut_into_passages_that_stand_on_its_pages(spec: DocumentFormat, desk: Desk) -> None:
    parsed = desk.read(SAMPLES[spec.key].content, name_of(spec))
    passages = make_passages(parsed, ChunkingParams(), rough_tokens)
    assert "".join(passage.text for passage in passages).count("Oak | 30") == (spec.key != "txt")
    pages = [passage.page or 0 for passage in passages]
    assert pages == sorted(pages)


@each_format
def test_the_content_is_known_under_another_name(spec: DocumentFormat, desk: Desk) -> None:
    if not (spec.part or spec.is_certain):
        return
    key, parsed = desk.read_as(SAMPLES[spec.key].content, "letter.txt")
    assert key == spec.key
    assert [notice.code for notice in parsed.notices] == ["wrong_ending"]
    assert spec.label in parsed.notices[0].text


@each_format
def test_nothing_and_blanks_are_refused_as_empty(spec: DocumentFormat, desk: Desk) -> None:
    assert isinstance(refusal(desk, b"", spec), EmptyDocument)
    assert isinstance(refusal(desk, b" \n\t\r\n" * 5_000, spec), EmptyDocument)


@each_format
def test_random_bytes_are_refused(spec: DocumentFormat, desk: Desk) -> None:
    rng = random.Random(spec.key)
    for size in (10, 1_000, 50_000):
        refusal(desk, rng.randbytes(size - 1) + b"\0", spec)
        refusal(desk, SAMPLES[spec.key].content[:4] + b"\0\xff" + rng.randbytes(size), spec)


@each_format
def test_a_container_that_was_cut_off_is_refused_as_damaged(spec: DocumentFormat, desk: Desk) -> None:
    content = SAMPLES[spec.key].content
    if not SAMPLES[spec.key].is_container:
        return
    for part in (0.3, 0.6, 0.9, 0.98):
        assert isinstance(refusal(desk, content[: int(part * len(content))], spec), DamagedDocument)


@each_format
def test_a_locked_file_is_refused_as_encrypted(spec: DocumentFormat, desk: Desk) -> None:
    locked = SAMPLES[spec.key].locked
    if locked is not None:
        assert isinstance(refusal(desk, locked(), spec), EncryptedDocument)


@each_format
def test_whatever_is_broken_in_it_the_error_has_a_name(spec: DocumentFormat, desk: Desk) -> None:
    """Cut off anywhere, or with bytes changed anywhere: text or a named refusal, never another error."""
    content = SAMPLES[spec.key].content
    rng = random.Random(spec.key)
    for _ in range(60):
        broken = bytearray(content[: rng.randrange(4, len(content))] if rng.random() < 0.4 else content)
        for _ in range(rng.choice((0, 1, 3, 10))):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        with suppress(UnreadableDocument):
            check_offsets(desk.read(bytes(broken), name_of(spec)))


@each_format
def test_a_cancelled_parse_stops_at_the_next_report(spec: DocumentFormat, tmp_path: Path) -> None:
    class Cancelled(Exception):
        pass

    class Stopper(Desk):
        def report(self, fraction: float, stage: str) -> None:
            raise Cancelled(fraction, stage)

    with pytest.raises(Cancelled):
        Stopper(tmp_path).read(SAMPLES[spec.key].content, name_of(spec))


@each_format
def test_the_endings_belong_to_one_format_alone(spec: DocumentFormat) -> None:
    others = [ending for other in DOCUMENT_FORMATS.values() if other.key != spec.key for ending in other.extensions]
    assert not set(spec.extensions) & set(others)
    assert all(ending.startswith(".") and ending == ending.lower() for ending in spec.extensions)
    assert short(spec.label) == spec.label
