"""Sentence boundaries in many languages, their offsets, and their pace."""

import random
import time

import pytest

from core.documents.sentences import split_rows, split_sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Dr. Smith paid $3.50 to Mr. O'Neil Jr. yesterday.", "She left."],
        [
            "J. R. R. Tolkien wrote it.",
            "See Fig. 3, p. 12 and e.g. Sec. 2.",
            "Is it No. 5?",
            "He said no.",
            "Then he went.",
        ],
        ['"Stop!" he cried.', '"Why?"', "Nobody knew..."],
        ["It works... maybe.", "Wait!", "What?!", "(It was late.)", "Yes."],
        ["Call foo.bar(x) or open a.b.txt first.", "Version 2.0.1 came in 2024.", "Then 3.1 came."],
        ["She works at Acme Inc. in the U.S. Army.", "The U.N. Council met at 5 p.m. today."],
        ["Am 3. Mai kam z. B. Herr Prof. Müller, ca. 5 Min. später.", "Er blieb bis zum 21. Jahrhundert."],
        ["M. Dupont et Mme. Curie sont là.", "«\u202fOui\u202f!\u202f»", "Il part."],
        ["El Sr. Pérez llegó.", "¿Qué hora es?", "¡Vamos!"],
        ["В 2020 г. было так, т. е. иначе.", "Потом стало лучше."],
        ["今日は晴れです。", "「はい。」と彼は言った。", "行きますか？", "はい！"],
        ["他来了。", "你好吗？", "“很好。”", "再见！"],
        ["هل أنت بخير؟", "نعم، أنا بخير.", "شكرا!"],
        ["یہ ایک کتاب ہے۔", "وہ گھر ہے۔"],
        ["यह एक किताब है।", "वह घर है।"],
        ["האם זה נכון?", "כן.", "זה נכון."],
        ["이것은 책입니다.", "좋아요!"],
        ["Είναι εδώ.", "Ναι!"],
    ],
)
def test_sentences_of_many_languages_are_told_apart(sentences: list[str]) -> None:
    joint = "" if any(sign in sentences[0] for sign in "。") else " "
    assert cut(joint.join(sentences)) == sentences


def test_items_blank_lines_and_rows_end_sentences_but_wrapped_lines_do_not() -> None:
    text = (
        "Two things:\n- one item\n- two\n  goes on\n1. first\n2. second\n\nNo stop\n\nwrapped\ngoes on.\na | b\n1 | 2"
    )
    assert cut(text) == [
        "Two things:", "- one item", "- two\n  goes on", "1. first", "2. second", "No stop", "wrapped\ngoes on.",
        "a | b", "1 | 2",
    ]  # fmt: skip


def test_lines_that_begin_as_logs_and_code_do_stand_alone() -> None:
    assert cut("[info] started\n[info] done\n2024-05-01 failed\n    x = 1\n    y = 2") == [
        "[info] started", "[info] done", "2024-05-01 failed", "x = 1", "y = 2",
    ]  # fmt: skip


def test_rows_keep_their_indentation() -> None:
    assert split_rows("def f():\n    return 1\n\n \nf()\n") == [(0, 8), (9, 21), (25, 28)]


def test_every_character_is_in_one_sentence_whatever_the_text() -> None:
    rng = random.Random(7)
    signs = [
        "a",
        "B",
        "Dr",
        "z",
        " ",
        " ",
        "\n",
        "\n\n",
        ".",
        "..",
        "!",
        "?",
        "。",
        "」",
        '"',
        ")",
        "(",
        "1",
        "- ",
        "| ",
        "؟",
        "é",
        "漢",
    ]
    for _ in range(400):
        text = "".join(rng.choice(signs) for _ in range(rng.randrange(60)))
        at = 0
        for start, end in split_sentences(text):
            assert not text[at:start].strip()
            assert start < end
            assert text[start:end] == text[start:end].strip()
            at = end
        assert not text[at:].strip()


@pytest.mark.parametrize(
    "text", [".", ". ", "! ", "。", "(", '"', ".)", "a", "\n", "a.\n", " \n", "A. ", "z. ", "(1) ", "é. "]
)
def test_time_grows_with_the_length_alone(text: str) -> None:
    def seconds(n: int) -> float:
        begun = time.process_time()
        split_sentences(text * n)
        return time.process_time() - begun

    # Ten times the text may take twenty times as long: machines stutter. Quadratic work would take a hundred times.
    assert seconds(40_000) < 20 * seconds(4_000) + 0.1
