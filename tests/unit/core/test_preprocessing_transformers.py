"""The transformers of our own against formulas and the libraries."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import mutual_info_classif
from sklearn.impute import KNNImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, TargetEncoder

from core.errors import UserInputError
from core.preprocessing.naming import named_pipeline
from core.preprocessing.params import PreprocessingParams
from core.preprocessing.pipeline import build_preprocessor, feature_names
from core.preprocessing.roles import ColumnRoles
from core.preprocessing.spec import Purpose
from core.preprocessing.transformers.balancing import (
    BalancedPipeline,
    balanced_weights,
    oversampled,
    smote,
    undersampled,
)
from core.preprocessing.transformers.categories import CategoryColumns, HashedColumns, TargetMeans
from core.preprocessing.transformers.dates import DateColumns
from core.preprocessing.transformers.imputing import NeighbourImputer
from core.preprocessing.transformers.interactions import Products
from core.preprocessing.transformers.numbers import NumberColumns
from core.preprocessing.transformers.scaling import RankScaler
from core.preprocessing.transformers.selecting import (
    DistinctFeatures,
    InformativeFeatures,
    UsefulFeatures,
    VaryingFeatures,
)
from core.preprocessing.transformers.texts import TextColumns

RNG = np.random.default_rng(5)
LETTERS = RNG.choice(["a", "b", "c"], (60, 2), p=[0.6, 0.3, 0.1]).astype(object)
CLASSES = (RNG.random(60) < np.where(LETTERS[:, 0] == "a", 0.8, 0.2)).astype(int)


# --- columns ---------------------------------------------------------------------------------------------------------


def test_numbers_too_large_for_32_bits_and_beyond_2_to_the_53_are_taken_in() -> None:
    frame = pd.DataFrame(
        {
            "huge": [2**63 - 1, 2**53 + 1, -(2**62)],
            "infinite": [1e300, -np.inf, 1e36],
            "python": pd.Series([10**30, 10**400, None], dtype=object),
        }
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = NumberColumns().fit(frame[["huge", "infinite"]]).transform(frame[["huge", "infinite"]])
    np.testing.assert_array_equal(found[:, 0], [2.0**63, 2.0**53, -(2.0**62)])
    np.testing.assert_array_equal(found[:, 1], [np.nan, np.nan, 1e36])
    assert np.isfinite(found[~np.isnan(found)].astype(np.float32)).all()


def test_a_category_reads_the_same_whatever_its_type() -> None:
    whole, broken = pd.DataFrame({"c": [3, 1]}), pd.DataFrame({"c": [3.0, None]})
    columns = CategoryColumns().fit(whole)
    assert columns.transform(whole)[0, 0] == columns.transform(broken)[0, 0] == "3"
    assert columns.transform(broken)[1, 0] == "(missing)"
    fills = CategoryColumns(most_frequent=True).fit(pd.DataFrame({"c": ["x", "y", "y", None]}))
    assert fills.transform(pd.DataFrame({"c": [None, "x"]}))[:, 0].tolist() == ["y", "x"]


def test_a_hundred_thousand_categories_pass_through_every_encoding() -> None:
    n = 100_000
    frame = pd.DataFrame({"user": [f"user {number}" for number in range(n)]})
    y = (np.arange(n) % 2).astype(int)
    for encode, width in {"onehot": 20, "ordinal": 1, "label": 1, "target": 1, "hashing": 16}.items():
        preprocessor = build_preprocessor(ColumnRoles(categorical=("user",)), PreprocessingParams(encode=encode))
        assert preprocessor.fit_transform(frame, y).shape == (n, width)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["31.01.2024", "02.03.2024", None], [19_753, 19_784]),
        (["01/31/2024", "03/02/2024", None], [19_753, 19_784]),
        (["31/01/2024", "02/03/2024", None], [19_753, 19_784]),
        (["31 Jan 2024", "2 Mar 2024", None], [19_753, 19_784]),
        (["2024-01-31", "2024-03-02T00:00:00Z", None], [19_753, 19_784]),
    ],
)
def test_dates_in_strings_are_read_in_the_one_way_that_fits_all(texts: list[str], expected: list[int]) -> None:
    frame = pd.DataFrame({"at": pd.Series(texts, dtype=object)})
    found = DateColumns(parts=False).fit(frame).transform(frame)[:, 0]
    np.testing.assert_array_equal(found, [*expected, np.nan])


def test_dates_far_away_and_parts_that_go_round() -> None:
    frame = pd.DataFrame({"at": pd.to_datetime(["9999-12-31", "0001-01-01"]).astype("datetime64[us]")})
    columns = DateColumns(cycles=True).fit(frame)
    found = pd.DataFrame(columns.transform(frame), columns=columns.get_feature_names_out())
    assert list(found.columns) == [
        "at_days", "at_year", "at_month_sin", "at_month_cos", "at_day_sin", "at_day_cos",
        "at_weekday_sin", "at_weekday_cos",
    ]  # fmt: skip
    assert found["at_days"].tolist() == [2_932_896, -719_162]  # as datetime.date counts from 1970
    np.testing.assert_allclose(found["at_month_cos"], np.cos(2 * np.pi * np.array([12, 1]) / 12), atol=1e-15)


@pytest.mark.parametrize(("values", "wrong"), [(["2024-01-31", "soon"], "'soon'"), ([20240131, 20240201], "20240131")])
def test_what_is_no_date_is_named(values: list[Any], wrong: str) -> None:
    with pytest.raises(UserInputError, match=f"Column 'at' holds dates, but a value cannot be read as one: {wrong}"):
        DateColumns().fit(pd.DataFrame({"at": pd.Series(values)}))


def test_words_weigh_what_the_library_says_and_topics_sum_them_up() -> None:
    texts = ["late parcel late", "parcel came late", "app crashed", "the app crashed again", None]
    frame = pd.DataFrame({"t": pd.Series(texts, dtype=object)})
    columns = TextColumns(max_words=10)
    found = columns.fit_transform(frame)
    reference = TfidfVectorizer(min_df=2, sublinear_tf=True).fit_transform([text or "" for text in texts]).toarray()
    np.testing.assert_array_equal(found, reference)
    assert columns.get_feature_names_out().tolist() == ["t_app", "t_crashed", "t_late", "t_parcel"]
    topics = TextColumns(max_words=10, n_topics=2, seed=1)
    np.testing.assert_allclose(topics.fit_transform(frame), topics.transform(frame), atol=1e-12)
    assert topics.get_feature_names_out().tolist() == ["t_topic1", "t_topic2"]
    alone = TextColumns().fit(pd.DataFrame({"t": ["one", "two"]}))
    assert alone.transform(frame).shape == (5, 0)


def test_a_table_of_which_nothing_is_left_is_refused() -> None:
    preprocessor = build_preprocessor(ColumnRoles(text=("t",)), PreprocessingParams())
    with pytest.raises(UserInputError, match="No feature is left"):
        preprocessor.fit(pd.DataFrame({"t": ["one", "two"]}))


def test_a_missing_column_or_one_that_is_there_twice_is_named() -> None:
    preprocessor = build_preprocessor(ColumnRoles(numeric=("a", "b")), PreprocessingParams())
    preprocessor.fit(pd.DataFrame({"a": [1, 2], "b": [2, 3]}))
    with pytest.raises(UserInputError, match="Column 'b' is missing from the rows to predict"):
        preprocessor.transform(pd.DataFrame({"a": [1]}))
    twice = pd.DataFrame([[1, 2, 3]], columns=["a", "b", "a"])
    with pytest.raises(UserInputError, match="Column 'a' is there more than once"):
        preprocessor.transform(twice)


def test_features_that_would_share_a_name_stay_apart() -> None:
    frame = pd.DataFrame({"a_b": [1.0, 2.0], "a": ["b", "c"], "numeric__a_b": [3.0, 4.0]})
    roles = ColumnRoles(numeric=("a_b", "numeric__a_b"), categorical=("a",))
    names = feature_names(build_preprocessor(roles, PreprocessingParams()).fit(frame))
    assert len(names) == len(set(names)) == 4


# --- encodings -------------------------------------------------------------------------------------------------------


def test_target_means_of_training_rows_come_from_other_folds() -> None:
    means = TargetMeans("binary", seed=3)
    found = means.fit_transform(LETTERS, CLASSES)
    folds = StratifiedKFold(5, shuffle=True, random_state=3)
    np.testing.assert_array_equal(found, TargetEncoder(target_type="binary", cv=folds).fit_transform(LETTERS, CLASSES))
    for train, held_out in folds.split(LETTERS, CLASSES):
        changed = CLASSES.copy()
        changed[held_out] = 1 - changed[held_out]  # what is held out has no say in its own features
        again = TargetEncoder(target_type="binary").fit(LETTERS[train], changed[train]).transform(LETTERS[held_out])
        np.testing.assert_allclose(found[held_out], again, rtol=1e-12)
    assert not np.array_equal(found, means.transform(LETTERS))
    np.testing.assert_allclose(means.transform(np.array([["?", "?"]], dtype=object)), CLASSES.mean(), rtol=1e-12)


def test_a_class_with_one_row_can_be_encoded_by_the_target() -> None:
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        y = np.r_[np.zeros(30, dtype=int), np.ones(29, dtype=int), 2]
        means = TargetMeans("multiclass", labels=("x", "y", "z"))
        assert means.fit_transform(LETTERS[:, :1], y).shape == (60, 3)
    assert means.get_feature_names_out(["c"]).tolist() == ["c_x", "c_y", "c_z"]


def test_hashes_are_the_same_in_every_process_and_columns_stay_apart() -> None:
    found = HashedColumns(4).fit(LETTERS).transform(LETTERS)
    assert found.shape == (60, 8)
    np.testing.assert_array_equal(np.abs(found).reshape(60, 2, 4).sum(axis=2), np.ones((60, 2)))
    np.testing.assert_array_equal(HashedColumns(4).fit(LETTERS[:1]).transform(LETTERS[:1]), found[:1])


def test_rare_categories_by_their_share_and_an_order_by_hand() -> None:
    frame = pd.DataFrame({"c": ["a"] * 6 + ["b"] * 3 + ["c"]})
    rare = build_preprocessor(ColumnRoles(categorical=("c",)), PreprocessingParams(rare_share=0.2)).fit(frame)
    assert feature_names(rare) == ["c_a", "c_b", "c_(rare)"]
    params = PreprocessingParams(columns={"c": {"order": ("c", "a", "b")}}, scale="none")
    ordered = build_preprocessor(ColumnRoles(categorical=("c",)), params).fit(frame)
    assert ordered.transform(pd.DataFrame({"c": ["c", "a", "b", "new", None]}))[:, 0].tolist() == [0, 1, 2, -1, -1]


def test_codes_say_where_they_stand_also_after_a_selection() -> None:
    frame = pd.DataFrame({"x": RNG.normal(size=60), "same": 1.0, "c": LETTERS[:, 0]})
    roles = ColumnRoles(numeric=("x", "same"), categorical=("c",))
    params = PreprocessingParams(encode="label", select="variance")
    preprocessor = build_preprocessor(roles, params, Purpose()).fit(frame, CLASSES)
    assert feature_names(preprocessor) == ["x", "c"]
    assert preprocessor.categorical_ == (1,)


def test_codes_stand_before_features_whose_number_hangs_on_the_rows() -> None:
    frame = pd.DataFrame({"c": LETTERS[:, 0], "d": LETTERS[:, 1], "x": 1.0})
    params = PreprocessingParams(encode="label", columns={"c": {"encode": "onehot"}})
    roles = ColumnRoles(numeric=("x",), categorical=("c", "d"))
    for rows in (slice(None), slice(3)):
        assert build_preprocessor(roles, params).fit(frame.iloc[rows], CLASSES[rows]).categorical_ == (1,)


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_neighbours_are_those_of_the_library_on_columns_of_equal_weight() -> None:
    X = RNG.normal(size=(80, 3)) * [1, 1_000, 0.001] + [5, -3, 0]
    X[RNG.random(X.shape) < 0.1] = np.nan
    scaled = (X - np.nanmean(X, axis=0)) / np.nanstd(X, axis=0)
    expected = KNNImputer(n_neighbors=5).fit_transform(scaled) * np.nanstd(X, axis=0) + np.nanmean(X, axis=0)
    np.testing.assert_allclose(NeighbourImputer().fit(X).transform(X), expected, rtol=1e-9)


def test_products_are_products_with_readable_names() -> None:
    X = np.array([[2.0, 3.0], [1e30, 1e20]])
    powers = Products(2, powers=True).fit(X)
    assert powers.get_feature_names_out(["a", "b"]).tolist() == ["a", "b", "a^2", "a × b", "b^2"]
    np.testing.assert_array_equal(powers.transform(X), [[2, 3, 4, 6, 9], [1e30, 1e20, 1e37, 1e37, 1e37]])
    assert Products(2).fit(X).get_feature_names_out(["a", "b"]).tolist() == ["a", "b", "a × b"]


def test_ranks_of_a_skewed_column_have_the_shape_of_a_bell() -> None:
    X = RNG.lognormal(sigma=3, size=(400, 1))
    found = RankScaler().fit(X).transform(X)[:, 0]
    np.testing.assert_array_equal(np.argsort(found, kind="stable"), np.argsort(X[:, 0], kind="stable"))
    assert abs(np.median(found)) < 0.01  # the middle of 400 ranks
    assert 0.9 < np.std(found) < 1.2


# --- selection -------------------------------------------------------------------------------------------------------


def selection_data() -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 6))
    X[:, 4] = X[:, 0] + 0.01 * rng.normal(size=500)
    X[:, 5] = 0
    X[:2, 5] = 1
    return X, (X[:, 2] + 0.3 * rng.normal(size=500) > 0).astype(int)


def test_each_selection_keeps_what_it_says() -> None:
    X, y = selection_data()
    kept = {
        name: np.flatnonzero(clone(selection).fit(X, y).get_support()).tolist()
        for name, selection in {
            "varying": VaryingFeatures(),
            "distinct": DistinctFeatures(0.95),
            "informative": InformativeFeatures(1),
            "useful": UsefulFeatures(1),
            "all": InformativeFeatures(99),
        }.items()
    }
    assert kept == {
        "varying": [0, 1, 2, 3, 4],
        "distinct": [0, 1, 2, 3, 5],
        "informative": [2],
        "useful": [2],
        "all": [0, 1, 2, 3, 4, 5],
    }
    scores = mutual_info_classif(X, y, discrete_features=[False] * 5 + [True], random_state=0)
    best = np.sort(np.argsort(-scores, kind="stable")[:3])
    np.testing.assert_array_equal(np.flatnonzero(InformativeFeatures(3).fit(X, y).get_support()), best)


def test_a_selection_takes_gaps_and_never_takes_everything_away() -> None:
    X, y = selection_data()
    X[::7, 2] = np.nan
    for selection in (VaryingFeatures(), DistinctFeatures(), InformativeFeatures(1), UsefulFeatures(1)):
        assert selection.fit(X, y).get_support()[2]
    assert VaryingFeatures().fit(np.ones((10, 3))).get_support().tolist() == [True, False, False]


# --- classes ---------------------------------------------------------------------------------------------------------


def rare_classes() -> tuple[Any, Any]:
    rng = np.random.default_rng(1)
    X = np.column_stack([rng.normal(size=60), rng.normal(size=60), rng.integers(0, 2, 60)])
    return X, np.r_[np.zeros(45, dtype=int), np.ones(14, dtype=int), 2]


@pytest.mark.parametrize(("resample", "size"), [(oversampled, 45), (smote, 45), (undersampled, 1)])
def test_every_class_has_as_many_rows_and_the_same_seed_gives_the_same(resample: Any, size: int) -> None:
    X, y = rare_classes()
    new_X, new_y = resample(X, y, 7)
    assert np.bincount(new_y).tolist() == [size] * 3
    for once, again in zip((new_X, new_y), resample(X, y, 7), strict=True):
        np.testing.assert_array_equal(once, again)
    assert not np.array_equal(resample(X, y, 8)[0], new_X)


def test_repeated_and_dropped_rows_are_rows_that_were_there() -> None:
    X, y = rare_classes()
    rows = {(tuple(row), label) for row, label in zip(X.tolist(), y.tolist(), strict=True)}
    for resample in (oversampled, undersampled):
        new_X, new_y = resample(X, y, 0)
        assert {(tuple(row), label) for row, label in zip(new_X.tolist(), new_y.tolist(), strict=True)} <= rows


def test_invented_rows_lie_between_two_of_their_class_and_have_whole_categories() -> None:
    X, y = rare_classes()
    new_X, new_y = smote(X, y, 0)
    np.testing.assert_array_equal(new_X[:60], X)
    own = X[y == 1]
    pairs = [(first, second) for first in own for second in own if not np.array_equal(first, second)]
    for row in new_X[60:][new_y[60:] == 1]:
        assert row[2] in (0.0, 1.0)
        assert any(lies_between(row[:2], first[:2], second[:2]) for first, second in pairs)
    np.testing.assert_array_equal(new_X[new_y == 2], np.repeat(X[y == 2], 45, axis=0))


def lies_between(point: Any, start: Any, end: Any) -> bool:
    share = (point - start) @ (end - start) / ((end - start) @ (end - start))
    return bool(0 <= share <= 1 and np.allclose(start + share * (end - start), point, atol=1e-9))


def test_gaps_survive_the_invention_of_rows() -> None:
    X, y = rare_classes()
    X[::5, 0] = np.nan
    new_X, _ = smote(X, y, 0)
    assert not np.isinf(new_X).any()
    assert np.isnan(new_X[:, 0]).mean() < 0.4


def test_weights_are_those_that_the_library_calls_balanced() -> None:
    X, y = rare_classes()
    by_name = LogisticRegression(class_weight="balanced").fit(X, y)
    by_number = LogisticRegression(class_weight=balanced_weights(y)).fit(X, y)
    np.testing.assert_allclose(by_number.coef_, by_name.coef_, rtol=1e-12)


def test_a_balanced_pipeline_balances_what_it_is_fitted_on_and_nothing_else() -> None:
    X, y = rare_classes()
    pipeline = BalancedPipeline([("scale", StandardScaler()), ("model", LogisticRegression())], balance="oversample")
    scaler = StandardScaler().fit(X)
    expected = LogisticRegression().fit(*oversampled(scaler.transform(X), y, 0))
    pipeline = clone(pipeline).fit(X, y)
    np.testing.assert_array_equal(pipeline.predict_proba(X), expected.predict_proba(scaler.transform(X)))
    assert len(pipeline.predict(X[:5])) == 5


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "estimator",
    [
        VotingClassifier([("a", LogisticRegression()), ("b", RandomForestClassifier(3))], voting="soft"),
        StackingClassifier([("a", LogisticRegression()), ("b", RandomForestClassifier(3))], cv=2),
        make_pipeline(StandardScaler(), LogisticRegression()),
        HistGradientBoostingClassifier(max_iter=10, categorical_features=[1]),
    ],
    ids=lambda each: type(each).__name__,
)
def test_estimators_inside_others_are_told_the_names_too(estimator: Any) -> None:
    frame = pd.DataFrame({"a": RNG.normal(size=60), 'b "[<': RNG.integers(0, 4, 60)})
    preprocessor = build_preprocessor(ColumnRoles(numeric=tuple(frame.columns)), PreprocessingParams(scale="none"))
    X = preprocessor.fit_transform(frame)
    estimator.fit(X, CLASSES)
    pipeline = named_pipeline(preprocessor, estimator, frame.iloc[:2])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(pipeline.predict_proba(frame), estimator.predict_proba(X))
    assert list(pipeline[0].transform(frame).columns) == list(frame.columns)
    assert isinstance(preprocessor.transform(frame), np.ndarray)
