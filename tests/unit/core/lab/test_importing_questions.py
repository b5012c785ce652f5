"""Question sets from files, and back."""

import json

import pytest

from app.services.retrieval_lab import HANDBOOK_QUESTIONS
from core.errors import UserInputError
from core.lab.importing import read_questions, to_csv, to_json_lines


def read(text: str | bytes, file_name: str = "questions.csv") -> list[tuple[str, tuple[str, ...], str]]:
    content = text if isinstance(text, bytes) else text.encode()
    return [(each.text, each.relevant, each.answer) for each in read_questions(content, file_name=file_name)]


def test_a_table_and_json_lines_say_the_same() -> None:
    expected = [("How, exactly?", ("guide.md#Refunds", "terms.md"), "Soon"), ("Who won?", (), "")]
    table = 'question,relevant,answer\n"How, exactly?",guide.md#Refunds; terms.md,Soon\nWho won?,,\n'
    lines = (
        '{"question": "How, exactly?", "relevant": ["guide.md#Refunds", "terms.md"], "answer": "Soon"}\n\n'
        '{"text": "Who won?"}\n'
    )
    assert read(table) == expected
    assert read("\ufeff" + table) == expected
    assert read(lines, "questions.jsonl") == expected


def test_what_is_written_is_read_again() -> None:
    questions = read_questions(
        b'question,relevant,answer\n"a ""quoted"" one\nin two lines",x.md;y.md,"1, 2"\n', file_name="q.csv"
    )
    for text in (to_csv(questions), to_json_lines(questions)):
        again = read_questions(text.encode(), file_name="q")
        assert [(each.text, each.relevant, each.answer) for each in again] == [
            (each.text, each.relevant, each.answer) for each in questions
        ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "names no column question"),
        (b"question\n", "There is no question"),
        (b"frage,relevant\nwer?,x\n", "names no column question"),
        (b"question,relevant\n,x\n", "Line 2 has no question"),
        (b'{"question": "a"}\n{"question": \n', "Line 2 is not JSON"),
        (b'{"question": "a"}\n[1]\n', "Line 2 holds no object"),
        (b'{"question": "a", "relevant": "x"}\n', "In line 1, relevant is no list"),
        (b'{"question": 5}\n', "Line 1 has no question"),
        (b'{"question": "a", "id": "1"}\n{"question": "b", "id": "1"}\n', "the same id"),
        (b"question\n\xff\xfe\n", "is not text in UTF-8: byte 9"),
        (b'question\n"open\n', "breaks the table"),
        (json.dumps({"question": "a" * 9_000}).encode(), "has 9,000 characters"),
        (b"question\n" + b"a\n" * 2_001, "There are 2,001 questions"),
    ],
)
def test_a_file_that_is_no_question_set_is_refused_with_the_line(content: bytes, message: str) -> None:
    with pytest.raises(UserInputError, match=message) as caught:
        read_questions(content, file_name="q.csv")
    assert "columns question, relevant" in caught.value.hint


def test_the_questions_that_come_with_praxis_name_sections_that_exist() -> None:
    from pathlib import Path

    questions = read_questions(HANDBOOK_QUESTIONS.read_bytes(), file_name="handbook")
    assert sum(bool(each.relevant) for each in questions) >= 60
    assert sum(not each.relevant for each in questions) >= 10
    docs = Path(__file__).parents[4] / "docs"
    for question in questions:
        for reference in question.relevant:
            name, _, heading = reference.partition("#")
            lines = (docs / name).read_text(encoding="utf-8").splitlines()
            assert not heading or any(line.startswith("#") and line.lstrip("# ") == heading for line in lines), (
                reference
            )
