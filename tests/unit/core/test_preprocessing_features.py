import io

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from core.errors import UnsuitableData, UserInputError
from core.preprocessing.params import PreprocessingParams
from core.preprocessing.pipeline import build_preprocessor, check_columns, feature_names
from core.preprocessing.roles import ColumnRoles, assign_roles
from core.types import Column, ColumnType


def make_column(name: str, column_type: ColumnType = ColumnType.NUMBER, **facts: object) -> Column:
    values = {"n_missing": 0, "n_distinct": 5, "is_constant": False, "is_identifier": False} | facts
    return Column(name=name, type=column_type, **values)


def make_frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "size": [1.0, np.inf, None, 3.0],
            "count": pd.array([1, None, 3, 5], dtype="Int64"),
            "ok": pd.Series([True, None, False, True], dtype=object),
            "city": pd.Series(["Bern", None, "Oslo", "Bern"], dtype="str"),
            "tag": pd.Series([pd.NA, "x", "y", "x"], dtype=object),
            "when": pd.to_datetime(pd.Series(["2024-01-01", None, "2024-01-03", "2024-02-04"])),
        }
    )


ROLES = ColumnRoles(numeric=("size", "count", "ok"), categorical=("city", "tag"), datetime=("when",))
PLAIN = PreprocessingParams(scale="none")


def test_roles_follow_types_and_each_exclusion_says_why() -> None:
    columns = [
        make_column("price"),
        make_column("size"),
        make_column("rooms", ColumnType.INTEGER),
        make_column("garden", ColumnType.BOOLEAN),
        make_column("city", ColumnType.STRING),
        make_column("sold", ColumnType.DATETIME),
        make_column("empty", n_missing=1000, n_distinct=0),
        make_column("country", ColumnType.STRING, is_constant=True, n_distinct=1),
        make_column("id", ColumnType.INTEGER, is_identifier=True, n_distinct=1000),
        make_column("story", ColumnType.STRING, n_distinct=900),
        make_column("colour", ColumnType.STRING),
    ]
    roles = assign_roles(columns, target="price", n_rows=1000, exclude=("colour",))
    assert roles.numeric == ("size", "rooms", "garden")
    assert roles.categorical == ("city",)
    assert roles.datetime == ("sold",)
    assert {notice.column: (notice.code, notice.text) for notice in roles.excluded} == {
        "price": ("target", "Column 'price' is what is predicted."),
        "empty": ("all_missing", "Column 'empty' has no value at all."),
        "country": ("constant", "Column 'country' has one value only."),
        "id": ("identifier", "Column 'id' names rows rather than describing them: nearly each has its own value."),
        "story": ("free_text", "Column 'story' holds free text: 900 different values in 1,000 rows."),
        "colour": ("excluded", "Column 'colour' is left out as asked."),
    }


def test_unknown_target_or_exclusion_and_nothing_left_are_refused() -> None:
    columns = [make_column("a"), make_column("b")]
    with pytest.raises(UserInputError, match="no column 'c' to predict"):
        assign_roles(columns, target="c", n_rows=10)
    with pytest.raises(UserInputError, match="no column 'z' to leave out"):
        assign_roles(columns, target="a", n_rows=10, exclude=("z",))
    with pytest.raises(UnsuitableData, match="No column is left to predict 'a' from"):
        assign_roles(columns, target="a", n_rows=10, exclude=("b",))


def test_missing_infinite_and_boolean_values_become_numbers() -> None:
    features = build_preprocessor(ROLES, PLAIN).fit_transform(make_frame())
    assert features.dtype == np.float64
    np.testing.assert_array_equal(features[:, 0], [1, 2, 2, 3])
    np.testing.assert_array_equal(features[:, 1], [1, 3, 3, 5])
    np.testing.assert_array_equal(features[:, 2], [1, 1, 0, 1])


def test_features_have_readable_names() -> None:
    preprocessor = build_preprocessor(ROLES, PLAIN).fit(make_frame())
    assert feature_names(preprocessor) == [
        "size", "count", "ok",
        "city_(missing)", "city_Bern", "city_Oslo", "tag_(missing)", "tag_x", "tag_y",
        "when_days", "when_year", "when_month", "when_day", "when_weekday",
    ]  # fmt: skip


def test_rare_categories_share_a_feature_and_unseen_ones_join_them() -> None:
    frame = pd.DataFrame({"city": ["a"] * 5 + ["b"] * 2 + ["c"]})
    params = PreprocessingParams(scale="none", max_categories=2)
    preprocessor = build_preprocessor(ColumnRoles(categorical=("city",)), params).fit(frame)
    assert feature_names(preprocessor) == ["city_a", "city_(rare)"]
    unseen = preprocessor.transform(pd.DataFrame({"city": ["a", "zebra", None]}))
    np.testing.assert_array_equal(unseen, [[1, 0], [0, 1], [0, 1]])


def test_names_that_would_collide_stay_apart() -> None:
    frame = pd.DataFrame({"a_b": [1.0, 2.0], "a": ["b", "c"]})
    preprocessor = build_preprocessor(ColumnRoles(numeric=("a_b",), categorical=("a",)), PLAIN).fit(frame)
    assert feature_names(preprocessor) == ["numeric__a_b", "categorical__a_b", "a_c"]


def test_dates_become_days_and_parts_with_the_hour_where_there_is_one() -> None:
    frame = pd.DataFrame({"at": pd.to_datetime(["1970-01-02 12:00", "1970-01-05 00:00"], utc=True)})
    preprocessor = build_preprocessor(ColumnRoles(datetime=("at",)), PLAIN)
    features = preprocessor.fit_transform(frame)
    assert feature_names(preprocessor) == ["at_days", "at_year", "at_month", "at_day", "at_weekday", "at_hour"]
    np.testing.assert_array_equal(features, [[1.5, 1970, 1, 2, 4, 12], [4, 1970, 1, 5, 0, 0]])
    text = preprocessor.transform(pd.DataFrame({"at": ["1970-01-02 12:00", "1970-01-05"]}))
    np.testing.assert_array_equal(text, features)


@pytest.mark.parametrize(
    "params",
    [
        PreprocessingParams(),
        PreprocessingParams(encode="ordinal", scale="robust", impute_numeric="constant", date_parts=False),
        PreprocessingParams(scale="minmax", impute_numeric="mean", max_categories=2),
    ],
)
def test_every_setting_gives_finite_features_and_survives_clone_save_and_load(params: PreprocessingParams) -> None:
    preprocessor = clone(build_preprocessor(ROLES, params))
    features = preprocessor.fit_transform(make_frame())
    assert np.isfinite(features).all()
    assert len(feature_names(preprocessor)) == features.shape[1]
    buffer = io.BytesIO()
    joblib.dump(preprocessor, buffer)
    buffer.seek(0)
    new = make_frame().iloc[[1, 0]].assign(city=["Atlantis", None])
    np.testing.assert_array_equal(joblib.load(buffer).transform(new), preprocessor.transform(new))


def test_statistics_come_from_the_rows_it_was_fitted_on() -> None:
    train, later = pd.DataFrame({"x": [0.0, 2.0]}), pd.DataFrame({"x": [100.0, np.nan]})
    preprocessor = build_preprocessor(ColumnRoles(numeric=("x",)), PreprocessingParams()).fit(train)
    np.testing.assert_array_equal(preprocessor.transform(later), [[99.0], [0.0]])


def test_column_without_a_value_in_training_rows_stays() -> None:
    frame = pd.DataFrame({"x": [np.nan, np.nan], "y": [1.0, 2.0]})
    features = build_preprocessor(ColumnRoles(numeric=("x", "y")), PLAIN).fit_transform(frame)
    np.testing.assert_array_equal(features, [[0, 1], [0, 2]])


def test_word_in_a_numeric_column_is_named() -> None:
    preprocessor = build_preprocessor(ColumnRoles(numeric=("x",)), PLAIN).fit(pd.DataFrame({"x": [1.0, 2.0]}))
    with pytest.raises(UserInputError, match="Column 'x' holds numbers, but one value is 'many'"):
        preprocessor.transform(pd.DataFrame({"x": ["3", "many"]}))


def test_word_in_a_date_column_is_named() -> None:
    frame = pd.DataFrame({"at": pd.to_datetime(["2024-01-01", "2024-01-02"])})
    preprocessor = build_preprocessor(ColumnRoles(datetime=("at",)), PLAIN).fit(frame)
    with pytest.raises(UserInputError, match="Column 'at' holds dates"):
        preprocessor.transform(pd.DataFrame({"at": ["yesterday"]}))


def test_missing_and_unknown_columns_are_named() -> None:
    frame = pd.DataFrame({"b": [1], "a": [2], "target": [3]})
    assert list(check_columns(frame, ["a", "b"], ignored=["target"]).columns) == ["a", "b"]
    with pytest.raises(UserInputError, match="Columns 'c', 'd' are missing from the rows"):
        check_columns(frame, ["a", "b", "c", "d"])
    with pytest.raises(UserInputError, match="Column 'target' is unknown to the model"):
        check_columns(frame, ["a", "b"])
