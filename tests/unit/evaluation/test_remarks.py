"""Each remark on histories that call for it and on histories that do not."""

from typing import Any

import numpy as np
import pytest

from core.preprocessing.params import PreprocessingParams
from core.types import Direction, LearningTask, Severity, Split
from evaluation.remarks.history import History, ModelFacts
from evaluation.remarks.registry import REMARKS, remarks_on

SCHEMA: dict[str, dict[str, Any]] = {
    "epochs": {"type": "integer", "minimum": 10, "maximum": 500, "title": "Epochs"},
    "learning_rate": {"type": "number", "minimum": 0.0001, "maximum": 1, "title": "Learning rate"},
    "alpha": {"type": "number", "minimum": 1e-6, "maximum": 10, "title": "L2 penalty"},
    "balance_classes": {"type": "boolean", "title": "Balance the classes"},
}
PARAMS: dict[str, Any] = {"epochs": 50, "learning_rate": 0.1, "alpha": 0.001, "balance_classes": False}
DUMMY_LOSS = 0.7


def make_model(**params: Any) -> ModelFacts:
    """A model of steps with a learning rate."""
    return ModelFacts(key="mlp", label="Neural network", params=PARAMS | params, schema=SCHEMA)


def make_history(
    train: Any = (), validation: Any = (), *, steps: Any = None, f1: tuple[Any, Any] | None = None, **changes: Any
) -> History:
    """A classification of 1,000 rows into two equal classes whose training is over, with these curves of the loss."""
    train, validation = np.asarray(train, dtype=float), np.asarray(validation, dtype=float)
    steps = np.arange(1, len(train) + 1) if steps is None else np.asarray(steps)
    accuracy = (1 - train / 2, 1 - validation / 2)
    curves = {"loss": (train, validation), "accuracy": accuracy, "f1": f1 or accuracy}
    series = {
        (split, name): list(zip(steps.tolist(), np.asarray(values).tolist(), strict=True))
        for name, both in curves.items()
        for split, values in zip((Split.TRAIN, Split.VALIDATION), both, strict=True)
    }
    facts: dict[str, Any] = {
        "task": LearningTask.CLASSIFICATION,
        "step_name": "epoch",
        "points": History.curves(series),
        "planned": int(steps[-1]) if len(steps) else 50,
        "is_over": True,
        "baseline": {"loss": DUMMY_LOSS, "accuracy": 0.5, "f1": 0.5},
        "primary_metric": "f1",
        "directions": {"loss": Direction.LOWER, "accuracy": Direction.HIGHER, "f1": Direction.HIGHER},
        "labels": {"f1": "F1", "accuracy": "Accuracy"},
        "n_samples": {Split.TRAIN: 800, Split.VALIDATION: 200},
        "n_features": 10,
        "class_counts": {"no": 400, "yes": 400},
        "model": make_model(),
    }
    return History(**{**facts, **changes})


def falling(low: float, n: int = 50, *, rate: float = 8.0, start: float = DUMMY_LOSS) -> Any:
    """A loss that falls from the dummy's towards ``low`` and comes to rest there."""
    return low + (start - low) * np.exp(-rate * np.linspace(0, 1, n))


def steady(start: float, end: float, n: int = 50) -> Any:
    return np.linspace(start, end, n)


def noise(n: int, size: float, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(0, size, n)


TURNING = np.concatenate([falling(0.4, 20), steady(0.4, 0.55, 30)])
"""A validation loss that falls for 20 steps and then rises."""

FIRES = {
    "validation_worse": make_history(falling(0.1), TURNING),
    "gap_opens": make_history(steady(0.65, 0.2), np.concatenate([steady(0.65, 0.45, 20), np.full(30, 0.449)])),
    "by_heart": make_history(falling(0.02), falling(0.45), f1=(np.full(50, 1.0), np.full(50, 0.7))),
    "plateau": make_history(falling(0.4, rate=25), falling(0.42, rate=25)),
    "converged_early": make_history(falling(0.4), falling(0.42), planned=200),
    "not_converged": make_history(
        steady(0.6, 0.3),
        steady(0.6, 0.35),
        step_name="iterations",
        model=ModelFacts(
            key="logistic_regression",
            label="Logistic regression",
            params={"max_iter": 50, "tol": 1e-4},
            schema={"max_iter": {"type": "integer", "maximum": 1000, "title": "Iterations"}, "tol": {"type": "number"}},
        ),
    ),
    "still_improving": make_history(steady(0.65, 0.3), steady(0.65, 0.35)),
    "more_rows_help": make_history(
        np.full(10, 0.2), steady(0.6, 0.35, 10), steps=np.arange(1, 11) * 80, step_name="rows"
    ),
    "loss_jumps": make_history(np.concatenate([falling(0.3, 25), [0.6], falling(0.3, 24, start=0.5)]), falling(0.35)),
    "learning_rate_high": make_history(0.5 + 0.1 * (-1.0) ** np.arange(50), falling(0.5)),
    "underfit": make_history(falling(0.69), falling(0.69), f1=(np.full(50, 0.5), np.full(50, 0.5))),
    "worse_than_baseline": make_history(falling(0.2), steady(0.7, 1.1), f1=(np.full(50, 0.9), np.full(50, 0.4))),
    "overconfident": make_history(falling(0.1), np.full(50, 0.8)),
    "class_imbalance": make_history(class_counts={"no": 970, "yes": 30}),
    "few_of_a_class": make_history(class_counts={"no": 500, "yes": 300, "maybe": 3}),
    "few_rows": make_history(n_features=900),
    "few_validation_rows": make_history(n_samples={Split.TRAIN: 200, Split.VALIDATION: 30}),
    "perfect_early": make_history(falling(0.001, rate=90), falling(0.001, rate=90), f1=(np.ones(50), np.ones(50))),
    "validation_easier": make_history(falling(0.6), falling(0.2)),
}
"""One history a remark that must call for it."""

QUIET = {
    "a good training that used its steps": make_history(falling(0.3, rate=6), falling(0.34, rate=6)),
    "the same with a noisy validation": make_history(falling(0.3, rate=6), falling(0.34, rate=6) + noise(50, 0.004)),
    "one that has just begun": make_history(falling(0.3)[:3], falling(0.3)[:3], planned=50, is_over=False),
    "one before its first point": make_history(is_over=False),
    "a learning curve at rest": make_history(
        falling(0.3, 12), falling(0.35, 12, rate=20), steps=np.arange(1, 13) * 60, step_name="rows"
    ),
    "classes of unequal but fair shares": make_history(class_counts={"no": 700, "yes": 300}),
    "one that a person stopped": make_history(
        steady(0.65, 0.5, 20), steady(0.65, 0.52, 20), planned=50, was_stopped=True
    ),
    "losses without a dummy to compare with": make_history(falling(0.3), TURNING, baseline={}),
}
"""Histories on which there is nothing to say."""


def keys(history: History) -> set[str]:
    """The remarks on ``history``."""
    return {remark.key for remark in remarks_on(history)}


def test_every_remark_is_tried() -> None:
    assert set(FIRES) == set(REMARKS)


@pytest.mark.parametrize("key", FIRES)
def test_a_remark_is_made_where_it_belongs(key: str) -> None:
    finding = REMARKS[key].look(FIRES[key])
    assert finding is not None
    assert finding.seen.endswith(".")
    assert finding.advice.endswith(".")
    assert finding.step <= FIRES[key].last_step
    assert any(character.isdigit() for character in finding.seen)
    assert key in keys(FIRES[key])


@pytest.mark.parametrize("history", QUIET.values(), ids=QUIET)
def test_nothing_is_said_where_there_is_nothing_to_say(history: History) -> None:
    assert keys(history) == set()


@pytest.mark.parametrize("seed", range(20))
def test_noise_alone_calls_for_no_warning(seed: int) -> None:
    history = make_history(
        falling(0.35, rate=3) + noise(50, 0.01, seed), falling(0.38, rate=3) + noise(50, 0.012, seed + 100)
    )
    severe = {remark.key for remark in remarks_on(history) if remark.severity is not Severity.INFO}
    assert severe == set()


@pytest.mark.parametrize("key", FIRES)
def test_a_remark_that_says_less_is_left_out_beside_one_that_says_more(key: str) -> None:
    said = keys(FIRES[key])
    assert not any(REMARKS[one].silences & said for one in said)
    assert REMARKS[key].silences <= set(REMARKS)


def test_a_remark_names_step_and_numbers_and_proposes_a_setting() -> None:
    (remark,) = [one for one in remarks_on(FIRES["validation_worse"]) if one.key == "validation_worse"]
    assert (remark.step, remark.severity) == (21, Severity.WARNING)
    assert "epoch 21" in remark.seen
    assert "0.400" in remark.seen
    assert remark.change is not None
    assert (remark.change.label, remark.change.params) == ("Epochs 50 → 21", {"epochs": 21})


@pytest.mark.parametrize(
    ("key", "params"),
    [
        ("still_improving", {"epochs": 100}),
        ("learning_rate_high", {"learning_rate": 0.01}),
        ("loss_jumps", {"learning_rate": 0.03}),
        ("class_imbalance", {"balance_classes": True}),
        ("underfit", {"alpha": 0.0001}),
        ("few_rows", {"alpha": 0.01}),
    ],
)
def test_the_proposed_change_turns_the_right_knob_the_right_way(key: str, params: dict[str, Any]) -> None:
    finding = REMARKS[key].look(FIRES[key])
    assert finding is not None
    assert finding.change is not None
    assert finding.change.params == params


def test_nothing_that_was_said_disappears_before_the_end() -> None:
    early = make_history(steady(0.65, 0.2), TURNING, is_over=False)
    said = remarks_on(early)
    assert "validation_worse" in {remark.key for remark in said}
    recovered = make_history(steady(0.65, 0.2), steady(0.65, 0.3), is_over=False)
    assert [remark.key for remark in remarks_on(recovered, said)][: len(said)] == [remark.key for remark in said]


def test_what_stays_depends_on_the_whole_training_alone() -> None:
    early = remarks_on(make_history(falling(0.1)[:40], TURNING[:40], planned=50, is_over=False))
    assert early
    whole = make_history(steady(0.65, 0.2), steady(0.65, 0.3))
    assert remarks_on(whole, early) == remarks_on(whole)


def test_a_vote_of_trees_that_knows_its_rows_is_no_warning() -> None:
    forest = ModelFacts(key="random_forest", label="Random forest", params={}, schema={})
    history = make_history(falling(0.02), falling(0.45), f1=(np.ones(50), np.full(50, 0.7)), model=forest)
    finding = REMARKS["by_heart"].look(history)
    assert finding is not None
    assert (finding.severity, finding.change) == (Severity.INFO, None)


def test_classes_that_are_weighed_up_already_are_not_called_rare() -> None:
    history = make_history(class_counts={"no": 970, "yes": 30}, model=make_model(balance_classes=True))
    assert "class_imbalance" not in keys(history)


def test_a_model_that_cannot_weigh_rows_is_given_more_of_the_rare_ones() -> None:
    finding = REMARKS["class_imbalance"].look(
        make_history(class_counts={"no": 970, "yes": 30}, model=ModelFacts(key="k", label="K", params={}, schema={}))
    )
    assert finding is not None
    assert finding.change is not None
    assert PreprocessingParams.model_validate(finding.change.preprocessing).balance == "oversample"


def test_points_that_are_no_numbers_are_passed_over() -> None:
    series = {
        (Split.TRAIN, "loss"): [(1, 0.5), (2, float("nan")), (3, 0.3)],
        (Split.VALIDATION, "loss"): [(1, 0.6), (2, 0.5), (3, 0.4), (4, 0.4)],
    }
    curve = History.curves(series)["loss"]
    assert curve.steps.tolist() == [1, 3]
    assert (curve.train.tolist(), curve.validation.tolist()) == ([0.5, 0.3], [0.6, 0.4])


def test_a_task_without_a_target_gets_no_remarks_about_one() -> None:
    assert keys(make_history(falling(0.1), TURNING, task=LearningTask.CLUSTERING)) == set()
