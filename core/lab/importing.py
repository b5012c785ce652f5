"""Question sets from files, and back into them."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from core.errors import UserInputError
from core.ids import new_id
from core.knowledge import JudgedQuestion
from core.lab.spec import MOST_QUESTIONS
from core.retrieval.spec import LONGEST_QUESTION

MOST_BYTES = 20_000_000
SEPARATOR = ";"
_HINT = (
    "A CSV file has the columns question, relevant (several are separated by ;) and, if you like, answer. A JSON Lines "
    'file has an object a line: {"question": "...", "relevant": ["file.md#Heading"], "answer": "..."}.'
)


def read_questions(content: bytes, *, file_name: str) -> tuple[JudgedQuestion, ...]:
    """The questions of a CSV or JSON Lines file.

    Raises:
        UserInputError: The file is too large, no text, or a line does not fit; the message names the line.
    """
    if len(content) > MOST_BYTES:
        raise _refused(f"The file has {len(content):,} bytes; a question set has {MOST_BYTES:,} at most.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(f"{file_name!r} is not text in UTF-8: byte {error.start} does not fit.") from error
    is_json = text.lstrip()[:1] == "{"
    questions = tuple(_checked(line, values) for line, values in (_json_lines(text) if is_json else _csv_rows(text)))
    return checked_questions(questions)


def checked_questions(questions: Sequence[JudgedQuestion]) -> tuple[JudgedQuestion, ...]:
    """The questions, if they make a set.

    Raises:
        UserInputError: There are none or too many, one has no text or is too long, or an id comes twice.
    """
    if not questions:
        raise _refused("There is no question.")
    if len(questions) > MOST_QUESTIONS:
        raise _refused(f"There are {len(questions):,} questions; a set has {MOST_QUESTIONS:,} at most.")
    for question in questions:
        if not question.text.strip():
            raise _refused("A question has no text.")
        if len(question.text) > LONGEST_QUESTION:
            raise _refused(f"A question has {len(question.text):,} characters; {LONGEST_QUESTION:,} is the most.")
    if len({question.id for question in questions}) < len(questions):
        raise _refused("Two questions have the same id.")
    return tuple(questions)


def to_json_lines(questions: Iterable[JudgedQuestion]) -> str:
    """The questions as ``read_questions`` takes them."""
    return "".join(
        json.dumps({"question": each.text, "relevant": list(each.relevant), "answer": each.answer}, ensure_ascii=False)
        + "\n"
        for each in questions
    )


def to_csv(questions: Iterable[JudgedQuestion]) -> str:
    """The same as a table."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["question", "relevant", "answer"])
    writer.writerows([each.text, SEPARATOR.join(each.relevant), each.answer] for each in questions)
    return out.getvalue()


def _json_lines(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise _refused(f"Line {number} is not JSON.") from error
        if not isinstance(values, dict):
            raise _refused(f"Line {number} holds no object.")
        yield number, values


def _csv_rows(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        names = [name.strip().lower() for name in reader.fieldnames or ()]
        reader.fieldnames = names
        if "question" not in names and "text" not in names:
            raise _refused("The first line names no column question.")
        for row in reader:
            relevant = [each.strip() for each in str(row.get("relevant") or "").split(SEPARATOR)]
            yield reader.line_num, {**row, "relevant": [each for each in relevant if each]}
    except csv.Error as error:
        raise _refused(f"Line {reader.line_num} breaks the table: {error}.") from error


def _checked(line: int, values: dict[str, Any]) -> JudgedQuestion:
    text, relevant, answer = (
        values.get("question", values.get("text")),
        values.get("relevant", []),
        values.get("answer"),
    )
    if not isinstance(text, str) or not text.strip():
        raise _refused(f"Line {line} has no question.")
    if not isinstance(relevant, list) or not all(isinstance(each, str) and each for each in relevant):
        raise _refused(f"In line {line}, relevant is no list of names.")
    return JudgedQuestion(
        id=str(values.get("id") or new_id()),
        text=text.strip(),
        relevant=tuple(dict.fromkeys(relevant)),
        answer=answer if isinstance(answer, str) else "",
    )


def _refused(message: str) -> UserInputError:
    return UserInputError(message, hint=_HINT, field="questions")
