"""Passages: every character is in one, none is too long, and structure decides where they begin."""

import random
import time
from collections.abc import Sequence
from itertools import pairwise

import pytest

from core.documents.building import DocumentBuilder
from core.documents.chunking import (
    CONTEXT_CHARACTERS,
    CONTEXT_TOKENS,
    PassageDraft,
    fitting_params,
    make_passages,
    passage_input,
    repeated,
)
from core.documents.sentences import split_sentences
from core.documents.spec import ParsedDocument
from core.documents.tokens import CountTokens, rough_tokens
from core.knowledge import ChunkingParams


def by_words(texts: Sequence[str]) -> list[int]:
    """A token a word, however long it is: as models count what they do not know."""
    return [len(text.split()) for text in texts]


def by_bytes(texts: Sequence[str]) -> list[int]:
    """A token a byte, blanks included: a whole has more tokens than its parts."""
    return [len(text.encode()) for text in texts]


def params(size: int = 64, overlap: int = 0) -> ChunkingParams:
    return ChunkingParams(size=size, overlap=overlap)


def check(document: ParsedDocument, passages: list[PassageDraft], size: int, count: CountTokens) -> None:
    """What holds for every document."""
    covered = bytearray(len(document.text))
    for passage in passages:
        assert passage.n_tokens == count([passage.text])[0] <= size
        assert passage.text[repeated(passage) :] == document.text[passage.start : passage.end]
        assert passage.text.strip()
        assert passage.kind in ("text", "table")
        assert repeated(passage) == 0 or passage.kind == "table"
        covered[passage.start : passage.end] = b"\1" * (passage.end - passage.start)
    assert all(covered[place] or letter.isspace() for place, letter in enumerate(document.text))
    assert [passage.start for passage in passages] == sorted(passage.start for passage in passages)


def random_document(rng: random.Random) -> ParsedDocument:
    builder = DocumentBuilder("sample")
    words = [
        "a",
        "word",
        "Longer",
        "漢字",
        "かな。",
        "x" * 200,
        "éa",
        "عربي",
        "1.5",
        "ok.",
        "Yes!",
        "e.g.",
        "👩‍👩‍👧",
        "a\u0301" * 9,
    ]

    def text(most: int) -> str:
        return " ".join(rng.choice(words) for _ in range(rng.randrange(1, most)))

    builder.paragraph("Begin.")
    for page in range(1, rng.randrange(2, 5)):
        builder.page = page
        for _ in range(rng.randrange(6)):
            match rng.randrange(7):
                case 0:
                    builder.heading(text(rng.choice((4, 90))), rng.randrange(1, 4))
                case 1:
                    builder.paragraph(text(150), goes_on=rng.random() < 0.3)
                case 2:
                    builder.list_item(text(20))
                case 3:
                    builder.code("\n".join(" " * rng.randrange(6) + text(12) for _ in range(rng.randrange(1, 20))))
                case 4:
                    width = rng.choice((1, 3, 30))
                    builder.table([[text(5) for _ in range(width)] for _ in range(rng.randrange(1, 30))])
                case 5:
                    builder.paragraph("x" * rng.randrange(1, 3_000))
                case _:
                    builder.paragraph(text(12))
    return builder.build(page_name=rng.choice(("page", "slide")))


@pytest.mark.parametrize("count", [rough_tokens, by_words, by_bytes])
def test_no_character_is_lost_and_no_passage_is_too_long(count: CountTokens) -> None:
    rng = random.Random(3)
    for _ in range(60):
        document = random_document(rng)
        size, overlap = rng.choice((32, 50, 200, 512)), rng.choice((0, 10, 40, 128))
        check(document, make_passages(document, params(size, overlap), count), size, count)


def test_the_same_document_gives_the_same_passages() -> None:
    document = random_document(random.Random(1))
    assert make_passages(document, params(), rough_tokens) == make_passages(document, params(), rough_tokens)


def prose(n: int, begin: int = 0) -> str:
    """Sentences of ten tokens."""
    return " ".join(f"The {begin + number} cat sat on a mat by me." for number in range(n))


def texts(passages: list[PassageDraft]) -> list[str]:
    return [passage.text for passage in passages]


def test_headings_open_passages_and_are_told_with_each() -> None:
    builder = DocumentBuilder("sample")
    for title, level in (("Animals", 1), ("Cats", 2), ("Food", 3), ("Dogs", 2), ("Plants", 1)):
        builder.heading(title, level)
        builder.paragraph(prose(3))
    passages = make_passages(builder.build(), params(), rough_tokens)
    assert [passage.heading for passage in passages] == [
        ("Animals",), ("Animals", "Cats"), ("Animals", "Cats", "Food"), ("Animals", "Dogs"), ("Plants",),
    ]  # fmt: skip
    assert [text.split("\n")[0] for text in texts(passages)] == ["Animals", "Cats", "Food", "Dogs", "Plants"]


def test_headings_without_text_stay_with_what_follows() -> None:
    builder = DocumentBuilder("sample")
    builder.heading("Animals", 1)
    builder.heading("Cats", 2)
    builder.paragraph("They sleep.")
    builder.heading("Dogs", 2)
    builder.heading("Plants", 1)
    builder.paragraph("They grow.")
    passages = make_passages(builder.build(), params(), rough_tokens)
    assert texts(passages) == ["Animals\n\nCats\n\nThey sleep.", "Dogs", "Plants\n\nThey grow."]
    assert passages[0].heading == ("Animals", "Cats")


def test_a_short_beginning_takes_in_the_section_below_it_but_no_other() -> None:
    builder = DocumentBuilder("sample")
    builder.heading("Animals", 1)
    builder.paragraph("Of cats.")
    builder.heading("Cats", 2)
    builder.paragraph(prose(2))
    builder.heading("Plants", 1)
    builder.paragraph(prose(2))
    passages = make_passages(builder.build(), params(), rough_tokens)
    assert [passage.heading for passage in passages] == [("Animals",), ("Plants",)]


def test_a_paragraph_is_not_cut_when_it_fits_into_a_passage_of_its_own() -> None:
    builder = DocumentBuilder("sample")
    builder.paragraph(prose(4))
    builder.paragraph(prose(4, begin=10))
    first, second = make_passages(builder.build(), params(), rough_tokens)
    assert (first.text, second.text) == (prose(4), prose(4, begin=10))


def test_long_paragraphs_are_cut_between_sentences_and_repeat_whole_ones() -> None:
    builder = DocumentBuilder("sample")
    builder.paragraph(prose(30))
    passages = make_passages(builder.build(), params(overlap=20), rough_tokens)
    sentences = [prose(1, begin=number) for number in range(30)]
    cut = [[passage.text[start:end] for start, end in split_sentences(passage.text)] for passage in passages]
    assert all(sentence in sentences for passage in cut for sentence in passage)
    for before, after in pairwise(cut):
        n_repeated = before.index(after[0]) - len(before)
        assert before[n_repeated:] == after[:-n_repeated]
        assert rough_tokens([" ".join(before[n_repeated:])])[0] <= 20
        assert len(after) > -n_repeated


def test_nothing_is_repeated_across_headings() -> None:
    builder = DocumentBuilder("sample")
    builder.paragraph(prose(8))
    builder.heading("Next", 1)
    builder.paragraph("Begin.")
    passages = make_passages(builder.build(), params(overlap=32), rough_tokens)
    assert passages[-1].text == "Next\n\nBegin."


@pytest.mark.parametrize(("page_name", "expected"), [("page", 1), ("slide", 2), ("sheet", 2)])
def test_slides_and_sheets_are_never_crossed_but_pages_are(page_name: str, expected: int) -> None:
    builder = DocumentBuilder("sample")
    for page in (1, 2):
        builder.page = page
        builder.paragraph("Short.")
    passages = make_passages(builder.build(page_name=page_name), params(), rough_tokens)
    assert len(passages) == expected
    assert (passages[0].page, passages[-1].page_end) == (1, 2)


def test_a_sentence_that_goes_on_over_the_page_stays_whole() -> None:
    builder = DocumentBuilder("sample")
    builder.page = 1
    builder.paragraph("One. The cat sat")
    builder.page = 2
    builder.paragraph("on a mat. Two.", goes_on=True)
    (passage,) = make_passages(builder.build(), params(), rough_tokens)
    assert passage.text == "One. The cat sat on a mat. Two."
    assert (passage.page, passage.page_end) == (1, 2)


def test_each_part_of_a_long_table_begins_with_its_header() -> None:
    builder = DocumentBuilder("sample")
    builder.heading("Trees", 1)
    builder.paragraph("All heights in metres.")
    rows = [["Tree", "Height"], *([f"Oak {number}", str(number)] for number in range(40))]
    builder.table(rows)
    builder.paragraph("The end.")
    document = builder.build()
    *parts, last = make_passages(document, params(overlap=20), rough_tokens)
    assert parts[0].text.startswith("Trees\n\nAll heights in metres.\n\nTree | Height\nOak 0 | 0\n")
    assert all(part.text.startswith("Tree | Height\nOak ") for part in parts[1:])
    assert {part.kind for part in parts} == {"table"}
    assert all(part.heading == ("Trees",) for part in parts)
    shown = [line for part in parts for line in part.text.split("\n") if line.startswith("Oak")]
    assert shown == [f"Oak {number} | {number}" for number in range(40)]
    assert (last.text, last.kind, last.heading) == ("The end.", "text", ("Trees",))


def test_a_small_table_stays_whole_in_the_text_around_it() -> None:
    builder = DocumentBuilder("sample")
    builder.paragraph(prose(6))
    builder.table([["A", "B"], ["1", "2"], ["3", "4"]])
    builder.paragraph("So it is.")
    first, second = make_passages(builder.build(), params(overlap=20), rough_tokens)
    assert first.text == prose(6)
    assert (second.text, second.kind) == ("A | B\n1 | 2\n3 | 4\n\nSo it is.", "text")


def test_a_header_longer_than_half_a_passage_is_repeated_in_part() -> None:
    builder = DocumentBuilder("sample")
    builder.table([[f"column{number}" for number in range(60)], *([[str(row)] * 10 for row in range(9)])])
    document = builder.build()
    passages = make_passages(document, params(), rough_tokens)
    check(document, passages, 64, rough_tokens)
    assert passages[-1].text.startswith("column0 | column1 | ")
    assert rough_tokens([passages[-1].text[: repeated(passages[-1])]])[0] <= 32


def test_words_without_end_are_cut_between_letters_that_are_shown_apart() -> None:
    builder = DocumentBuilder("sample")
    builder.paragraph("👩\u200d👩\u200d👧" * 200 + "e\u0323\u0302" * 300)
    document = builder.build()
    passages = make_passages(document, params(32), by_bytes)
    check(document, passages, 32, by_bytes)
    assert all(passage.text[0] != "\u200d" for passage in passages)


def test_an_endless_word_of_one_unknown_token_is_no_endless_passage() -> None:
    builder = DocumentBuilder("sample")
    builder.paragraph("x" * 100_000)
    passages = make_passages(builder.build(), params(), by_words)
    assert max(len(passage.text) for passage in passages) <= 12 * 64


def test_what_is_embedded_begins_with_title_and_headings_but_says_nothing_twice() -> None:
    draft = PassageDraft(
        text="Cats\n\nThey sleep.",
        start=0,
        end=17,
        page=1,
        page_end=1,
        heading=("Animals", "Cats"),
        kind="text",
        n_tokens=5,
    )
    assert passage_input("About life", draft) == "About life > Animals\nCats\n\nThey sleep."
    assert passage_input("", PassageDraft(**{**vars(draft), "heading": ()})) == draft.text
    long = PassageDraft(**{**vars(draft), "heading": ("A" * 150, "B" * 100)})
    assert passage_input("Title", long) == f"{'B' * 100}\n{draft.text}"
    endless = PassageDraft(**{**vars(draft), "heading": ("C" * 999,)})
    assert passage_input("Title", endless) == f"{'C' * CONTEXT_CHARACTERS}\n{draft.text}"


def test_a_size_beyond_the_model_is_lowered_to_what_it_reads() -> None:
    assert fitting_params(params(512), 256).size == 256 - CONTEXT_TOKENS
    assert fitting_params(params(100), 256).size == 100


def test_time_grows_with_the_length_alone() -> None:
    def seconds(n: int) -> float:
        builder = DocumentBuilder("sample")
        for number in range(n):
            builder.paragraph(prose(6, begin=number))
        builder.table([["a", "b"]] * n)
        builder.paragraph("x" * (100 * n))
        document = builder.build()
        begun = time.process_time()
        make_passages(document, params(overlap=30), by_words)
        return time.process_time() - begun

    # Ten times the text may take twenty times as long: machines stutter. Quadratic work would take a hundred times.
    assert seconds(2_000) < 20 * seconds(200) + 0.1
