"""Metrics of rankings against their formulas and scikit-learn."""

import math

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from core.retrieval.metrics import ndcg_at_k, recall_at_k, reciprocal_rank, success_at_k

RANKED = ["a", "b", "c", "d", "e"]


def test_values_of_a_ranking_by_hand() -> None:
    grades = {"b": 1, "e": 3, "x": 2}
    assert recall_at_k(RANKED, grades, 2) == pytest.approx(1 / 3)
    assert recall_at_k(RANKED, grades, 5) == pytest.approx(2 / 3)
    assert success_at_k(RANKED, grades, 1) == 0.0
    assert success_at_k(RANKED, grades, 2) == 1.0
    assert reciprocal_rank(RANKED, grades) == 0.5
    assert reciprocal_rank(RANKED, grades, 1) == 0.0
    ideal = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert ndcg_at_k(RANKED, grades, 5) == pytest.approx((1 / math.log2(3) + 3 / math.log2(6)) / ideal)


def test_ndcg_agrees_with_scikit_learn_on_graded_relevance() -> None:
    rng = np.random.default_rng(3)
    for _ in range(30):
        grades = rng.integers(0, 4, size=20)
        scores = rng.permutation(20)
        if grades.sum() == 0:
            continue
        ranked = [str(n) for n in np.argsort(-scores)]
        own = ndcg_at_k(ranked, {str(n): int(grade) for n, grade in enumerate(grades)}, 10)
        assert own == pytest.approx(ndcg_score([grades], [scores], k=10))


def test_a_perfect_and_a_worst_ranking_have_the_bounds() -> None:
    grades = {"a": 2, "b": 1}
    for metric in (recall_at_k, success_at_k, ndcg_at_k):
        assert metric(["a", "b"], grades, 2) == pytest.approx(1.0)
        assert metric(["x", "y"], grades, 2) == 0.0
    assert reciprocal_rank(["a"], grades) == 1.0
    assert reciprocal_rank(["x"], grades) == 0.0


def test_without_anything_relevant_there_is_no_value() -> None:
    for grades in ({}, {"a": 0}):
        assert math.isnan(recall_at_k(RANKED, grades, 3))
        assert math.isnan(success_at_k(RANKED, grades, 3))
        assert math.isnan(ndcg_at_k(RANKED, grades, 3))
        assert math.isnan(reciprocal_rank(RANKED, grades))


def test_what_is_listed_twice_gains_once() -> None:
    assert ndcg_at_k(["a", "a", "b"], {"a": 1, "b": 1}, 3) == pytest.approx(1.0)
