"""Finders of one run on predictions that are constructed: each finds what was put there, and keeps quiet otherwise."""

from pathlib import Path

import numpy as np
import pytest

from core.records import Change, Remark, RunProgress
from core.resampling import MetricSummary, ResamplingSummary
from core.types import Severity, Split
from evaluation.insights.registry import OF_RUNS
from evaluation.insights.requests import changed_request, is_known, request_of
from evaluation.insights.run_evidence import RunEvidence
from evaluation.insights.runs import (
    against_baseline,
    calibration,
    course,
    fit,
    folds,
    longer,
    test_gap,
    threshold,
    too_good,
    tuning,
)
from tests.factories import make_config
from tests.insight_cases import assert_sound, curve, evidence_of, make_files, said_of, two_classes
from tests.workspaces import LocalWorkspace

V, T = Split.VALIDATION, Split.TEST


@pytest.fixture
def good(tmp_path: Path) -> RunEvidence:
    """A run with nothing unusual about it: it tells the classes apart, and its probabilities hold."""
    y, y_test = two_classes(), two_classes(seed=5)
    parts = {V: (y, said_of(y, strength=3, seed=2)), T: (y_test, said_of(y_test, strength=3, seed=6))}
    files = make_files(tmp_path, parts)
    points = curve("f1", Split.TRAIN, np.full(20, 0.9), every=5) + curve("f1", V, np.full(20, 0.9), every=5)
    return evidence_of(files, tmp_path, points=points)


def test_a_run_without_anything_unusual_has_no_card_but_suggestions(good: RunEvidence) -> None:
    found = [finding for key, finder in OF_RUNS.items() if key not in COSTLY for finding in finder.look(good)]
    assert {finding.kind for finding in found} <= {"tuning", "calibration"}
    assert not list(against_baseline.look(good))
    assert not list(test_gap.look(good))


COSTLY = {"more_rows", "weak_slices", "useless_columns", "too_good"}


def test_a_model_that_says_nothing_hardly_beats_the_dummy(tmp_path: Path) -> None:
    y = two_classes(300)
    files = make_files(tmp_path, {V: (y, said_of(y, strength=0, shift=-4)), T: (y, said_of(y, strength=0))})
    evidence = evidence_of(files, tmp_path)
    (finding,) = against_baseline.look(evidence)
    assert_sound(finding)
    score = evidence.score()
    assert score is not None
    assert finding.numbers["baseline"] == score.baseline


def test_a_gap_to_the_training_rows_is_overfitting_with_a_simpler_model_to_start(tmp_path: Path) -> None:
    y = two_classes(400)
    files = make_files(
        tmp_path,
        {V: (y, said_of(y, strength=0.8)), T: (y, said_of(y, strength=0.8))},
        model="decision_tree",
        params={"max_depth": 20},
    )
    points = curve("f1", Split.TRAIN, np.full(20, 1.0), every=5) + curve("f1", V, np.full(20, 0.7), every=5)
    evidence = evidence_of(files, tmp_path, points=points)
    (finding,) = fit.look(evidence)
    assert_sound(finding)
    assert finding.subject == ("overfit",)
    score = evidence.score()
    assert score is not None
    assert finding.numbers["gap"] == pytest.approx(1.0 - score.value)
    assert finding.actions[0].kind == "start_run"
    assert finding.actions[0].request["params"]["max_depth"] < 20


def test_a_poor_score_on_its_own_rows_is_underfitting(tmp_path: Path) -> None:
    y = two_classes(400)
    files = make_files(tmp_path, {V: (y, said_of(y, strength=0.2)), T: (y, said_of(y, strength=0.2))})
    score = evidence_of(files, tmp_path).score()
    assert score is not None
    points = curve("f1", Split.TRAIN, np.full(20, 0.2), every=5) + curve("f1", V, np.full(20, score.value), every=5)
    (finding,) = fit.look(evidence_of(files, tmp_path, points=points))
    assert_sound(finding)
    assert finding.subject == ("underfit",)


def test_probabilities_that_are_too_high_are_told_with_their_error(tmp_path: Path) -> None:
    y = two_classes(800, share=0.3)
    p = np.where(y == 1, 0.97, 0.6)
    said = np.column_stack([1 - p, p])
    evidence = evidence_of(make_files(tmp_path, {V: (y, said), T: (y, said)}), tmp_path)
    (finding,) = calibration.look(evidence)
    assert_sound(finding)
    truth = 0.7 * abs(0.6 - 0.0) + 0.3 * abs(0.97 - 1.0)
    assert finding.numbers["error"] == pytest.approx(truth, abs=0.03)
    assert not list(calibration.look(_calibrated(tmp_path / "calibrated")))


def _calibrated(folder: Path) -> RunEvidence:
    p = np.random.default_rng(0).random(1_500)
    y = (np.random.default_rng(1).random(1_500) < p).astype(np.int64)
    said = np.column_stack([1 - p, p])
    return evidence_of(make_files(folder, {V: (y, said), T: (y, said)}), folder)


def test_a_rare_class_called_from_a_lower_threshold_gains_on_rows_that_did_not_choose_it(tmp_path: Path) -> None:
    y = two_classes(1_000, share=0.2)
    shifted = said_of(y, strength=3, shift=-2.5)
    (finding,) = threshold.look(evidence_of(make_files(tmp_path, {V: (y, shifted), T: (y, shifted)}), tmp_path))
    assert_sound(finding)
    assert finding.numbers["threshold"] < 0.5
    assert finding.numbers["low"] > 0
    assert finding.numbers["f1_best"] > finding.numbers["f1_usual"]
    centred = said_of(y, strength=6)
    assert not list(
        threshold.look(evidence_of(make_files(tmp_path / "b", {V: (y, centred), T: (y, centred)}), tmp_path))
    )


def test_f1_by_threshold_agrees_with_scikit_learn() -> None:
    from sklearn.metrics import f1_score

    y, said = two_classes(200, share=0.3), said_of(two_classes(200, share=0.3))
    thresholds = np.array([0.1, 0.37, 0.5, 0.9])
    expected = [f1_score(y, said[:, 1] > at, zero_division=0) for at in thresholds]
    assert threshold.f1_by_threshold(said[:, 1], y == 1, thresholds) == pytest.approx(expected)


def test_validation_and_test_that_differ_by_more_than_chance_are_told(tmp_path: Path) -> None:
    y = two_classes(600)
    files = make_files(tmp_path, {V: (y, said_of(y, strength=5)), T: (y, said_of(y, strength=1))})
    (finding,) = test_gap.look(evidence_of(files, tmp_path))
    assert_sound(finding)
    assert finding.tests[0].p_value is not None
    assert finding.tests[0].p_value < 0.001


def test_a_nearly_perfect_score_is_suspicious(tmp_path: Path) -> None:
    y = two_classes(500)
    said = np.column_stack([1.0 - y, y.astype(float)])
    (finding,) = too_good.look(evidence_of(make_files(tmp_path, {V: (y, said), T: (y, said)}), tmp_path))
    assert_sound(finding)
    assert finding.family == "problem"


def test_folds_whose_interval_holds_the_baseline_disagree(tmp_path: Path) -> None:
    y = two_classes()
    metric = MetricSummary(metric="f1", mean=0.6, std=0.2, low=0.35, high=0.85, baseline=0.5)
    summary = ResamplingSummary(
        kind="kfold", folds=5, repeats=1, n_planned=5, n_done=5, n_failed=0, is_stopped=False, metrics=(metric,)
    )
    parts = {V: (y, said_of(y)), T: (y, said_of(y))}
    (finding,) = folds.look(evidence_of(make_files(tmp_path, parts, result={"resampling": summary}), tmp_path))
    assert_sound(finding)
    steady = summary.model_copy(
        update={"metrics": (metric.model_copy(update={"std": 0.01, "low": 0.58, "high": 0.62}),)}
    )
    assert not list(folds.look(evidence_of(make_files(tmp_path, parts, result={"resampling": steady}), tmp_path)))


def test_a_loss_that_falls_to_the_end_is_followed_beyond_it(tmp_path: Path) -> None:
    y = two_classes()
    steps = np.arange(1, 101)
    falling = 0.2 + 0.6 * (steps / 100.0) ** -0.3 - 0.4
    points = curve("loss", Split.TRAIN, falling) + curve("loss", V, falling)
    files = make_files(
        tmp_path,
        {V: (y, said_of(y)), T: (y, said_of(y))},
        model="mlp",
        params={"epochs": 100},
        progress=RunProgress(step_name="epochs", baseline={"loss": 0.69}),
    )
    (finding,) = longer.look(evidence_of(files, tmp_path, points=points))
    assert_sound(finding)
    truth = falling[-1] - (0.2 + 0.6 * 2.0**-0.3 - 0.4)
    assert finding.numbers["low"] <= truth <= finding.numbers["high"]
    assert finding.actions[0].request["params"]["epochs"] == 200
    level = np.full(100, 0.3)
    flat = curve("loss", Split.TRAIN, level) + curve("loss", V, level)
    assert not list(longer.look(evidence_of(files, tmp_path, points=flat)))


def test_remarks_become_cards_with_their_change_as_a_run(tmp_path: Path) -> None:
    y = two_classes()
    change = Change(label="Balanced", params={"balanced": True})
    remark = Remark(
        key="class_imbalance",
        severity=Severity.WARNING,
        title="One class is rare",
        step=0,
        seen="Only 12 of 400 training rows (3 %) are 'yes'.",
        advice="Weigh it up.",
        change=change,
    )
    gap = remark.model_copy(update={"key": "gap_opens"})
    files = make_files(tmp_path, {V: (y, said_of(y)), T: (y, said_of(y))}, progress=RunProgress(remarks=(remark, gap)))
    (finding,) = course.look(evidence_of(files, tmp_path))
    assert_sound(finding)
    assert finding.actions[0].request["params"] == {"balanced": True}


def test_suggestions_are_full_requests_of_runs_that_do_not_exist(tmp_path: Path) -> None:
    y = two_classes()
    files = make_files(
        tmp_path, {V: (y, said_of(y)), T: (y, said_of(y))}, model="random_forest", params={"max_depth": 12}
    )
    first = list(tuning.look(evidence_of(files, tmp_path)))
    assert 1 <= len(first) <= 3
    for finding in first:
        assert_sound(finding)
        assert set(finding.actions[0].request) >= {"dataset_id", "target", "model", "params", "split", "seed"}
    wanted = first[0].actions[0].request
    done = files.run.model_copy(
        update={
            "id": "done",
            "config": make_config(
                model=wanted["model"], params=wanted["params"], preprocessing=wanted["preprocessing"]
            ),
        }
    )
    again = list(tuning.look(evidence_of(files, tmp_path, others=(done,))))
    assert wanted not in [finding.actions[0].request for finding in again]


def test_a_request_is_known_whatever_way_its_numbers_are_written(tmp_path: Path) -> None:
    y = two_classes()
    files = make_files(tmp_path, {V: (y, said_of(y)), T: (y, said_of(y))}, model="ridge", params={"alpha": 1.0})
    models = LocalWorkspace(tmp_path).models()
    request = request_of(files.run)
    assert is_known({**request, "params": {"alpha": 1}}, [files.run], models)
    assert not is_known(changed_request(files.run, Change(label="", params={"alpha": 2})), [files.run], models)
