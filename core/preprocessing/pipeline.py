"""The transformer from a raw table to features."""

import importlib
import pkgutil
from collections.abc import Sequence
from typing import Any

import pandas as pd

from core.errors import UnsuitableData, UserInputError
from core.preprocessing.params import PreprocessingParams
from core.preprocessing.plan import ColumnPlan, Plan, Treatment, n_features
from core.preprocessing.planning import plan_for
from core.preprocessing.registries import ENCODERS, IMPUTERS, METHODS, SCALERS, SELECTORS, TEXTS
from core.preprocessing.roles import ColumnRoles
from core.preprocessing.spec import Purpose, Setting, Transformer

BYTES_PER_NUMBER = 8
COPIES = 3
"""Of the training features, while the last step writes its own beside those of the steps before."""
MOST_NAMES = 5


def build_preprocessor(roles: ColumnRoles, params: PreprocessingParams, purpose: Purpose | None = None) -> Any:
    """``build_features`` for columns of which nothing but the role is known."""
    return build_features(plan_for(roles, params, purpose or Purpose()))


def build_features(plan: Plan) -> Any:
    """An unfitted transformer from a raw table to float64 features: ``Features`` around a ``ColumnTransformer``.

    Fit it on training rows only, with the target as class codes or floats. Missing values, infinite numbers and
    categories that training never saw are all taken in; an unseen category counts as rare, or as none where no category
    was rare.
    """
    from sklearn.compose import ColumnTransformer

    from core.preprocessing.transformers.features import Features

    parts: list[tuple[str, Any, list[str]]] = []
    taken: dict[str, int] = {}
    # Numbers and codes first: how many features they are does not hang on the rows, so each fold has them in one place.
    for treatment, columns in sorted(plan.groups.items(), key=lambda group: _has_any_width(group[0])):
        part = _part_name(treatment)
        taken[part] = taken.get(part, 0) + 1
        name = part if taken[part] == 1 else f"{part} {taken[part]}"
        parts.append((name, _in_a_row(_steps(plan, treatment, columns)), [column.name for column in columns]))
    if plan.params.missing_flags and (names := [c.name for c in plan.columns if c.treatment.role == "numeric"]):
        from core.preprocessing.transformers.numbers import MissingFlags

        parts.append(("flags", MissingFlags(), names))
    selection = SELECTORS[plan.params.select].build(Setting(params=plan.params, purpose=plan.purpose))
    return Features(ColumnTransformer(parts, sparse_threshold=0), *selection)


def import_methods() -> None:
    """Import what any pipeline may need, without fitting anything: for a process that forks."""
    import core.preprocessing.naming  # noqa: F401
    from core.preprocessing import transformers

    for module in pkgutil.iter_modules(transformers.__path__):
        importlib.import_module(f"{transformers.__name__}.{module.name}")
    setting = Setting(params=PreprocessingParams())
    for registry in METHODS.values():
        for method in registry.values():
            method.build(setting)
    roles = ColumnRoles(numeric=("number",), categorical=("category",), datetime=("date",), text=("text",))
    build_preprocessor(roles, PreprocessingParams())


def feature_names(preprocessor: Any) -> list[str]:
    """The names of a fitted preprocessor's features, in order and without duplicates."""
    return [str(name) for name in preprocessor.get_feature_names_out()]


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


def check_room(plan: Plan, *, n_rows: int, free_bytes: int) -> None:
    """Refuse features that do not fit into memory, before they are made.

    Args:
        plan: What will be done.
        n_rows: Rows of the largest part, after balancing.
        free_bytes: Memory that is free.

    Raises:
        UnsuitableData: The features of so many rows would need more than that.
    """
    n = n_features(plan)
    needed = n_rows * n * BYTES_PER_NUMBER * COPIES
    if needed > free_bytes:
        raise UnsuitableData(
            f"{n_rows:,} rows with up to {n:,} features need about {needed / 2**30:.1f} GB of memory; "
            f"{free_bytes / 2**30:.1f} GB are free.",
            hint="Take fewer words or categories, encode by the target or by hashes, or leave columns out.",
            field="preprocessing",
        )


def _part_name(treatment: Treatment) -> str:
    from core.preprocessing.transformers.features import CODES

    gives_codes = treatment.role == "categorical" and ENCODERS[treatment.encode].gives_codes
    return CODES if gives_codes else treatment.role


def _has_any_width(treatment: Treatment) -> bool:
    if treatment.role == "categorical":
        return not ENCODERS[treatment.encode].gives_codes
    return treatment.role != "numeric"


def _steps(plan: Plan, treatment: Treatment, columns: Sequence[ColumnPlan]) -> list[Transformer]:
    setting = plan.setting(treatment, len(columns))
    steps = {"numeric": _numbers, "categorical": _categories, "datetime": _dates, "text": _texts}
    return [*steps[treatment.role](plan, treatment, setting), *_scaled(treatment, setting)]


def _numbers(plan: Plan, treatment: Treatment, setting: Setting) -> list[Transformer]:
    from core.preprocessing.transformers.interactions import Products
    from core.preprocessing.transformers.numbers import NumberColumns

    steps = [NumberColumns(), *IMPUTERS[treatment.impute].build(setting)]
    if plan.params.products != "none":
        steps.append(Products(plan.params.degree, powers=plan.params.products == "polynomial"))
    return steps


def _categories(plan: Plan, treatment: Treatment, setting: Setting) -> list[Transformer]:
    from core.preprocessing.transformers.categories import CategoryColumns

    first = CategoryColumns(most_frequent=plan.params.impute_categorical == "most_frequent")
    return [first, *ENCODERS[treatment.encode].build(setting)]


def _dates(plan: Plan, treatment: Treatment, setting: Setting) -> list[Transformer]:
    from core.preprocessing.transformers.dates import DateColumns

    params = plan.params
    return [DateColumns(params.date_parts, params.date_cycles), *IMPUTERS[treatment.impute].build(setting)]


def _texts(_plan: Plan, treatment: Treatment, setting: Setting) -> list[Transformer]:
    return TEXTS[treatment.text].build(setting)


def _scaled(treatment: Treatment, setting: Setting) -> list[Transformer]:
    return SCALERS[treatment.scale].build(setting) if treatment.scale else []


def _in_a_row(steps: list[Transformer]) -> Transformer:
    from sklearn.pipeline import make_pipeline

    return steps[0] if len(steps) == 1 else make_pipeline(*steps)


def _columns(names: Sequence[str]) -> str:
    """``Column 'a' is`` or ``Columns 'a' and 2 more are``, at most a handful by name."""
    listed = ", ".join(repr(name) for name in names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        listed += f" and {len(names) - MOST_NAMES} more"
    return f"Column {listed} is" if len(names) == 1 else f"Columns {listed} are"
