"""What counts as found, and what settings are worth."""

import math

import pytest

from core.knowledge import JudgedQuestion, Passage
from core.lab.judging import METRICS, answers, difference, estimate, judged_ranking, question_scores, questions_sha256
from core.retrieval.spec import Hit


def passage(number: int, *heading: str) -> Passage:
    return Passage(
        id=f"p{number}",
        document_id="d",
        collection_id="c",
        seq=number,
        text="text",
        start=0,
        end=4,
        heading=heading,
        n_tokens=1,
    )


def hit(number: int, *heading: str, file_name: str = "user/splits.md") -> Hit:
    return Hit(passage=passage(number, *heading), file_name=file_name, score=1.0, similarity=0.5)


@pytest.mark.parametrize(
    ("reference", "heading", "is_answered"),
    [
        ("p1", (), True),
        ("user/splits.md", ("Splits", "Schemes"), True),
        ("splits.md", ("Splits",), True),
        ("its.md", ("Splits",), False),
        ("user/splits.md#Schemes", ("Splits", "Schemes"), True),
        ("user/splits.md#schemes", ("Splits", "Schemes", "Grouped"), True),
        ("user/splits.md#Splits", ("Splits",), True),
        ("user/splits.md#Splits", ("Splits", "Schemes"), False),
        ("user/leaks.md#Schemes", ("Splits", "Schemes"), False),
    ],
)
def test_a_reference_names_a_passage_a_file_or_a_section(
    reference: str, heading: tuple[str, ...], is_answered: bool
) -> None:
    assert answers(reference, passage(1, *heading), "user/splits.md") is is_answered


def test_a_section_that_shares_a_passage_with_the_one_before_is_found_in_it() -> None:
    shared = passage(1, "Shop").model_copy(update={"text": "Shop\n\nWe sell lamps.\n\nRefunds\n\nWithin 14 days."})
    assert answers("guide.md#Refunds", shared, "guide.md")
    assert answers("guide.md#Shop", shared, "guide.md")
    assert not answers("guide.md#Within", shared, "guide.md")


def test_a_section_counts_once_however_many_of_its_passages_come() -> None:
    question = JudgedQuestion(id="q", text="?", relevant=("user/splits.md#Schemes", "user/leaks.md"))
    hits = [
        hit(1, "Splits"),
        hit(2, "Splits", "Schemes"),
        hit(3, "Splits", "Schemes"),
        hit(4, file_name="user/leaks.md"),
    ]
    ranking = judged_ranking(hits, question)
    assert ranking == ["passage p1", "user/splits.md#Schemes", "passage p3", "user/leaks.md"]
    scores = question_scores(ranking, question)
    assert scores["mrr"] == 1 / 2
    assert scores["success_at_1"] == 0
    assert scores["recall_at_3"] == 1 / 2
    assert scores["recall_at_10"] == 1
    ideal = 1 + 1 / math.log2(3)
    assert scores["ndcg_at_10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)
    assert set(scores) < set(METRICS)


def test_an_estimate_leaves_out_questions_without_a_value() -> None:
    found = estimate([1.0, 0.0, math.nan, 1.0, 0.0])
    assert found is not None
    assert (found.value, found.n) == (0.5, 4)
    assert 0 <= found.low < 0.5 < found.high <= 1
    assert estimate([math.nan]) is None


def test_a_difference_is_taken_question_by_question() -> None:
    """Noise that both settings share does not hide a small, constant gain."""
    first = {f"q{number}": number % 7 / 7 + 0.05 for number in range(40)}
    second = {f"q{number}": number % 7 / 7 for number in range(60)}
    found = difference(first, second)
    assert found is not None
    assert found.n == 40
    assert found.value == pytest.approx(0.05)
    assert found.low == pytest.approx(0.05)
    assert difference({"a": 1.0}, {"b": 1.0}) is None


def test_the_identity_of_a_set_is_its_questions_and_judgements() -> None:
    one = JudgedQuestion(id="1", text="a", relevant=("x", "y"))
    other = JudgedQuestion(id="2", text="b")
    same = JudgedQuestion(id="9", text="a", relevant=("y", "x"), answer="because")
    assert questions_sha256([one, other]) == questions_sha256([other, same])
    assert questions_sha256([one]) != questions_sha256([JudgedQuestion(id="1", text="a", relevant=("x",))])
