"""Folders in BEIR form: what is read, and what is refused in a sentence."""

import json
from pathlib import Path

import pytest

from tests.benchmarks.beir import BadSet, read_folder
from tests.benchmarks.bench_retrieval import main
from tests.benchmarks.judging import parsed
from tests.benchmarks.retrieval_sets import headings, part_numbers

CORPUS = [{"_id": "d1", "title": "Trees", "text": "They grow."}, {"_id": "d2", "text": "Soup."}]
QUERIES = [{"_id": "q1", "text": "What grows?"}, {"_id": "q2", "text": "Nobody judged this."}]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "corpus.jsonl", "\n".join(map(json.dumps, CORPUS)))
    write(tmp_path, "queries.jsonl", "\n".join(map(json.dumps, QUERIES)))
    write(tmp_path, "qrels/test.tsv", QRELS)
    return tmp_path


def write(folder: Path, name: str, content: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(content, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "content"),
    [("qrels/test.tsv", QRELS), ("qrels.tsv", "q1\td1\t2\nq1\td2\t0\n"), ("qrels.tsv", "q1 0 d1 2\nq1 0 d2 0\n")],
)
def test_judgements_are_read_with_and_without_header_and_in_either_place(folder: Path, name: str, content: str) -> None:
    (folder / "qrels/test.tsv").unlink()
    write(folder, name, content)
    judged = read_folder(folder)
    assert judged.documents == {"d1": ("Trees", "They grow."), "d2": ("", "Soup.")}
    assert judged.questions == {"q1": "What grows?"}
    assert judged.grades == {"q1": {"d1": 2.0, "d2": 0.0}}


BAD = {
    "no corpus": ("corpus.jsonl", None, "has no corpus.jsonl."),
    "no qrels": ("qrels/test.tsv", None, "has no qrels/test.tsv and no qrels.tsv."),
    "broken line": ("corpus.jsonl", '{"_id": "d1", "text": "a"}\n{"_id": ', "corpus.jsonl, line 2 is not JSON."),
    "a list": ("corpus.jsonl", "[1]", "corpus.jsonl, line 1 is not a JSON object."),
    "no id": ("queries.jsonl", '{"text": "a"}', 'queries.jsonl, line 1 has no "_id".'),
    "no text": ("corpus.jsonl", '{"_id": "d1"}', 'corpus.jsonl, line 1 has no "text".'),
    "twice": ("corpus.jsonl", '{"_id":"d1","text":"a"}\n{"_id":"d1","text":"b"}', "the id 'd1' is there twice."),
    "empty question": ("queries.jsonl", '{"_id": "q1", "text": " "}', "question 'q1' has no text."),
    "unknown document": (
        "qrels/test.tsv",
        "q1\tnone\t1\n",
        "qrels/test.tsv"[6:] + ", line 1: there is no document 'none'.",
    ),
    "unknown question": ("qrels/test.tsv", "none\td1\t1\n", "test.tsv, line 1: there is no question 'none'."),
    "columns": ("qrels/test.tsv", "q1\td1\n", "test.tsv, line 1 has 2 columns instead of question, document, grade."),
    "grade": ("qrels/test.tsv", QRELS + "q1\td1\tgood\n", "test.tsv, line 4: the grade 'good' is not a number."),
    "nothing relevant": ("qrels/test.tsv", "q1\td1\t0\n", "test.tsv calls no document relevant to any question."),
    "not a text": ("corpus.jsonl", b"\xff\xfe\x00", "corpus.jsonl is not UTF-8"),
}


@pytest.mark.parametrize(("name", "content", "sentence"), BAD.values(), ids=BAD.keys())
def test_a_folder_that_cannot_be_judged_is_refused_in_one_sentence(
    folder: Path, name: str, content: str | bytes | None, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadSet) as refused:
        read_folder(folder)
    assert sentence in str(refused.value)
    assert main([str(folder)]) == 2
    assert capsys.readouterr().err.strip() == str(refused.value)


def test_no_folder_at_all_is_told_how_to_name_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([""]) == 2
    assert "SET=folder" in capsys.readouterr().err
    assert main([str(tmp_path / "nothing")]) == 2
    assert "There is no folder" in capsys.readouterr().err


def test_sets_of_ours_are_judged_sets_and_the_same_each_time(tmp_path: Path) -> None:
    for make in (headings, part_numbers):
        make().write(tmp_path / make.__name__)
        judged = read_folder(tmp_path / make.__name__)
        assert len(judged.questions) >= 100
        assert make() == make()


def test_a_document_of_a_set_keeps_its_title_and_paragraphs() -> None:
    document = parsed("Trees", "They grow.\nSlowly.\n\nThey fall. ")
    kinds = [(block.kind, document.text[block.start : block.end]) for block in document.blocks]
    assert kinds == [("heading", "Trees"), ("paragraph", "They grow.\nSlowly."), ("paragraph", "They fall.")]
    assert [block.kind for block in parsed("", "Soup.").blocks] == ["paragraph"]
    assert parsed("", "").blocks == ()
