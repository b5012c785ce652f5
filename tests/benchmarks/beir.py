"""A folder in BEIR form: ``corpus.jsonl``, ``queries.jsonl``, and ``qrels/test.tsv`` or ``qrels.tsv``."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple


class BadSet(Exception):
    """The folder cannot be judged; the message is one sentence for a person."""


class JudgedFolder(NamedTuple):
    """What a folder holds."""

    documents: dict[str, tuple[str, str]]
    """Title and text by id."""
    questions: dict[str, str]
    """Those that have a judgement."""
    grades: dict[str, dict[str, float]]
    """By question and document."""


def read_folder(folder: Path) -> JudgedFolder:
    """The set in ``folder``. Raises BadSet."""
    if not folder.is_dir():
        raise BadSet(f"There is no folder {str(folder)!r}.")
    corpus = _find(folder, "corpus.jsonl")
    queries = _find(folder, "queries.jsonl")
    qrels = _find(folder, "qrels/test.tsv", "qrels.tsv")
    documents: dict[str, tuple[str, str]] = {}
    for line, row in _rows(corpus):
        documents[_new_id(row, documents, corpus, line)] = (
            _text(row, "title", corpus, line),
            _text(row, "text", corpus, line),
        )
    questions: dict[str, str] = {}
    for line, row in _rows(queries):
        key = _new_id(row, questions, queries, line)
        questions[key] = _text(row, "text", queries, line)
        if not questions[key].strip():
            raise BadSet(f"{queries.name}, line {line}: question {key!r} has no text.")
    grades = _grades(qrels, documents, questions)
    return JudgedFolder(documents, {key: questions[key] for key in grades}, grades)


def _find(folder: Path, *names: str) -> Path:
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise BadSet(f"{str(folder)!r} has no {' and no '.join(names)}.")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise BadSet(f"{path.name} is not UTF-8: byte {error.start} of a block cannot be read.") from error


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in _lines(path):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadSet(f"{path.name}, line {number} is not JSON.") from error
        if not isinstance(row, dict):
            raise BadSet(f"{path.name}, line {number} is not a JSON object.")
        yield number, row


def _new_id(row: dict[str, Any], known: dict[str, Any], path: Path, line: int) -> str:
    key = row.get("_id")
    if not isinstance(key, str | int) or isinstance(key, bool) or str(key) == "":
        raise BadSet(f'{path.name}, line {line} has no "_id".')
    if str(key) in known:
        raise BadSet(f"{path.name}, line {line}: the id {str(key)!r} is there twice.")
    return str(key)


def _text(row: dict[str, Any], name: str, path: Path, line: int) -> str:
    value = row.get(name, "" if name == "title" else None)
    if value is None and name == "title":
        return ""
    if not isinstance(value, str):
        raise BadSet(f'{path.name}, line {line} has no "{name}".')
    return value


def _grades(path: Path, documents: dict[str, Any], questions: dict[str, str]) -> dict[str, dict[str, float]]:
    grades: dict[str, dict[str, float]] = {}
    for line, text in _lines(path):
        cells = text.split("\t") if "\t" in text else text.split()
        if len(cells) == 4:  # TREC: question, iteration, document, grade
            del cells[1]
        if len(cells) != 3:
            raise BadSet(f"{path.name}, line {line} has {len(cells)} columns instead of question, document, grade.")
        question, document, grade = (cell.strip() for cell in cells)
        try:
            value = float(grade)
        except ValueError:
            if line == 1:
                continue  # the header
            raise BadSet(f"{path.name}, line {line}: the grade {grade!r} is not a number.") from None
        if question not in questions:
            raise BadSet(f"{path.name}, line {line}: there is no question {question!r}.")
        if document not in documents:
            raise BadSet(f"{path.name}, line {line}: there is no document {document!r}.")
        grades.setdefault(question, {})[document] = value
    grades = {key: held for key, held in grades.items() if any(value > 0 for value in held.values())}
    if not grades:
        raise BadSet(f"{path.name} calls no document relevant to any question.")
    return grades
