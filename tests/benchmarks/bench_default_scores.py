"""What a person gets who changes nothing: default scores beside those of scikit-learn's own defaults."""

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.splits import make_split
from core.types import LearningTask, SplitParams
from tests import servers
from tests.benchmarks import tables
from tests.benchmarks.client import Client
from tests.benchmarks.measurement import Measurement, at_most, reported

SEEDS = (1, 2, 3)
POINTS = 0.5
"""A hundredth of the score is a point."""
CASES: dict[str, tuple[Callable[[int], pd.DataFrame], LearningTask]] = {
    "incomes": (tables.incomes, LearningTask.CLASSIFICATION),
    "departures": (tables.departures, LearningTask.CLASSIFICATION),
    "houses": (tables.houses, LearningTask.REGRESSION),
}
MODELS = ("hist_gradient_boosting", "random_forest", "xgboost", "lightgbm")


def run() -> list[Measurement]:
    """Each table with several seeds, on the very rows that the product tests on."""
    with tempfile.TemporaryDirectory() as folder, servers.run_praxis(Path(folder) / "home") as praxis:
        client = Client(praxis.url)
        measured = [found for name in CASES for found in _compare(client, name)]
        client.close()
    return measured


def _compare(client: Client, name: str) -> list[Measurement]:
    make, task = CASES[name]
    ours: dict[str, list[float]] = {model: [] for model in MODELS}
    theirs: list[dict[str, float]] = []
    metric = "r2" if task is LearningTask.REGRESSION else "accuracy"
    for seed in SEEDS:
        table = make(seed)
        dataset_id = client.upload(table, name=name)
        for model in MODELS:
            run = client.wait_for_end(client.start_run(dataset_id, model))
            scores = {(score["metric"], score["split"]): score["value"] for score in run["result"]["scores"]}
            ours[model].append(scores[metric, "test"])
        theirs.append(_references(table, task))
    best = statistics.mean(max(scores.values()) for scores in theirs)
    means = {model: statistics.mean(values) for model, values in ours.items()}
    note = f"{metric}; best of scikit-learn's own defaults {best:.4f}"
    return [
        at_most(
            f"default scores, {name}: points behind the best of scikit-learn's defaults",
            100 * (best - means[MODELS[0]]),
            "points",
            POINTS,
            f"{note}, {MODELS[0]} {means[MODELS[0]]:.4f}",
        ),
        *(reported(f"default scores, {name}: {model}", means[model], metric) for model in MODELS[1:]),
    ]


def _references(table: pd.DataFrame, task: LearningTask) -> dict[str, float]:
    """Test scores of both default estimators on the rows that Praxis divides them into."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.ensemble import (
        HistGradientBoostingClassifier,
        HistGradientBoostingRegressor,
        RandomForestClassifier,
        RandomForestRegressor,
    )
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    is_regression = task is LearningTask.REGRESSION
    X = table.drop(columns="target")
    texts = [name for name in X.columns if not pd.api.types.is_numeric_dtype(X[name])]
    X[texts] = X[texts].astype("category")
    target = table["target"].to_numpy()
    y: Any = target if is_regression else np.unique(target, return_inverse=True)[1]
    params = SplitParams(scheme="random") if is_regression else SplitParams()
    split = make_split(y, params=params, seed=7, task=task)
    boosting = (HistGradientBoostingRegressor if is_regression else HistGradientBoostingClassifier)(random_state=0)
    forest = make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_include="category")),
            remainder="passthrough",
        ),
        (RandomForestRegressor if is_regression else RandomForestClassifier)(random_state=0, n_jobs=2),
    )
    return {
        name: float(model.fit(X.iloc[split.train], y[split.train]).score(X.iloc[split.test], y[split.test]))
        for name, model in (("boosting", boosting), ("forest", forest))
    }
