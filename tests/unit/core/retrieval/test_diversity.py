"""Maximal marginal relevance, repetitions, and stretches that match."""

import numpy as np
import pytest

from core.knowledge import Passage
from core.retrieval.diversity import diversified, places_moved
from core.retrieval.duplicates import without_repetitions
from core.retrieval.matching import MOST_MATCHES, matching_stretches


def unit_rows(*rows: tuple[float, ...]) -> np.ndarray:
    made = np.array(rows, dtype=np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def make_passage(text: str, *, document: str = "d", start: int = 0) -> Passage:
    return Passage(
        id=f"{document}:{start}", document_id=document, collection_id="c", seq=0, text=text, start=start,
        end=start + len(text), n_tokens=1,
    )  # fmt: skip


def test_without_diversity_the_order_stays() -> None:
    assert diversified([3.0, 2.0, 1.0], unit_rows((1, 0), (1, 0), (1, 0)), diversity=0, n=2) == [0, 1]


def test_a_copy_of_the_first_gives_way_to_something_else() -> None:
    order = diversified([1.0, 0.99, 0.5], unit_rows((1, 0), (1, 0.01), (0, 1)), diversity=0.6, n=3)
    assert order == [0, 2, 1]
    assert places_moved(order) == [0, 1, -1]


def test_each_step_takes_the_largest_marginal_relevance() -> None:
    rng = np.random.default_rng(5)
    vectors = unit_rows(*map(tuple, rng.normal(size=(12, 4))))
    scores = np.sort(rng.random(12))[::-1]
    stretched = (scores - scores.min()) / (scores.max() - scores.min())
    order = diversified(list(scores), vectors, diversity=0.4, n=6)
    for step in range(1, 6):
        likeness = (vectors @ vectors[order[:step]].T).max(axis=1)
        worth = 0.6 * stretched - 0.4 * likeness
        left = [n for n in range(12) if n not in order[:step]]
        assert order[step] == max(left, key=lambda n: worth[n])


def test_equal_scores_and_few_candidates_are_no_problem() -> None:
    assert sorted(diversified([1.0, 1.0], unit_rows((1, 0), (0, 1)), diversity=1.0, n=8)) == [0, 1]
    assert diversified([], np.empty((0, 2), dtype=np.float32), diversity=0.5, n=3) == []


def test_repetitions_go_behind_everything_else() -> None:
    passages = [
        make_passage("One two three."),
        make_passage("one  two\nthree.", document="copy"),
        make_passage("wo three. Four", start=1),
        make_passage("Four five six.", start=11),
    ]
    assert without_repetitions(passages) == [0, 3, 1, 2]


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("The trees grew deep.", "How does a TREE grow?", ["trees"]),
        ("Set max_depth, not depth.", "what is max depth", ["max_depth", "depth"]),
        ("東京タワーは高い", "東京", ["東京"]),
        ("東京タワー", "東京タワー", ["東京タワー"]),
        ("Nothing here", "elsewhere", []),
        ("A café, 1,000 km off", "cafe 1000", ["café", "1,000"]),
        ("", "tree", []),
    ],
)
def test_stretches_are_the_words_that_the_question_has_too(text: str, question: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in matching_stretches(text, question)] == expected


def test_a_passage_of_one_word_is_not_marked_without_end() -> None:
    assert len(matching_stretches("tree " * 5_000, "tree")) == MOST_MATCHES
