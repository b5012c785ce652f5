"""Splits and cross-validation in real workers: what a run keeps, and what survives a stop, a pause and a death."""

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import UserInputError
from core.records import Run
from core.resampling import Resampling
from core.types import RunStatus, Split
from tests.stacks import Stack, wait_for

FOLDS = {"kind": "kfold", "folds": 4}
SLOW_FOLDS = {"model": "random_forest", "params": {"n_estimators": 120}, "resampling": {"kind": "kfold", "folds": 15}}
"""Fits of some tenths of a second each: time enough to step in."""


def folds_of(stack: Stack, run: Run) -> Resampling:
    return stack.wiring.services.resampling.get(run.id)


def split_of(stack: Stack, run: Run) -> dict[str, np.ndarray]:
    assert run.artifacts.split is not None
    with np.load(io.BytesIO(stack.storage.artifacts.load_bytes(run.artifacts.split)), allow_pickle=False) as parts:
        return dict(parts)


def people_csv() -> str:
    """Rows of 60 people in order of time, 4 to 8 each; the target belongs to the person."""
    rng = np.random.default_rng(5)
    person = np.repeat(np.arange(60), rng.integers(4, 9, 60))
    wears = rng.random(60) < 0.5
    frame = pd.DataFrame(
        {
            "person_id": [f"P{number:02d}" for number in person],
            "seen_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(len(person)) // 3, unit="D"),
            "speed": rng.normal(size=len(person)) + wears[person],
            "kind": np.where(wears[person], "a", "b"),
        }
    )
    return frame.to_csv(index=False)


def test_every_row_to_train_and_choose_with_is_held_out_once_and_no_test_row_is(stack: Stack) -> None:
    run = stack.finished(resampling=FOLDS)
    found = folds_of(stack, run)
    assert run.result is not None
    assert run.result.resampling == found.summary
    assert (found.summary.n_done, found.summary.n_failed, found.summary.is_stopped) == (4, 0, False)
    assert sum(fold.n_validation for fold in found.folds) == found.n_rows == 510
    assert all(fold.n_train + fold.n_validation == 510 for fold in found.folds)
    f1 = next(metric for metric in found.summary.metrics if metric.metric == "f1")
    assert f1.mean == pytest.approx(np.mean([fold.scores["f1"] for fold in found.folds]))
    assert f1.low is not None
    assert f1.high is not None
    assert f1.low < f1.mean < f1.high
    assert f1.mean > f1.baseline


def test_cross_validation_changes_nothing_else_about_a_run(stack: Stack) -> None:
    plain, validated = stack.finished(), stack.finished(resampling=FOLDS)
    assert plain.result is not None
    assert validated.result is not None
    assert plain.result.scores == validated.result.scores
    assert plain.result.resampling is None


def test_two_models_have_the_same_rows_in_the_same_fold(stack: Stack) -> None:
    one = folds_of(stack, stack.finished(resampling=FOLDS))
    other_run = stack.finished(model="k_neighbors", resampling=FOLDS)
    other = folds_of(stack, other_run)
    assert one.folds_sha256 == other.folds_sha256
    assert [fold.baseline["accuracy"] for fold in one.folds] == [fold.baseline["accuracy"] for fold in other.folds]
    assert [fold.scores["accuracy"] for fold in one.folds] != [fold.scores["accuracy"] for fold in other.folds]


def test_folds_take_categories_as_the_training_does(stack: Stack) -> None:
    run = stack.finished(model="hist_gradient_boosting", params={"max_iter": 20}, resampling=FOLDS)
    assert folds_of(stack, run).summary.n_done == 4


def test_repeats_divide_anew(stack: Stack) -> None:
    found = folds_of(stack, stack.finished(resampling={"kind": "repeated", "folds": 3, "repeats": 2}))
    assert [(fold.repeat, fold.fold) for fold in found.folds] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    first, second = found.folds[:3], found.folds[3:]
    assert [fold.scores["loss"] for fold in first] != [fold.scores["loss"] for fold in second]


def test_nested_chooses_inside_and_scores_outside(stack: Stack) -> None:
    asked = {"kind": "nested", "folds": 3, "inner_folds": 2, "candidates": 3}
    run = stack.finished(model="k_neighbors", resampling=asked)
    found = folds_of(stack, run)
    assert found.candidates[0] == run.config.params
    assert len(found.candidates) == 3
    assert all(fold.params in found.candidates for fold in found.folds)
    assert found.summary.inner_mean == pytest.approx(np.mean([fold.inner_score for fold in found.folds]))


def test_numbers_are_cross_validated_too(stack: Stack) -> None:
    run = stack.finished(model="ridge", target="weight", split={"scheme": "stratified"}, resampling=FOLDS)
    found = folds_of(stack, run)
    assert found.scheme == "stratified"
    assert {"rmse", "r2"} <= set(found.folds[0].scores)


def test_groups_stay_whole_in_parts_and_their_column_is_not_learned_from(stack: Stack) -> None:
    text = people_csv()
    dataset = stack.ready(text)
    run = stack.finished(dataset_id=dataset.id, split={"scheme": "grouped", "group": "person_id"}, resampling=FOLDS)
    people = pd.read_csv(io.StringIO(text))["person_id"]
    parts = [set(people[rows]) for rows in split_of(stack, run).values()]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 60
    assert run.result is not None
    assert not any("person" in name for name in run.result.features)
    assert folds_of(stack, run).summary.n_done == 4


def test_the_latest_rows_are_the_test_and_folds_only_look_back(stack: Stack) -> None:
    text = people_csv()
    dataset = stack.ready(text)
    split = {"scheme": "time", "time": "seen_at", "gap": 3}
    run = stack.finished(dataset_id=dataset.id, split=split, resampling=FOLDS)
    days = pd.to_datetime(pd.read_csv(io.StringIO(text))["seen_at"])
    rows = split_of(stack, run)
    assert days[rows["validation"]].min() - days[rows["train"]].max() >= pd.Timedelta(days=3)
    assert days[rows["test"]].min() - days[rows["validation"]].max() >= pd.Timedelta(days=3)
    assert days[rows["test"]].max() == days.max()
    sizes = [fold.n_train for fold in folds_of(stack, run).folds]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]


@pytest.mark.parametrize(
    "split", [{"scheme": "grouped", "group": "person_id"}, {"scheme": "time", "time": "seen_at", "gap": 3}]
)
def test_the_script_divides_the_same_way(stack: Stack, split: dict[str, object], tmp_path: Path) -> None:
    dataset = stack.ready(people_csv())
    run = stack.finished(dataset_id=dataset.id, split=split)
    assert run.result is not None
    script = tmp_path / "script.py"
    script.write_text(stack.runs.script(run.id))
    assert dataset.content_sha256 is not None
    with stack.storage.artifacts.local_file(dataset.content_sha256) as path:
        done = subprocess.run(
            [sys.executable, str(script), str(path)], capture_output=True, text=True, cwd=tmp_path, check=False
        )
    assert done.returncode == 0, done.stderr
    told = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    for score in run.result.scores:
        if score.metric == "accuracy":
            assert float(told[f"{score.split.value} accuracy"]) == pytest.approx(score.value, abs=1e-6)
    assert {score.split for score in run.result.scores} == {Split.VALIDATION, Split.TEST}


def test_two_models_with_one_grouped_split_have_the_same_rows(stack: Stack) -> None:
    facts = {"dataset_id": stack.ready(people_csv()).id, "split": {"scheme": "grouped", "group": "person_id"}}
    digests = [
        stack.finished(model=model, **facts).provenance.split_sha256 for model in ("logistic_regression", "k_neighbors")
    ]
    assert digests[0] == digests[1]


def in_folds(stack: Stack, run_id: str, n_done: int) -> Run:
    """The run once some folds are done."""

    def look() -> Run | None:
        run = stack.runs.get(run_id)
        assert not run.status.is_terminal, run.status
        number = run.progress.stage.removeprefix("Cross-validating: fold ").split(" ")[0]
        return run if number.isdigit() and int(number) > n_done else None

    return wait_for(look, what=f"fold {n_done + 1}")


def test_a_stop_keeps_the_folds_that_are_done_and_the_training(stack: Stack) -> None:
    stack.worker()
    run = stack.start(**SLOW_FOLDS)
    in_folds(stack, run.id, 2)
    stack.runs.stop(run.id)
    run = stack.wait_until(run.id, RunStatus.FINISHED)
    found = folds_of(stack, run)
    assert found.summary.is_stopped
    assert 2 <= found.summary.n_done < 15
    assert run.result is not None
    assert run.result.stop_reason == ""


def test_a_pause_and_the_death_of_a_worker_change_no_fold(stack: Stack) -> None:
    undisturbed = folds_of(stack, stack.finished(**SLOW_FOLDS))
    run = stack.start(**SLOW_FOLDS)
    in_folds(stack, run.id, 2)
    stack.runs.pause(run.id)
    stack.wait_until(run.id, RunStatus.PAUSED)
    stack.runs.resume(run.id)
    in_folds(stack, run.id, 4)
    stack.worker().kill()
    stack.worker()
    done = stack.wait_until(run.id, RunStatus.FINISHED, sweeping=True)
    found = folds_of(stack, done)
    assert [fold.scores for fold in found.folds] == [fold.scores for fold in undisturbed.folds]


def test_what_cannot_be_divided_is_refused_by_name(stack: Stack) -> None:
    with pytest.raises(UserInputError, match="'city' is not one of the dataset's columns"):
        stack.start(split={"scheme": "grouped", "group": "city"})
    with pytest.raises(UserInputError, match="'colour' holds string values, which have no order in time"):
        stack.start(split={"scheme": "time", "time": "colour"})
    with pytest.raises(UserInputError, match="'kind' is what is predicted"):
        stack.start(split={"scheme": "grouped", "group": "kind"})
    with pytest.raises(UserInputError, match="no chance in it"):
        stack.start(split={"scheme": "time", "time": "planted"}, resampling={"kind": "repeated"})
    with pytest.raises(UserInputError, match="'folds' is 1"):
        stack.start(resampling={"kind": "kfold", "folds": 1})


def test_too_few_groups_for_the_folds_fail_the_run_before_it_trains(stack: Stack) -> None:
    run = stack.start(split={"scheme": "grouped", "group": "colour"}, resampling={"kind": "kfold", "folds": 20})
    stack.worker()
    run = stack.wait_until(run.id, RunStatus.FAILED)
    assert run.error is not None
    assert "'colour' has" in run.error.message
    assert "20 folds need as many" in run.error.message
    assert not stack.points(run.id)


def test_folds_are_given_as_csv_and_json(stack: Stack) -> None:
    run = stack.finished(resampling=FOLDS)
    table = pd.read_csv(io.StringIO(stack.wiring.services.resampling.csv(run.id)))
    found = json.loads(folds_of(stack, run).model_dump_json())
    assert table["f1"].tolist() == pytest.approx([fold["scores"]["f1"] for fold in found["folds"]])
    assert table["fold"].tolist() == [1, 2, 3, 4]


def test_a_fold_without_one_of_three_classes_is_scored_all_the_same(stack: Stack) -> None:
    rows = [f"{i % 7},{i % 5},{'c' if i in (3, 90) else 'ab'[i % 2]}" for i in range(120)]
    stack.worker()
    dataset = stack.ready("x,z,kind\n" + "\n".join(rows) + "\n")
    run = stack.start(
        dataset_id=dataset.id,
        target="kind",
        model="xgboost",
        params={"n_estimators": 10},
        split={"scheme": "random"},
        resampling={"kind": "kfold", "folds": 5},
        preprocessing={},
    )
    finished = stack.wait_until(run.id, RunStatus.FINISHED)
    assert [fold.error for fold in folds_of(stack, finished).folds] == [""] * 5
