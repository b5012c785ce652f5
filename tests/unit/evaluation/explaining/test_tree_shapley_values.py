"""Trees of every library, taken apart exactly."""

import warnings
from typing import Any

import numpy as np
import pytest
import shap
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from xgboost import XGBClassifier, XGBRegressor

from evaluation.explaining.columns import map_columns
from evaluation.explaining.ensembles import find_ensemble
from evaluation.explaining.shapley import affordable_rows, contributions
from evaluation.explaining.subject import Subject
from evaluation.explaining.tree_shap import tree_contributions
from evaluation.explaining.trees import Tree
from tests.explained import make_subject

DOUBLE = 1e-10
"""Sums of a few thousand doubles in another order."""
SINGLE = 1e-5
"""XGBoost adds up in single precision."""
LIGHTGBM = {"n_estimators": 15, "verbose": -1}


def by_player(subject: Subject, values: Any) -> Any:
    players = map_columns(subject).players()
    return np.column_stack([np.asarray(values)[:, places].sum(axis=1) for _, places in players])


def explained(subject: Subject, class_code: int = 0) -> Any:
    return contributions(subject, map_columns(subject), class_code=class_code, seed=0)


@pytest.mark.parametrize(
    ("estimator", "n_classes", "tolerance"),
    [
        pytest.param(DecisionTreeClassifier(random_state=0), 3, DOUBLE, id="tree"),
        pytest.param(RandomForestClassifier(15, random_state=0), 3, DOUBLE, id="forest"),
        pytest.param(ExtraTreesRegressor(15, random_state=0), 0, DOUBLE, id="extra trees"),
        pytest.param(GradientBoostingClassifier(n_estimators=15, random_state=0), 2, DOUBLE, id="boosting"),
        pytest.param(HistGradientBoostingClassifier(max_iter=15), 3, DOUBLE, id="histogram boosting"),
        pytest.param(XGBClassifier(n_estimators=15, n_jobs=1), 3, SINGLE, id="xgboost classes"),
        pytest.param(XGBRegressor(n_estimators=15, n_jobs=1), 0, SINGLE, id="xgboost value"),
        pytest.param(LGBMClassifier(**LIGHTGBM, n_jobs=1), 2, DOUBLE, id="lightgbm classes"),
        pytest.param(LGBMRegressor(**LIGHTGBM, n_jobs=1), 0, DOUBLE, id="lightgbm value"),
    ],
)
def test_values_are_those_of_the_reference_explainer(estimator: Any, n_classes: int, tolerance: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries, about names of features
        subject = make_subject(estimator, n_classes=n_classes).part(np.arange(40))
        reference = shap.TreeExplainer(subject.estimator)
        expected = np.asarray(reference.shap_values(subject.X, check_additivity=False))
        for class_code in range(max(1, n_classes)):
            found = explained(subject, class_code)
            if expected.ndim == 3:
                of_class = expected[:, :, class_code]
            else:
                of_class = -expected if n_classes == 2 and class_code == 0 else expected
            np.testing.assert_allclose(found.values, by_player(subject, of_class), rtol=0, atol=tolerance)
            assert found.method == "trees"
            assert found.gap < tolerance


@pytest.mark.parametrize(
    ("estimator", "unit"),
    [
        pytest.param(BaggingClassifier(n_estimators=8, max_features=0.6, random_state=0), "probability", id="bagging"),
        pytest.param(AdaBoostClassifier(n_estimators=8, random_state=0), "score", id="adaboost"),
        pytest.param(GradientBoostingClassifier(n_estimators=8, random_state=0), "log-odds", id="boosting"),
    ],
)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_models_that_the_reference_does_not_know_add_up_to_their_own_output(
    estimator: Any, unit: str, n_classes: int
) -> None:
    subject = make_subject(estimator, n_classes=n_classes)
    for class_code in range(n_classes):
        found = explained(subject, class_code)
        assert (found.method, found.unit) == ("trees", unit)
        assert found.gap < DOUBLE  # the output is asked of the estimator itself


def test_a_tree_that_asks_about_one_feature_again_and_again_is_taken_apart_by_its_definition() -> None:
    # Depth 3, feature 0 asked three times on one way; the Shapley value of two players by hand.
    tree = Tree(
        left=np.array([1, 2, 3, -1, -1, -1, -1]),
        right=np.array([6, 5, 4, -1, -1, -1, -1]),
        feature=np.array([0, 1, 0, -1, -1, -1, -1]),
        threshold=np.array([5.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]),
        missing_left=np.zeros(7, dtype=bool),
        cover=np.array([10.0, 8, 4, 1, 3, 4, 2]),
        value=np.array([[0.0], [0], [0], [7.0], [3.0], [5.0], [1.0]]),
    )
    row = np.array([[0.5, -1.0]])

    def expected(known: set[int]) -> float:
        def below(node: int) -> float:
            if tree.left[node] < 0:
                return float(tree.value[node, 0])
            if tree.feature[node] in known:
                is_left = row[0, tree.feature[node]] <= tree.threshold[node]
                return below(int(tree.left[node] if is_left else tree.right[node]))
            left, right = int(tree.left[node]), int(tree.right[node])
            shares = tree.cover[[left, right]] / tree.cover[node]
            return float(shares[0] * below(left) + shares[1] * below(right))

        return below(0)

    first = ((expected({0}) - expected(set())) + (expected({0, 1}) - expected({1}))) / 2
    second = ((expected({1}) - expected(set())) + (expected({0, 1}) - expected({0}))) / 2
    np.testing.assert_allclose(tree_contributions(tree, row, 0), [[first, second]], rtol=1e-12)


def test_categories_and_missing_values_go_the_way_that_the_library_sends_them() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 3))
    X[:, 1] = rng.integers(0, 9, 400)
    X[::7, 0] = np.nan
    X[::11, 1] = np.nan
    y = ((X[:, 1] % 3 == 0) | (np.nan_to_num(X[:, 0]) > 0.5)).astype(int)
    hist = HistGradientBoostingClassifier(max_iter=15, categorical_features=[1]).fit(X, y)
    light = LGBMClassifier(**LIGHTGBM, n_jobs=1).fit(X, y, categorical_feature=[1])
    extreme = XGBClassifier(n_estimators=15, feature_types=["q", "c", "q"], enable_categorical=True, n_jobs=1).fit(X, y)
    for estimator, said in (
        (hist, hist.decision_function(X)),
        (light, light.booster_.predict(X, raw_score=True)),
        (extreme, extreme.predict(X, output_margin=True)),
    ):
        ensemble = find_ensemble(estimator)
        assert ensemble is not None
        assert any(tree.categories for tree in ensemble.trees)
        np.testing.assert_allclose(ensemble.total(X)[:, 0], said, rtol=0, atol=SINGLE)


@pytest.mark.parametrize(
    ("estimator", "n_classes"),
    [(Ridge(), 0), (LogisticRegression(max_iter=3000), 2), (LogisticRegression(max_iter=3000), 3)],
)
def test_linear_models_have_the_closed_form(estimator: Any, n_classes: int) -> None:
    subject = make_subject(estimator, n_classes=n_classes)
    for class_code in range(max(1, n_classes)):
        found = explained(subject, class_code)
        assert found.method == "linear"
        assert found.gap < DOUBLE
    if not n_classes:
        masker = shap.maskers.Independent(subject.X_background, max_samples=len(subject.X_background))
        expected = shap.LinearExplainer(subject.estimator, masker).shap_values(subject.X)
        np.testing.assert_allclose(found.values, by_player(subject, expected), atol=DOUBLE)


def test_the_result_does_not_depend_on_the_number_of_threads() -> None:
    subject = make_subject(RandomForestClassifier(20, random_state=0), n_classes=2)
    columns = map_columns(subject)
    one, two = (contributions(subject, columns, class_code=1, seed=0, n_threads=n) for n in (1, 2))
    np.testing.assert_array_equal(one.values, two.values)


def test_the_number_of_rows_follows_from_the_size_of_the_trees_and_not_from_the_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subject = make_subject(DecisionTreeRegressor(random_state=0))
    assert affordable_rows(subject, 0, 1_000, most_mixed=50) == 1_000
    monkeypatch.setattr("evaluation.explaining.shapley.MOST_WORK", 20_000)
    few = affordable_rows(subject, 0, 1_000, most_mixed=50)
    assert 1 <= few < 100
    assert affordable_rows(subject, 0, 1_000, most_mixed=50) == few
