"""What learns anew after a run has ended learns as the run did: the same pipeline, the same rows, the same score."""

import io
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.types import Split
from tests.stacks import Stack


def shops_csv() -> str:
    """A table whose categories have no order that their codes would tell, and a rare class."""
    rng = np.random.default_rng(3)
    n = 700
    town = rng.integers(0, 24, n)
    effect = rng.normal(0, 1.6, 24)
    size = rng.gamma(2.0, 2.0, n)
    odds = effect[town] + 0.3 * size - 2.4
    frame = pd.DataFrame(
        {
            "town": [f"town {number:02d}" for number in town],
            "size": np.where(rng.random(n) < 0.1, np.nan, size),
            "weekday": rng.choice(["mon", "tue", "wed", "thu"], n),
            "open": np.where(rng.random(n) < 1 / (1 + np.exp(-odds)), "yes", "no"),
        }
    )
    text = io.StringIO()
    frame.to_csv(text, index=False)
    return text.getvalue()


@pytest.mark.parametrize("balance", ["none", "oversample"])
@pytest.mark.parametrize("model", ["xgboost", "lightgbm", "hist_gradient_boosting", "random_forest"])
def test_the_last_point_of_a_learning_curve_is_the_score_of_the_run(stack: Stack, model: str, balance: str) -> None:
    dataset = stack.ready(shops_csv())
    params: dict[str, Any] = {"max_iter": 40} if model.startswith("hist") else {"n_estimators": 40}
    run = stack.finished(
        dataset_id=dataset.id, target="open", model=model, params=params, preprocessing={"balance": balance}
    )
    assert run.result is not None
    wanted = {"n_points": 2, "metric": "log_loss"}
    curve = stack.answer("learning_curve", stack.wiring.services.explanations.params(run.id, "learning_curve", wanted))
    score = next(s for s in run.result.scores if s.metric == "log_loss" and s.split is Split.VALIDATION)
    # XGBoost sums in single precision.
    assert curve.validation[-1] == pytest.approx(score.value, rel=1e-5)


def test_a_stack_balances_its_members_in_each_fold_as_they_were(stack: Stack, tmp_path: Any) -> None:
    """The script fits every step anew, so it differs where the run forgot one."""
    facts: dict[str, Any] = {"dataset_id": stack.ready(shops_csv()).id, "target": "open"}
    members = [
        stack.finished(**facts, model="logistic_regression", preprocessing={"balance": "undersample"}),
        stack.finished(
            **facts,
            model="random_forest",
            params={"n_estimators": 20, "max_depth": 5},
            preprocessing={"balance": "oversample"},
        ),
    ]
    run = stack.finished(**facts, model="stacking", params={"runs": [member.id for member in members], "folds": 3})
    assert run.result is not None
    (tmp_path / "script.py").write_text(stack.runs.script(run.id), encoding="utf-8")
    _, dataset = stack.datasets.export(run.dataset_id)
    command = [sys.executable, "-I", "-W", "ignore", "script.py", str(dataset)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    accuracy = {score.split: score.value for score in run.result.scores if score.metric == "accuracy"}
    assert f"validation accuracy {accuracy[Split.VALIDATION]:.6f}" in done.stdout.splitlines()


@pytest.mark.parametrize("model", ["logistic_regression", "xgboost"])
def test_a_class_without_a_training_row_is_scored_as_never_predicted(stack: Stack, model: str) -> None:
    rng = np.random.default_rng(0)
    kind = rng.choice(["a", "b"], 200).astype(object)
    kind[7] = "rare"
    text = pd.DataFrame({"x": rng.normal(size=200), "z": rng.normal(size=200), "kind": kind}).to_csv(index=False)
    # With this seed the row is in no training part.
    run = stack.finished(
        dataset_id=stack.ready(text).id, target="kind", model=model, split={"scheme": "random"}, seed=1
    )
    assert run.result is not None
    assert run.result.labels == ("a", "b", "rare")
    assert "class_not_trained" in {notice.code for notice in run.result.notices}
