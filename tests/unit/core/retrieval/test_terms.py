"""Text into terms."""

import re

import pytest

from core.knowledge import Passage
from core.retrieval.terms import LONGEST_WORD, passage_terms, question_terms, text_terms, words_of

MANY_SCRIPTS = "naïve Straße 東京タワー 한국어 ภาษาไทย हिन्दी مَرْحَبًا шоколад Ελλάδα max_depth GPT-4 3.14 C++ C# x's"


def make_passage(text: str, *heading: str) -> Passage:
    return Passage(
        id="d:1:0",
        document_id="d",
        collection_id="c",
        seq=0,
        text=text,
        start=0,
        end=len(text),
        heading=heading,
        n_tokens=1,
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Trees", "tree"),
        ("NAÏVE", "naive"),
        ("Straße", "strasse"),
        ("ﬁnd", "find"),
        ("e\u0301tude", "étude"),
        ("model's", "model"),
        ("GPUs", "GPU"),
        ("1,000,000", "1000000"),
        ("co\u00adoperate", "cooperate"),
        ("مَرْحَبًا", "مرحبا"),
        ("ＡＢＣ", "abc"),
        ("tuned", "tuning"),
    ],
)
def test_forms_of_one_word_are_one_term(one: str, other: str) -> None:
    assert text_terms(one) == text_terms(other)


@pytest.mark.parametrize(
    ("one", "other"), [("3.14", "314"), ("C++", "C"), ("C#", "C"), ("E1043", "E1044"), ("v1.2", "v1.3")]
)
def test_names_that_differ_in_a_sign_stay_apart(one: str, other: str) -> None:
    assert text_terms(one)[0] != text_terms(other)[0]


@pytest.mark.parametrize("name", ["max_depth", "maxDepth", "MaxDepth", "max-depth", "max.depth"])
def test_a_name_is_found_as_a_whole_and_by_its_parts(name: str) -> None:
    assert text_terms(name) == ["maxdepth", "max", "depth"]


def test_a_hash_is_one_term_and_not_a_dozen() -> None:
    assert len(text_terms("3f2a9c8b7d6e5f4a")) == 1


def test_scripts_without_spaces_become_pairs_of_characters() -> None:
    assert [(word.start, word.end) for word in words_of("中文分词")] == [(0, 2), (1, 3), (2, 4)]
    assert set(text_terms("文分")) <= set(text_terms("中文分词"))
    assert len(text_terms("水")) == 1


def test_every_term_is_ascii_letters_and_digits_and_begins_with_a_letter() -> None:
    terms = text_terms(MANY_SCRIPTS)
    assert len(terms) > 25
    assert [term for term in terms if not re.fullmatch(r"[a-z][a-z0-9]*", term)] == []


def test_places_of_words_are_those_of_the_text_as_given() -> None:
    text = "In 1,000 cases, MAX_DEPTH’s naïve “tree”."
    assert [text[word.start : word.end] for word in words_of(text)] == [
        "In", "1,000", "cases", "MAX_DEPTH’s", "naïve", "tree",
    ]  # fmt: skip


def test_stop_words_leave_a_question_only_when_others_remain() -> None:
    assert question_terms("What's the use of a TREE, and why don't they...?") == ["tree"]
    assert question_terms("to be or not to be") == text_terms("to be or not to be")
    assert "the" in text_terms("the tree")


@pytest.mark.parametrize("text", ["", "   ", "???!… —", "\x00\n", "_", "++", "👍"])
def test_text_without_words_has_no_terms(text: str) -> None:
    assert text_terms(text) == []
    assert question_terms(text) == []


def test_an_endless_word_is_cut() -> None:
    assert max(map(len, text_terms("a" * 100_000))) == LONGEST_WORD
    assert len(text_terms("ab" + "_cd" * 10_000)) < 20


def test_headings_are_found_with_the_text_below_them() -> None:
    passage = make_passage("They grow.", "Forests", "Depth of trees")
    assert passage_terms(passage) == "forest depth of tree they grow"
