"""What can be asked of any model: mixed rows, shuffled rows, rows that take a value."""

from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures

from core.errors import UserInputError
from core.types import LearningTask
from evaluation.explaining.boundary import decision_boundary
from evaluation.explaining.coding import FrameCodec
from evaluation.explaining.columns import map_columns
from evaluation.explaining.correlated import correlated_groups, strong_pairs
from evaluation.explaining.dependence import conditional_expectations, make_grid
from evaluation.explaining.mixing import mixed_contributions
from evaluation.explaining.permuting import permutation_importances
from evaluation.explaining.sampling import sample_places
from evaluation.explaining.shapley import contributions
from evaluation.explaining.subject import Subject
from evaluation.registry import METRICS
from tests.explained import CITIES, make_frame, make_subject, make_target

EXACT = 1e-12
"""The same predictions of the same rows."""


@pytest.fixture(scope="module")
def forest() -> Subject:
    return make_subject(RandomForestClassifier(20, random_state=0), n_classes=2)


def test_features_are_traced_back_to_their_columns(forest: Subject) -> None:
    columns = map_columns(forest)
    assert columns.is_separable
    found = {name: [forest.features[place] for place in places] for name, places in columns.players()}
    assert found["joined"] == ["joined_days", "joined_month"]
    assert sorted(found["city"]) == sorted(f"city_{city}" for city in CITIES)
    assert found["age"] == ["age"]


@pytest.mark.parametrize("metric", ["accuracy", "f1"])
def test_importances_of_columns_are_those_of_the_reference(forest: Subject, metric: str) -> None:
    groups = [(name, (name,)) for name in forest.columns]
    found = permutation_importances(
        forest, map_columns(forest), groups, metric=METRICS[metric], of_features=False, n_repeats=4, seed=7
    )
    expected = permutation_importance(
        forest.pipeline, forest.frame, forest.y, scoring=metric, n_repeats=4, random_state=7
    )
    np.testing.assert_allclose([each.repeats for each in found], expected.importances, atol=EXACT)
    np.testing.assert_allclose([each.mean for each in found], expected.importances_mean, atol=EXACT)
    assert all(each.low <= each.mean <= each.high for each in found)


def test_importances_of_features_are_those_of_the_reference(forest: Subject) -> None:
    groups = [(name, (name,)) for name in forest.features]
    found = permutation_importances(
        forest, map_columns(forest), groups, metric=METRICS["accuracy"], of_features=True, n_repeats=3, seed=1
    )
    expected = permutation_importance(
        forest.estimator, forest.X, forest.y, scoring="accuracy", n_repeats=3, random_state=1
    )
    np.testing.assert_allclose([each.repeats for each in found], expected.importances, atol=EXACT)


def test_columns_are_shuffled_before_preprocessing_where_features_mix_them() -> None:
    frame = make_frame(300)[["income", "age in months"]]
    y = make_target(make_frame(300))
    pipeline = Pipeline([("products", PolynomialFeatures(2)), ("estimator", LinearRegression())]).fit(frame, y)
    subject = Subject(
        pipeline=pipeline,
        task=LearningTask.REGRESSION,
        labels=(),
        target="risk",
        features=tuple(pipeline[0].get_feature_names_out()),
        frame=frame,
        y=y,
        row_numbers=np.arange(1, 301),
        background=frame,
        y_background=y,
    )
    columns = map_columns(subject)
    assert not columns.is_separable
    found = permutation_importances(
        subject,
        columns,
        [(name, (name,)) for name in subject.columns],
        metric=METRICS["rmse"],
        of_features=False,
        n_repeats=3,
        seed=2,
    )
    expected = permutation_importance(
        pipeline, frame, y, scoring="neg_root_mean_squared_error", n_repeats=3, random_state=2
    )
    np.testing.assert_allclose([each.repeats for each in found], expected.importances, rtol=1e-9)
    shared = contributions(subject, columns, class_code=0, seed=0)
    assert "income age in months" in shared.players
    assert shared.gap < 1e-9


def test_columns_that_say_the_same_are_shuffled_together_and_gain_worth(forest: Subject) -> None:
    columns = map_columns(forest)
    assert [(pair.first, pair.second) for pair in strong_pairs(columns, forest.X)] == [("age", "age in months")]
    groups = correlated_groups(columns, forest.X)
    assert ("age", "age in months") in groups
    asked = [("both", ("age", "age in months")), ("age", ("age",)), ("months", ("age in months",))]
    both, *single = permutation_importances(
        forest, columns, asked, metric=METRICS["accuracy"], of_features=False, n_repeats=5, seed=0
    )
    assert both.mean > max(each.mean for each in single)


@pytest.mark.parametrize("column", ["age", "city", "age in months"])
def test_partial_dependence_is_that_of_the_reference(forest: Subject, column: str) -> None:
    grid = make_grid(forest, column, 8)
    said = conditional_expectations(forest, map_columns(forest), [grid], class_code=1)
    expected = partial_dependence(
        forest.pipeline,
        forest.frame,
        [column],
        method="brute",
        kind="both",
        response_method="predict_proba",
        custom_values={column: np.array(grid.values)},
    )
    np.testing.assert_allclose(said, expected["individual"][0], atol=EXACT)
    np.testing.assert_allclose(said.mean(axis=0), expected["average"][0], atol=EXACT)


def test_partial_dependence_of_two_columns_is_that_of_the_reference(forest: Subject) -> None:
    grids = [make_grid(forest, "age in months", 5), make_grid(forest, "city", 5)]
    said = conditional_expectations(forest, map_columns(forest), grids, class_code=1)
    expected = partial_dependence(
        forest.pipeline,
        forest.frame,
        ["age in months", "city"],
        method="brute",
        kind="average",
        response_method="predict_proba",
        custom_values={grid.column: np.array(grid.values) for grid in grids},
    )
    np.testing.assert_allclose(said.mean(axis=0), expected["average"][0], atol=EXACT)


def test_mixed_rows_give_the_closed_form_of_a_linear_model() -> None:
    subject = make_subject(LinearRegression()).part(np.arange(5))
    players = map_columns(subject).players()
    values, base, outputs, error = mixed_contributions(
        subject, players, class_code=0, seed=0, n_background=len(subject.background)
    )
    expected = contributions(subject, map_columns(subject), class_code=0, seed=0)
    # A linear model gains the same in every order, so nothing is left to chance but the background: here all of it.
    np.testing.assert_allclose(values, expected.values, atol=1e-9)
    np.testing.assert_allclose(base + values.sum(axis=1), outputs, atol=1e-9)
    assert error < 1e-9
    assert base == pytest.approx(expected.base)


def test_mixed_rows_tell_their_own_error_and_repeat_with_one_seed() -> None:
    subject = make_subject(KNeighborsClassifier(), n_classes=2).part(np.arange(12))
    columns = map_columns(subject)
    first, again = (contributions(subject, columns, class_code=1, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.values, again.values)
    assert first.method == "mixing"
    assert first.gap < 1e-12
    exact, *_ = mixed_contributions(subject, columns.players(), class_code=1, seed=3, n_orders=60)
    off = float(np.sqrt(np.mean((first.values - exact) ** 2)))
    assert 0.3 * first.error < off < 3 * first.error  # an error of an error: of the right size


def test_a_plane_names_what_it_holds_still(forest: Subject) -> None:
    found = decision_boundary(forest, "age in months", "city", class_code=1, n_points=12, n_dots=30)
    assert set(found.held) == {"age", "income", "joined"}
    assert "Held still" in found.remarks[0]
    shape = (len(found.values[1]), len(found.values[0]))
    assert np.array(found.outputs).shape == np.array(found.chosen).shape == shape
    for j, i in ((0, 0), (2, 5)):
        row = forest.frame.iloc[[0]].assign(
            **{"age in months": found.values[0][i], "city": found.values[1][j], "age": found.held["age"]},
            income=found.held["income"],
            joined=np.datetime64(str(found.held["joined"])),
        )
        assert found.outputs[j][i] == pytest.approx(forest.pipeline.predict_proba(row)[0, 1], abs=1e-6)


def test_columns_and_classes_that_do_not_exist_are_refused_by_name(forest: Subject) -> None:
    with pytest.raises(UserInputError, match="'weight'"):
        forest.column("weight")
    with pytest.raises(UserInputError, match="'huge'") as refusal:
        forest.class_code("huge")
    assert "'low'" in refusal.value.hint
    with pytest.raises(UserInputError, match="two different columns"):
        decision_boundary(forest, "age", "age", class_code=1, n_points=10, n_dots=10)


def test_an_estimator_that_takes_raw_rows_is_explained_like_any_other() -> None:
    frame = make_frame(200)
    y = make_target(frame, n_classes=2)
    inner = make_subject(LogisticRegression(max_iter=3000), n_classes=2).pipeline
    outer = Pipeline([("as it is", FunctionTransformer()), ("estimator", inner)])
    subject = Subject(
        pipeline=outer,
        task=LearningTask.CLASSIFICATION,
        labels=("low", "high"),
        target="risk",
        features=tuple(frame.columns),
        frame=frame,
        y=y,
        row_numbers=np.arange(1, 201),
        background=frame,
        y_background=y,
    )
    np.testing.assert_allclose(subject.outputs(subject.X), inner.predict_proba(frame), atol=EXACT)
    groups = [(name, (name,)) for name in subject.columns]
    found = permutation_importances(
        subject, map_columns(subject), groups, metric=METRICS["accuracy"], of_features=False, n_repeats=2, seed=0
    )
    expected = permutation_importance(inner, frame, y, scoring="accuracy", n_repeats=2, random_state=0)
    np.testing.assert_allclose([each.repeats for each in found], expected.importances, atol=EXACT)


def test_raw_rows_survive_their_coding() -> None:
    frame = make_frame(50)
    frame["flag"] = np.arange(50) % 2 == 0
    frame["count"] = np.arange(50)
    codec = FrameCodec(frame)
    back = codec.decode(codec.encode(frame))
    assert back.equals(frame)


def test_a_sample_keeps_every_class_and_its_share() -> None:
    y: Any = np.array([0] * 900 + [1] * 95 + [2] * 5)
    chosen = sample_places(y, 100, task=LearningTask.CLASSIFICATION, seed=0)
    counts = np.bincount(y[chosen], minlength=3)
    assert len(np.unique(chosen)) == len(chosen) == 100
    assert abs(counts[0] - 90) <= 1
    assert abs(counts[1] - 9.5) <= 1
    assert counts[2] >= 1
    np.testing.assert_array_equal(chosen, sample_places(y, 100, task=LearningTask.CLASSIFICATION, seed=0))
