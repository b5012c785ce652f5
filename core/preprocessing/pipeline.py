"""The transformer from a raw table to features, and the description of its steps."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.errors import UserInputError
from core.preprocessing.params import PreprocessingParams
from core.preprocessing.roles import ColumnRoles

SCALES = {"standard": "mean 0 and deviation 1", "minmax": "the range 0 to 1", "robust": "median 0, by quartiles"}
IMPUTES = {"median": "their median", "mean": "their mean", "constant": "0"}
MOST_NAMES = 5
RARE, LIBRARY_RARE = "(rare)", "infrequent_sklearn"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of preprocessing, for a diagram."""

    key: str
    title: str
    text: str
    columns: tuple[str, ...]
    """The raw columns that pass through it."""


def build_preprocessor(roles: ColumnRoles, params: PreprocessingParams) -> Any:
    """An unfitted scikit-learn ``ColumnTransformer`` from a raw table to float64 features.

    Fit it on training rows only. Missing values, infinite numbers and categories that training never saw are all
    taken in; an unseen category counts as rare, or as none where no category was rare.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import make_pipeline

    from core.preprocessing.transformers import CategoryColumns, DateColumns, NumberColumns

    parts = [
        ("numeric", make_pipeline(NumberColumns(), *_finish_numbers(params)), list(roles.numeric)),
        ("categorical", make_pipeline(CategoryColumns(), *_encode(params)), list(roles.categorical)),
        ("datetime", make_pipeline(DateColumns(params.date_parts), *_finish_numbers(params)), list(roles.datetime)),
    ]
    return ColumnTransformer([part for part in parts if part[2]], sparse_threshold=0)


def feature_names(preprocessor: Any) -> list[str]:
    """The names of a fitted preprocessor's features, in order and without duplicates.

    A number keeps its column's name, a category is ``column_category``, a date part ``column_part``; categories
    beyond the most frequent ones share ``column_(rare)``.
    """
    long_names = [str(name) for name in preprocessor.get_feature_names_out()]
    long_names = [
        name.removesuffix(LIBRARY_RARE) + RARE if name.endswith(LIBRARY_RARE) else name for name in long_names
    ]
    short_names = [name.split("__", 1)[1] for name in long_names]
    counts = Counter(short_names)
    return [short if counts[short] == 1 else long for short, long in zip(short_names, long_names, strict=True)]


def check_columns(frame: pd.DataFrame, expected: Sequence[str], *, ignored: Sequence[str] = ()) -> pd.DataFrame:
    """The ``expected`` columns of ``frame``, in that order.

    Args:
        frame: Rows to predict.
        expected: What training used.
        ignored: Columns that may be there but are not used: the target, and what training left out.

    Raises:
        UserInputError: A column is missing or unknown; the message names it.
    """
    if missing := [name for name in expected if name not in frame.columns]:
        raise UserInputError(
            f"{_columns(missing)} missing from the rows to predict.",
            hint=f"The model was trained on: {', '.join(expected)}.",
            field=missing[0],
        )
    known = {*expected, *ignored}
    if unknown := [str(name) for name in frame.columns if name not in known]:
        raise UserInputError(
            f"{_columns(unknown)} unknown to the model.",
            hint=f"It was trained on: {', '.join(expected)}.",
            field=unknown[0],
        )
    return frame[list(expected)]


def describe(roles: ColumnRoles, params: PreprocessingParams) -> list[Step]:
    """The steps that ``build_preprocessor`` takes, in order, for a person."""
    numbers = roles.numeric + roles.datetime
    scaled = numbers + (roles.categorical if params.encode == "ordinal" else ())
    left_out = tuple(notice.column for notice in roles.excluded if notice.column and notice.code != "target")
    encoding = "One feature for each category" if params.encode == "onehot" else "One number for each category"
    steps = [
        Step(key="exclude", title="Leave out", text="Columns that cannot help or must not.", columns=left_out),
        Step(
            key="dates",
            title="Take dates apart" if params.date_parts else "Turn dates into days",
            text="Days since 1970" + (", year, month, day, weekday and hour." if params.date_parts else "."),
            columns=roles.datetime,
        ),
        Step(
            key="impute",
            title="Fill in missing numbers",
            text=f"Missing and infinite values become {IMPUTES[params.impute_numeric]}, learned from training rows.",
            columns=numbers,
        ),
        Step(
            key="encode",
            title="Encode categories",
            text=f"{encoding}, the {params.max_categories} most frequent at most; missing counts as a category.",
            columns=roles.categorical,
        ),
    ]
    if params.scale != "none":
        text = f"To {SCALES[params.scale]}, learned from training rows."
        steps.append(Step(key="scale", title="Scale", text=text, columns=scaled))
    return [step for step in steps if step.columns]


def _finish_numbers(params: PreprocessingParams) -> list[Any]:
    from sklearn.impute import SimpleImputer

    # A column that is empty in the training rows stays, as zeros: its rows may bring values later.
    imputer = SimpleImputer(strategy=params.impute_numeric, fill_value=0.0, keep_empty_features=True)
    if params.impute_numeric != "constant":
        imputer.set_params(fill_value=None)
    return [imputer, *_scale(params)]


def _scale(params: PreprocessingParams) -> list[Any]:
    from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

    scalers = {"standard": StandardScaler, "minmax": MinMaxScaler, "robust": RobustScaler}
    return [scalers[params.scale]()] if params.scale != "none" else []


def _encode(params: PreprocessingParams) -> list[Any]:
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

    if params.encode == "onehot":
        return [
            OneHotEncoder(
                max_categories=params.max_categories, handle_unknown="infrequent_if_exist", sparse_output=False
            )
        ]
    encoder = OrdinalEncoder(max_categories=params.max_categories, handle_unknown="use_encoded_value", unknown_value=-1)
    return [encoder, *_scale(params)]


def _columns(names: Sequence[str]) -> str:
    """``Column 'a' is`` or ``Columns 'a' and 2 more are``, at most a handful by name."""
    listed = ", ".join(repr(name) for name in names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        listed += f" and {len(names) - MOST_NAMES} more"
    return f"Column {listed} is" if len(names) == 1 else f"Columns {listed} are"
