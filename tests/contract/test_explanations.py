"""Every supervised model of the registry can be explained, or is refused by name."""

import json
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from threadpoolctl import threadpool_limits

from core.errors import UserInputError
from core.types import SUPERVISED, LearningTask
from evaluation.explaining.answer import Explanation
from evaluation.explaining.boundary import decision_boundary
from evaluation.explaining.coefficients import coefficients
from evaluation.explaining.columns import map_columns
from evaluation.explaining.dependence import conditional_expectations, make_grid
from evaluation.explaining.dependence_answer import one_column, two_columns
from evaluation.explaining.permuting import permutation_importances
from evaluation.explaining.shap_answer import shap_values
from evaluation.explaining.shap_drawings import dependence, summary, waterfall
from evaluation.explaining.shapley import contributions
from evaluation.explaining.subject import Subject
from evaluation.explaining.tree_answer import draw_tree
from evaluation.registry import METRICS
from models.registry import MODELS
from models.spec import ModelSpec

CASES = [
    pytest.param(spec, task, id=f"{spec.key}-{task}")
    for spec in MODELS.values()
    for task in sorted(spec.tasks & SUPERVISED)
    if not spec.combines_runs
]
N_ROWS = 90
TREES = {"ada_boost", "bagging", "decision_tree", "extra_trees", "gradient_boosting", "hist_gradient_boosting"}
TREES |= {"lightgbm", "random_forest", "xgboost"}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait by spinning take far longer than these few rows."""
    with threadpool_limits(1, user_api="openmp"):
        yield


def make_subject(spec: ModelSpec, task: LearningTask) -> Subject:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"size": rng.normal(5, 1, N_ROWS), "weight": rng.normal(0, 2, N_ROWS), "kind": rng.choice(["a", "<b>"], N_ROWS)}
    )
    signal = frame["size"] + 2 * (frame["kind"] == "a") + rng.normal(0, 0.2, N_ROWS)
    if task is LearningTask.REGRESSION:
        y: Any = np.exp(signal.to_numpy() / 4)
    else:
        y = np.digitize(signal, np.quantile(signal, [1 / 3, 2 / 3]))
    preprocessing = ColumnTransformer(
        [
            ("numbers", StandardScaler(), ["size", "weight"]),
            ("names", OneHotEncoder(sparse_output=False), ["kind"]),
        ],
        verbose_feature_names_out=False,
    )
    pipeline = Pipeline([("preprocessing", preprocessing), ("estimator", spec.build(spec.params(), task, 0, 1))])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a perceptron says that it used all the epochs it was given
        pipeline.fit(frame, y)
    return Subject(
        pipeline=pipeline,
        task=task,
        labels=() if task is LearningTask.REGRESSION else ("low", "<i>mid", "high"),
        target="target",
        features=tuple(preprocessing.get_feature_names_out()),
        frame=frame.iloc[:12],
        y=y[:12],
        row_numbers=np.arange(1, 13),
        background=frame,
        y_background=y,
    )


def check(answer: Explanation) -> None:
    text = json.dumps(answer.model_dump(mode="json"), allow_nan=False)
    assert type(answer).model_validate_json(text) == answer
    assert answer.sentence
    for drawing in answer.drawings:
        assert drawing.title
        assert drawing.alt
        assert drawing.explanation
        assert drawing.table
        figure = json.dumps(drawing.figure)
        assert "<b>" not in figure  # names from the data come without the tags that Plotly would obey
        assert "<i>mid" not in figure


@pytest.mark.parametrize(("spec", "task"), CASES)
def test_every_model_is_explained_or_refused_by_name(spec: ModelSpec, task: LearningTask) -> None:
    subject = make_subject(spec, task)
    columns = map_columns(subject)
    found = contributions(subject, columns, class_code=0, seed=0)
    # Single precision of XGBoost; the sum of calibrated or mixed outputs is exact to a few doubles.
    assert found.gap <= 1e-5 * max(1.0, float(np.abs(found.outputs).max()))
    assert (found.method == "trees") == (spec.key in TREES and not (spec.key == "ada_boost" and not subject.labels))
    values = shap_values(subject, found, class_code=0, n_available=12)
    pictures = (*summary(values), waterfall(values, 0), dependence(values, "size"), dependence(values, "kind"))
    check(values.model_copy(update={"drawings": pictures}))

    metric = METRICS["rmse" if subject.is_regression else "accuracy"]
    groups = [(name, (name,)) for name in subject.columns]
    importances = permutation_importances(
        subject, columns, groups, metric=metric, of_features=False, n_repeats=2, seed=0
    )
    assert [each.name for each in importances] == list(subject.columns)

    grids = [make_grid(subject, "size", 4), make_grid(subject, "kind", 4)]
    for grid in grids:
        said = conditional_expectations(subject, columns, [grid], class_code=0)
        check(one_column(subject, grid, said, class_code=0, is_centred=True))
    both = conditional_expectations(subject, columns, grids, class_code=0)
    check(two_columns(subject, (grids[0], grids[1]), both, class_code=0))
    check(decision_boundary(subject, "size", "kind", class_code=0, n_points=10, n_dots=10))

    if found.method == "trees":
        drawn = draw_tree(subject, columns, number=1, class_code=0, max_depth=2)
        check(drawn)
        assert drawn.rules
    else:
        with pytest.raises(UserInputError, match="not made of trees"):
            draw_tree(subject, columns, number=1, class_code=0, max_depth=2)
    if found.method == "linear":
        check(coefficients(subject, columns, class_code=0))
    else:
        with pytest.raises(UserInputError, match="no coefficients"):
            coefficients(subject, columns, class_code=0)
