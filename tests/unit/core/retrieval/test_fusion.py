"""One order out of several."""

import numpy as np
import pytest

from core.retrieval.fusion import CLEAR_LEAD, LexicalScale, fuse_ranks, fuse_scores, lead_of, ranks_of


def test_reciprocal_rank_fusion_agrees_with_its_formula() -> None:
    rankings = {"dense": ["a", "b", "c"], "lexical": ["c", "a", "d"]}
    weights = {"dense": 0.7, "lexical": 0.3}
    fused = {one.id: one.score for one in fuse_ranks(rankings, weights, k=60)}
    assert fused == pytest.approx({"a": 0.7 / 61 + 0.3 / 62, "b": 0.7 / 62, "c": 0.7 / 63 + 0.3 / 61, "d": 0.3 / 63})


def test_contributions_add_up_to_the_score_and_the_best_comes_first() -> None:
    rng = np.random.default_rng(0)
    evidence = {way: {str(n): float(rng.random()) for n in rng.permutation(40)[:25]} for way in ("dense", "lexical")}
    for fused in (
        fuse_scores(evidence, {"dense": 0.6, "lexical": 0.4}),
        fuse_ranks({way: list(held) for way, held in evidence.items()}, {"dense": 0.6, "lexical": 0.4}, k=10),
    ):
        assert [one.score for one in fused] == sorted((one.score for one in fused), reverse=True)
        assert [sum(one.contributions.values()) for one in fused] == pytest.approx([one.score for one in fused])
        assert {one.id for one in fused} == set(evidence["dense"]) | set(evidence["lexical"])


def test_a_way_of_no_weight_does_not_move_anything() -> None:
    rankings = {"dense": ["a", "b", "c"], "lexical": ["c", "b"]}
    assert [one.id for one in fuse_ranks(rankings, {"dense": 1.0, "lexical": 0.0}, k=60)] == ["a", "b", "c"]


def test_something_that_a_ranking_has_twice_counts_once() -> None:
    assert fuse_ranks({"dense": ["a", "a", "b"]}, {"dense": 1.0}, k=1)[1].score == pytest.approx(1 / 3)


def test_equal_scores_keep_the_order_in_which_they_were_found() -> None:
    assert ranks_of({"b": 1.0, "a": 1.0, "c": 2.0}, ["b", "a"]) == {"c": 1, "b": 2, "a": 3}


def trust(question: str, *, best: float = 10.0, lead: float = 0.0) -> float:
    return LexicalScale.of(question, whole=10.0, best=best, lead=lead).trust


def test_words_are_trusted_fully_when_a_name_is_asked_for() -> None:
    for name in ("E1043", "max_depth", "What does maxDepth do?", "numpy.linspace", "v1.2", "C++"):
        assert trust(name, best=4.0, lead=0.3) == 1.0
    assert trust("In E1043 and other faults of the cooling pump oil leaks slowly from seals", lead=0.3) < 0.5


def test_words_are_trusted_less_in_sentences_without_matches_and_beside_a_clear_meaning() -> None:
    plain = trust("cooling pump fault")
    assert plain == pytest.approx(1.0)
    assert trust("why is there a fault in the cooling pump") < 0.6 * plain
    assert trust("cooling pump fault", best=2.5) == pytest.approx(0.5)
    assert trust("cooling pump fault", lead=CLEAR_LEAD) == pytest.approx(0.5)
    assert trust("cooling pump fault", lead=-0.1) == pytest.approx(1.0)


def test_a_question_that_no_passage_has_a_word_of_gives_no_evidence() -> None:
    assert LexicalScale.of("quokka", whole=0.0, best=0.0, lead=0.0).evidence(0.0) == 0.0


def test_evidence_is_the_share_of_the_question_that_a_passage_has() -> None:
    scale = LexicalScale.of("cooling pump fault", whole=8.0, best=8.0, lead=0.0)
    assert scale.evidence(4.0) == pytest.approx(0.5)


def test_the_lead_is_counted_to_the_sixth_or_the_last() -> None:
    assert lead_of([0.1, 0.9, 0.5, 0.4, 0.3, 0.2, 0.0]) == pytest.approx(0.8)
    assert lead_of([0.9, 0.7]) == pytest.approx(0.2)
    assert lead_of([]) == 0.0
