"""Text in pieces that a person reads one at a time."""

import pytest

from core.documents.building import DocumentBuilder
from core.documents.leaves import LEAF_CHARACTERS, MOST_CHARACTERS, Leaves
from core.documents.spec import ParsedDocument


def make_document(*, n_pages: int | None = None, n_paragraphs: int = 30, length: int = 400) -> ParsedDocument:
    builder = DocumentBuilder("text")
    for number in range(n_paragraphs):
        builder.page = None if n_pages is None else 1 + number * n_pages // n_paragraphs
        builder.paragraph(f"{number} " + "word " * (length // 5))
    return builder.build(n_pages=n_pages)


def test_a_page_is_a_leaf() -> None:
    document = make_document(n_pages=3)
    leaves = Leaves(document)
    assert [leaves.leaf(number).page for number in (1, 2, 3)] == [1, 2, 3]
    assert len(leaves) == 3


def test_a_text_without_pages_is_cut_between_paragraphs_into_about_a_page_each() -> None:
    document = make_document()
    leaves = Leaves(document)
    found = [leaves.leaf(number) for number in range(1, len(leaves) + 1)]
    assert all(leaf.page is None for leaf in found)
    lengths = [leaf.blocks[-1].start + len(leaf.blocks[-1].text) - leaf.start for leaf in found]
    assert max(lengths) <= LEAF_CHARACTERS
    assert min(lengths[:-1]) > LEAF_CHARACTERS / 2
    texts = [block.text for leaf in found for block in leaf.blocks]
    assert texts == [document.text[block.start : block.end] for block in document.blocks]


def test_a_chapter_begins_a_leaf_when_the_one_before_is_half_full() -> None:
    builder = DocumentBuilder("text")
    for chapter in range(3):
        builder.heading(f"Chapter {chapter}")
        builder.paragraph("word " * (LEAF_CHARACTERS // 8))
    leaves = Leaves(builder.build())
    assert [leaves.leaf(number).blocks[0].text for number in range(1, len(leaves) + 1)] == [
        "Chapter 0",
        "Chapter 1",
        "Chapter 2",
    ]


@pytest.mark.parametrize("pages", [None, 4])
def test_every_character_of_a_block_is_on_the_leaf_that_its_offset_names(pages: int | None) -> None:
    document = make_document(n_pages=pages)
    leaves = Leaves(document)
    for block in document.blocks:
        for offset in (block.start, block.end - 1):
            leaf = leaves.leaf(leaves.number_at(offset))
            assert any(part.start <= offset < part.start + len(part.text) for part in leaf.blocks)


def test_a_sheet_of_a_million_characters_comes_in_parts() -> None:
    document = make_document(n_pages=1, n_paragraphs=1, length=3 * MOST_CHARACTERS)
    leaves = Leaves(document)
    parts = [leaves.leaf(number) for number in range(1, len(leaves) + 1)]
    assert "".join(block.text for part in parts for block in part.blocks) == document.text
    assert {part.page for part in parts} == {1}
    assert max(len(block.text) for part in parts for block in part.blocks) <= MOST_CHARACTERS


def test_a_number_beyond_the_end_gives_the_last_leaf() -> None:
    leaves = Leaves(make_document(n_pages=2))
    assert (leaves.leaf(99).number, leaves.leaf(-1).number) == (2, 1)
    assert leaves.number_at(10**9) == 2
