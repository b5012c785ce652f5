"""Trees and weights in the units of the table, and curves that learn anew."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from lightgbm import LGBMRegressor
from sklearn.base import clone
from sklearn.ensemble import GradientBoostingClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from core.errors import UserInputError
from evaluation.explaining.coefficients import coefficients
from evaluation.explaining.columns import map_columns
from evaluation.explaining.conditions import condition, raw_threshold
from evaluation.explaining.ensembles import find_ensemble
from evaluation.explaining.refitting import learning_curve, learning_sizes, nested_parts, validation_curve
from evaluation.explaining.tree_answer import draw_tree
from evaluation.registry import METRICS
from tests.explained import CITIES, make_subject


def test_questions_in_raw_units_divide_the_raw_rows_as_the_tree_does() -> None:
    subject = make_subject(DecisionTreeRegressor(max_depth=5, random_state=0))
    columns = map_columns(subject)
    ensemble = find_ensemble(subject.estimator)
    assert ensemble is not None
    tree = ensemble.trees[0]
    inside = {0: np.ones(len(subject.background), dtype=bool)}
    n_checked = 0
    for node in np.flatnonzero(tree.left >= 0):
        asked = condition(tree, int(node), columns)
        if int(node) not in inside or not asked.is_raw:
            continue
        values = subject.background[asked.column]
        if asked.threshold is None:
            is_left = np.array([asked.text.endswith(f"is {' '.join(value.split())}") for value in values])
            is_left = ~is_left if " is not " in asked.text else is_left
            if " is not " in asked.text:
                named = asked.text.split(" is not ")[1]
                is_left = np.array([" ".join(value.split()) != named for value in values])
        elif isinstance(asked.threshold, str):
            is_left = (values <= np.datetime64(asked.threshold)).to_numpy()
        else:
            # A missing number is replaced by the mean of the training rows, and goes where that goes.
            is_left = (values.fillna(values.mean()) <= asked.threshold).to_numpy()
        for child, side in ((tree.left[node], is_left), (tree.right[node], ~is_left)):
            inside[int(child)] = inside[int(node)] & side
            assert inside[int(child)].sum() == tree.cover[child], asked.text
            n_checked += 1
    assert n_checked >= 10


def test_a_threshold_in_raw_units_undoes_the_scaling() -> None:
    subject = make_subject(DecisionTreeRegressor(max_depth=2, random_state=0))
    columns = map_columns(subject)
    place = subject.features.index("income")
    scaler = subject.pipeline[0].named_transformers_["numbers"][-1]
    at = list(subject.pipeline[0].transformers_[0][2]).index("income")
    probe = columns.source_of(place)
    assert probe is not None
    for scaled in (-1.3, 0.0, 0.7):
        expected = scaled * scaler.scale_[at] + scaler.mean_[at]
        assert raw_threshold(probe, place, scaled) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("estimator", "n_classes", "n_trees"),
    [
        (DecisionTreeClassifier(max_depth=4, random_state=0), 3, 1),
        (RandomForestRegressor(5, random_state=0), 0, 5),
        (GradientBoostingClassifier(n_estimators=4, random_state=0), 3, 12),
        (LGBMRegressor(n_estimators=6, verbose=-1, n_jobs=1), 0, 6),
    ],
)
def test_any_tree_is_drawn_down_to_a_depth_with_its_rules(estimator: Any, n_classes: int, n_trees: int) -> None:
    subject = make_subject(estimator, n_classes=n_classes)
    columns = map_columns(subject)
    drawn = draw_tree(subject, columns, number=n_trees, class_code=0, max_depth=2)
    assert (drawn.number, drawn.n_trees) == (n_trees, n_trees)
    picture = drawn.drawings[0]
    assert max(row["depth"] for row in picture.table) <= 2
    assert drawn.rules.count("if ") == len(picture.table) - 1
    assert "Kyiv</b>" not in str(picture.figure)
    with pytest.raises(UserInputError, match=f"no tree {n_trees + 1}"):
        draw_tree(subject, columns, number=n_trees + 1, class_code=0, max_depth=2)


def test_the_tree_of_one_tree_shows_its_own_shares() -> None:
    subject = make_subject(DecisionTreeClassifier(max_depth=1, random_state=0), n_classes=2)
    drawn = draw_tree(subject, map_columns(subject), number=1, class_code=1, max_depth=3)
    counts = np.bincount(subject.y_background) / len(subject.y_background)
    root = drawn.drawings[0].table[0]
    assert (root["share of low"], root["share of middle"]) == pytest.approx(tuple(counts), abs=1e-6)


def test_weights_in_raw_units_are_those_of_the_unscaled_model() -> None:
    subject = make_subject(LinearRegression())
    found = coefficients(subject, map_columns(subject), class_code=0)
    effects = dict(zip(found.features, found.effects, strict=True))
    base = subject.frame.iloc[[0]].assign(income=50.0)
    more = subject.frame.iloc[[0]].assign(income=51.0)
    expected = subject.pipeline.predict(more)[0] - subject.pipeline.predict(base)[0]
    assert effects["income"] == pytest.approx(expected, rel=1e-9)
    oslo, rome = (subject.frame.iloc[[0]].assign(city=city) for city in CITIES[:2])
    difference = subject.pipeline.predict(oslo)[0] - subject.pipeline.predict(rome)[0]
    named = {city: effects[f"city_{city}"] for city in CITIES}
    assert named[CITIES[0]] - named[CITIES[1]] == pytest.approx(difference, rel=1e-9)


def test_factors_are_what_happens_to_the_odds() -> None:
    subject = make_subject(LogisticRegression(max_iter=3000), n_classes=2)
    found = coefficients(subject, map_columns(subject), class_code=1)
    place = found.features.index("income")
    odds = []
    for income in (50.0, 51.0):
        p = subject.pipeline.predict_proba(subject.frame.iloc[[0]].assign(income=income))[0, 1]
        odds.append(p / (1 - p))
    assert found.factors[place] == pytest.approx(odds[1] / odds[0], rel=1e-6)


def test_models_without_trees_or_weights_are_refused_by_name() -> None:
    subject = make_subject(KNeighborsClassifier(), n_classes=2)
    with pytest.raises(UserInputError, match="not made of trees"):
        draw_tree(subject, map_columns(subject), number=1, class_code=0, max_depth=2)
    with pytest.raises(UserInputError, match="no coefficients"):
        coefficients(subject, map_columns(subject), class_code=0)


def test_parts_of_a_learning_curve_lie_within_each_other() -> None:
    subject = make_subject(LogisticRegression(max_iter=3000), n_classes=3)
    sizes = learning_sizes(len(subject.y_background), 5)
    parts = nested_parts(subject, sizes, seed=0)
    assert [len(part) for part in parts] == sizes
    for small, large in pairwise(parts):
        assert set(small) <= set(large)
    assert all(len(np.unique(subject.y_background[part])) == 3 for part in parts)


def test_a_learning_curve_ends_with_a_fit_on_all_training_rows() -> None:
    subject = make_subject(DecisionTreeClassifier(max_depth=4, random_state=0), n_classes=2)
    told: list[float] = []
    found = learning_curve(
        subject,
        lambda: clone(subject.pipeline),
        metric=METRICS["accuracy"],
        n_points=4,
        seed=0,
        on_fraction=told.append,
    )
    assert found.x[-1] == len(subject.background)
    assert found.validation[-1] == pytest.approx(subject.pipeline.score(subject.frame, subject.y))
    assert found.train[-1] == pytest.approx(subject.pipeline.score(subject.background, subject.y_background))
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_validation_curve_names_the_best_value() -> None:
    subject = make_subject(DecisionTreeRegressor(random_state=0))
    settings = [
        (depth, lambda depth=depth: clone(subject.pipeline).set_params(estimator__max_depth=depth)) for depth in (1, 4)
    ]
    found = validation_curve(
        subject, settings, parameter="max_depth", label="Depth", present=4, metric=METRICS["rmse"], is_log=False
    )
    assert found.sentence.startswith("Depth = 4 scores best")
    assert found.validation[1] < found.validation[0]
