"""Clustering, anomaly detection and forecasting in a real worker, from the request to what they leave behind."""

import io
import itertools
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest

from core.errors import UserInputError
from core.records import Run
from core.tables.preview import read_frame
from core.types import UNLABELLED, LearningTask, RunStatus, Split
from evaluation.registry import charts_for, live_metrics_for
from models.registry import MODELS
from tests.stacks import Stack, wait_for

QUICK = {"isolation_forest": {"n_estimators": 20}, "k_means": {"n_clusters": 3}, "gaussian_mixture": {"n_clusters": 3}}
JUDGES = {
    LearningTask.CLUSTERING: {"adjusted_rand", "mutual_information"},
    LearningTask.ANOMALY_DETECTION: {"roc_auc", "average_precision", "flagged_precision", "flagged_recall"},
}
MODELS_OF = {task: [key for key, spec in MODELS.items() if task in spec.tasks] for task in LearningTask}
EACH_UNLABELLED = [(key, task) for task in sorted(UNLABELLED) for key in MODELS_OF[task]]


@cache
def groups(n: int = 400, seed: int = 0) -> str:
    """Rows in three clouds with a category; one in twenty is far from everything, which ``odd`` knows."""
    rng = np.random.default_rng(seed)
    group = np.arange(n) % 3
    X = rng.normal(size=(n, 3)) + 7 * np.eye(3)[group]
    is_odd = np.arange(n) % 20 == 7
    X[is_odd] += rng.choice([-12, 12], size=(is_odd.sum(), 3))
    frame = pd.DataFrame(X.round(3), columns=["first", 'se"cond', "third\U0001f980"])
    frame["colour"] = np.array(["red", "blue"])[rng.integers(2, size=n)]
    frame["group"] = np.array(["a", "b", "c"])[group]
    frame["odd"] = np.where(is_odd, "yes", "no")
    return str(frame.to_csv(index=False))


@cache
def days(n: int = 420) -> str:
    """Daily values with a week, a trend and noise; some days are missing, and the rows are out of order."""
    rng = np.random.default_rng(1)
    week = np.array([0, 1, 2, 3, 8, 14, 10])[np.arange(n) % 7]
    frame = pd.DataFrame(
        {
            "day": pd.date_range("2023-01-02", periods=n, freq="D").strftime("%Y-%m-%d"),
            "sold": (50 + 0.05 * np.arange(n) + week + rng.normal(size=n)).round(2),
            "shop": "north",
        }
    )
    return str(frame.drop(index=[30, 31, 200, 380]).sample(frac=1, random_state=0).to_csv(index=False))


def finished(stack: Stack, text: str, **request: Any) -> Run:
    facts = {"target": "", "params": QUICK.get(request["model"], {})}
    return stack.finished(dataset_id=stack.ready(text).id, **{**facts, **request})


def value(run: Run, metric: str, split: Split = Split.VALIDATION) -> float:
    assert run.result is not None
    return next(s.value for s in run.result.scores if s.metric == metric and s.split is split)


def baseline(run: Run, metric: str) -> float:
    assert run.result is not None
    return next(s.baseline for s in run.result.scores if s.metric == metric and s.split is Split.VALIDATION)


def check_whole(stack: Stack, run: Run, *, judges: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    """Curves, scores with intervals, figures and files are all there."""
    assert run.result is not None
    assert run.result.stop_reason == ""
    both = (Split.VALIDATION, Split.TEST)
    scores = {(score.metric, score.split) for score in run.result.scores}
    live = {spec.key for spec in live_metrics_for(run.config.task)}
    assert scores >= set(itertools.product(live | judges, both))
    for score in run.result.scores:
        assert score.low <= score.high
        assert np.isfinite([score.value, score.low, score.high, score.baseline]).all()
    curves: dict[tuple[str, Split], int] = {}
    for name, split, _, _ in stack.points(run.id):
        curves[name, split] = curves.get((name, split), 0) + 1
    assert set(curves) == set(itertools.product(live, (Split.TRAIN, Split.VALIDATION)))
    assert min(curves.values()) >= (2 if run.progress.step_name == "rounds" else 10)
    figures = stack.runs.figures(run.id)
    wanted = {chart.key for chart in charts_for(run.config.task, n_classes=len(run.result.labels))}
    assert {(f["key"], f["split"]) for f in figures} == set(itertools.product(wanted, ("validation", "test")))
    assert all(f["title"] and f["alt"] and f["figure"]["data"] for f in figures)
    assert set(run.progress.baseline) == live


@pytest.mark.parametrize(("model", "task"), EACH_UNLABELLED)
def test_learning_without_a_target_leaves_curves_scores_and_files(stack: Stack, model: str, task: LearningTask) -> None:
    run = finished(stack, groups(), model=model, preprocessing={"exclude": ["group", "odd"]})
    assert (run.config.task, run.config.target) == (task, "")
    check_whole(stack, run)
    assert not JUDGES[task] & {score.metric for score in run.result.scores}  # type: ignore[union-attr]
    assert value(run, "loss") < baseline(run, "loss")
    content = io.BytesIO(stack.storage.artifacts.load_bytes(run.artifacts.model or ""))
    pipeline = joblib.load(content)["pipeline"]
    with stack.storage.artifacts.local_file(stack.ready(groups()).content_sha256 or "") as path:
        frame = read_frame(path)
    assert len(pipeline.predict(frame.drop(columns=["group", "odd"]).head(5))) == 5


@pytest.mark.parametrize(("model", "task"), EACH_UNLABELLED)
def test_a_reference_judges_and_changes_nothing_else(stack: Stack, model: str, task: LearningTask) -> None:
    target, other = ("group", "odd") if task is LearningTask.CLUSTERING else ("odd", "group")
    judged = finished(stack, groups(), model=model, target=target, preprocessing={"exclude": [other]})
    check_whole(stack, judged, judges=JUDGES[task])
    plain = finished(stack, groups(), model=model, preprocessing={"exclude": ["group", "odd"]})
    assert stack.points(judged.id) == stack.points(plain.id)
    assert judged.provenance.split_sha256 == plain.provenance.split_sha256
    # The planted groups and oddities are far apart; density methods also part each group by its two colours.
    if task is LearningTask.CLUSTERING:
        assert value(judged, "adjusted_rand") > 0.4
    else:
        assert value(judged, "roc_auc") > 0.9
        assert judged.result is not None
        assert judged.result.labels == ("no", "yes")


@pytest.mark.parametrize("model", MODELS_OF[LearningTask.FORECASTING])
def test_forecast_leaves_curves_scores_and_files(stack: Stack, model: str) -> None:
    run = finished(stack, days(), model=model, target="sold", series={"time": "day", "horizon": 7})
    check_whole(stack, run)
    assert run.config.task is LearningTask.FORECASTING
    assert run.config.split.scheme == "time"
    assert run.result is not None
    assert run.result.n_samples == {Split.TRAIN: 294, Split.VALIDATION: 63, Split.TEST: 63}
    assert all(score.n_samples >= 10 for score in run.result.scores)
    notices = {notice.code: notice.text for notice in run.result.notices}
    assert "One step is 1 day. It repeats after 7 steps (found in the training part)." in notices["season"]
    assert "4 of 420" in notices["missing_steps"]
    if model == "naive_seasonal":
        assert value(run, "mase") == baseline(run, "mase")
    else:
        assert value(run, "mase") < baseline(run, "mase")
    content = io.BytesIO(stack.storage.artifacts.load_bytes(run.artifacts.model or ""))
    pipeline = joblib.load(content)["pipeline"]
    future = pd.DataFrame({"day": pd.date_range("2023-01-02", periods=301, freq="D")[294:]})
    assert np.isfinite(pipeline.predict(future)).all()


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        (groups, {"model": "k_means", "preprocessing": {"exclude": ["group", "odd"]}}),
        (groups, {"model": "dbscan", "preprocessing": {"exclude": ["group", "odd"]}}),
        (groups, {"model": "isolation_forest", "target": "odd", "preprocessing": {"exclude": ["group"]}}),
        (days, {"model": "forecaster", "target": "sold", "series": {"time": "day", "horizon": 7}}),
        (days, {"model": "naive_seasonal", "target": "sold", "series": {"time": "day", "horizon": 7}}),
    ],
    ids=["k_means", "dbscan", "isolation_forest", "forecaster", "naive_seasonal"],
)
def test_the_script_gives_the_numbers_of_the_run(stack: Stack, tmp_path: Path, text: Any, request_: Any) -> None:
    run = finished(stack, text(), **request_)
    (tmp_path / "script.py").write_text(stack.runs.script(run.id), encoding="utf-8")
    with stack.storage.artifacts.local_file(stack.ready(text()).content_sha256 or "") as path:
        answer = subprocess.run(
            [sys.executable, "-I", str(tmp_path / "script.py"), str(path)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert answer.returncode == 0, answer.stderr
    lines = [line.split() for line in answer.stdout.splitlines()]
    assert len(lines) == 4
    for part, metric, printed in lines:
        # Six decimals are printed; sums may run in another order.
        assert float(printed) == pytest.approx(value(run, metric, Split(part)), abs=2e-6)


@pytest.mark.parametrize("model", ["k_means", "forecaster"])
def test_a_paused_run_goes_on_to_the_same_end(stack: Stack, model: str) -> None:
    request = (
        {"params": {"n_clusters": 40, "max_iter": 500, "tol": 1e-8}, "preprocessing": {"exclude": ["group", "odd"]}}
        if model == "k_means"
        else {"params": {"regressor": "random_forest"}, "target": "sold", "series": {"time": "day", "horizon": 7}}
    )
    text = groups(6_000, 3) if model == "k_means" else days()
    whole = finished(stack, text, model=model, **request)
    run = stack.runs.start(stack.request(dataset_id=stack.ready(text).id, model=model, **{"target": "", **request}))
    wait_for(lambda: stack.runs.get(run.id).progress.step > 0, what="the first point")
    stack.runs.pause(run.id)
    paused = stack.wait_until(run.id, RunStatus.PAUSED, RunStatus.FINISHED)
    if paused.status is RunStatus.PAUSED:
        stack.runs.resume(run.id)
    again = stack.wait_until(run.id, RunStatus.FINISHED)
    assert again.result is not None
    assert whole.result is not None
    assert again.result.scores == whole.result.scores


def test_runs_of_other_horizons_or_features_are_not_ranked_together(stack: Stack) -> None:
    comparison = stack.wiring.services.comparison
    near, far = (
        finished(stack, days(), model="naive_seasonal", target="sold", series={"time": "day", "horizon": horizon})
        for horizon in (7, 5)
    )
    assert [run.reason for run in comparison.compare([near.id, far.id]).not_ranked] == ["another series or horizon"]
    first = finished(stack, groups(), model="k_means", preprocessing={"exclude": ["group", "odd"]})
    other = finished(stack, groups(), model="k_means", preprocessing={"exclude": ["group", "odd", "colour"]})
    same = finished(stack, groups(), model="dbscan", preprocessing={"exclude": ["group", "odd"]})
    ranked = comparison.compare([first.id, same.id, other.id])
    assert [run.reason for run in ranked.not_ranked] == ["other preprocessing, so other distances"]
    assert {run.run_id for run in ranked.ranking} == {first.id, same.id}


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"model": "ridge"}, "Ridge regression needs a target to predict"),
        ({"model": "k_means", "target": "first"}, "has 3\\d\\d different values, too many to be groups"),
        ({"model": "isolation_forest", "target": "group"}, "has 3 values; two are needed"),
        ({"model": "forecaster", "target": "first"}, "'time' is missing"),
        ({"model": "forecaster", "target": "first", "series": {"time": "colour"}}, "have no order in time"),
        ({"model": "forecaster", "target": "first", "series": {"time": "first"}}, "cannot be the time as well"),
        ({"model": "forecaster", "target": "first", "series": {"time": "when"}}, "no column 'when'"),
        ({"model": "forecaster", "target": "colour", "series": {"time": "first"}}, "a forecast cannot predict"),
        ({"model": "forecaster", "series": {"time": "first"}}, "Forecasting needs a target"),
        ({"model": "k_means", "series": {"time": "first"}}, "which clustering has no use for"),
        ({"model": "k_means", "task": "regression", "target": "first"}, "k-means does not do regression"),
    ],
)
def test_requests_that_cannot_work_are_refused_by_name(stack: Stack, request_: Any, message: str) -> None:
    with pytest.raises(UserInputError, match=message):
        stack.runs.start(stack.request(dataset_id=stack.ready(groups()).id, **{"target": "", **request_}))


@pytest.mark.parametrize(
    ("text", "request_", "message"),
    [
        ("a,b\n1,2\n", {"model": "k_means"}, "No column is left|There are 1 rows|There is 1 row"),
        ("a,b\n" + "1,\n" * 30, {"model": "k_means"}, "No column is left to learn from"),
        ("a,b\n" + "1,2\n3,4\n" * 30, {"model": "k_means"}, "hold only 2 different ones"),
        (
            "t,y\n" + "".join(f"{i},{i % 3}\n" for i in range(20)),
            {"model": "forecaster", "target": "y", "series": {"time": "t"}},
            "has 20 steps; at least 30",
        ),
        (
            "t,y\n" + "".join(f"{i},{i % 9}\n" for i in range(60)),
            {"model": "forecaster", "target": "y", "series": {"time": "t", "season": 30, "horizon": 3}},
            "season of 30 steps does not fit twice into the 42",
        ),
        (
            "t,y\n" + "".join(f"{i},{i % 9}\n" for i in range(60)),
            {"model": "forecaster", "target": "y", "series": {"time": "t", "horizon": 20}},
            "horizon of 20 steps does not fit into the 9 steps",
        ),
        (
            "t,y\n" + "".join(f"{i},{int(i > 80)}\n" for i in range(90)),
            {"model": "forecaster", "target": "y", "series": {"time": "t", "horizon": 3}},
            "does not change in the training part",
        ),
        (
            "t,y\n" + "".join(f"{i},{i % 9 if i % 3 == 0 or i > 200 else ''}\n" for i in range(220)),
            {"model": "forecaster", "target": "y", "series": {"time": "t", "horizon": 3}},
            "less than half",
        ),
    ],
    ids=[
        "one row",
        "empty column",
        "few different rows",
        "short",
        "long season",
        "long horizon",
        "constant start",
        "mostly empty steps",
    ],
)
def test_data_that_cannot_be_learned_from_is_refused_by_name(
    stack: Stack, text: str, request_: Any, message: str
) -> None:
    import re

    stack.worker()
    run = stack.runs.start(stack.request(dataset_id=stack.ready(text).id, **{"target": "", **request_}))
    failed = wait_for(lambda: (r := stack.runs.get(run.id)).status is RunStatus.FAILED and r, what="the failure")
    assert failed.error is not None
    assert re.search(message, failed.error.message), failed.error
    assert failed.error.hint
