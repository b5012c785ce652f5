"""From roles and settings to a plan: every ``auto`` is resolved here, and what cannot work is refused by name."""

from collections.abc import Iterable, Mapping, Sequence

from core.errors import UserInputError
from core.preprocessing.params import ColumnSettings, PreprocessingParams
from core.preprocessing.plan import ColumnPlan, Plan, Treatment, n_products
from core.preprocessing.registries import AUTO, BALANCERS, ENCODERS, IMPUTERS
from core.preprocessing.roles import ColumnRoles, assign_roles
from core.preprocessing.spec import ModelTraits, Purpose
from core.records import Dataset, RunConfig
from core.types import Column

MANY_CATEGORIES = 50
"""Beyond it, one-hot features with at most 20 categories apart lose most of what a column says."""
MOST_TARGET_CLASSES = 10
"""With more classes, means of the target become too many features."""
MOST_PRODUCTS = 2_000
"""Features that products of numbers may come to."""


def make_plan(
    columns: Sequence[Column],
    *,
    target: str,
    n_rows: int,
    params: PreprocessingParams,
    purpose: Purpose,
    exclude: Iterable[str] = (),
) -> Plan:
    """The plan for a dataset.

    Args:
        columns: All columns of the dataset.
        target: The column to predict; empty where nothing is.
        n_rows: Rows of the dataset.
        params: What a person has set.
        purpose: What the features are for.
        exclude: Columns to leave out beside those that ``params`` name.

    Raises:
        UserInputError: A name is no column, or two settings contradict each other.
        UnsuitableData: No column is left to learn from.
    """
    roles = assign_roles(
        columns,
        target=target,
        n_rows=n_rows,
        exclude={*params.exclude, *exclude},
        roles={name: _role(settings) for name, settings in params.columns.items()},
        text=params.text,
    )
    return plan_for(roles, params, purpose, {column.name: column for column in columns})


def plan_run(dataset: Dataset, config: RunConfig, model: ModelTraits, *, exclude: Iterable[str] = ()) -> Plan:
    """The plan for a run of ``config`` on ``dataset`` with ``model``; ``exclude`` are further columns to leave out.

    Raises:
        UserInputError: A setting does not fit the columns, the model or the task.
        UnsuitableData: No column is left to learn from.
    """
    target = next((column for column in dataset.columns if column.name == config.target), None)
    # A group is known by its name only while it is trained on; new rows come with new groups.
    grouped = [config.split.group] if config.split.scheme == "grouped" and config.split.group else []
    return make_plan(
        dataset.columns,
        target=config.target,
        n_rows=dataset.n_rows or 0,
        params=PreprocessingParams.model_validate(config.preprocessing),
        purpose=Purpose(task=config.task, n_classes=target.n_distinct if target else 0, seed=config.seed, model=model),
        exclude=[*grouped, *exclude],
    )


def plan_for(
    roles: ColumnRoles,
    params: PreprocessingParams,
    purpose: Purpose,
    columns: Mapping[str, Column] | None = None,
) -> Plan:
    """The plan for columns whose roles are known. Raises UserInputError for settings that contradict each other."""
    known = columns or {}
    plans = []
    for role, names in (
        ("numeric", roles.numeric),
        ("categorical", roles.categorical),
        ("datetime", roles.datetime),
        ("text", roles.text),
    ):
        for name in names:
            n_distinct = known[name].n_distinct if name in known else 0
            own = params.for_column(name)
            treatment = _treatment(role, own, params, purpose, n_distinct)
            plans.append(
                ColumnPlan(name=name, treatment=treatment, n_distinct=n_distinct, is_own=own != ColumnSettings())
            )
    plan = Plan(columns=tuple(plans), excluded=roles.excluded, params=params, purpose=purpose)
    _check(plan)
    return plan


def _treatment(
    role: str, own: ColumnSettings, params: PreprocessingParams, purpose: Purpose, n_distinct: int
) -> Treatment:
    scale = _first(own.scale, params.scale)
    if scale == AUTO:
        scale = "standard" if purpose.model.needs_scaling else "none"
    if role == "text":
        text = _first(own.text, params.text)
        return Treatment(role=role, text="tfidf" if text in (AUTO, "leave_out") else text)
    if role == "categorical":
        encode = _first(own.encode, params.encode)
        if encode == AUTO:
            encode = _auto_encoding(own, params, purpose, n_distinct)
        scale = scale if ENCODERS[encode].gives_numbers else ""
        return Treatment(role=role, encode=encode, order=own.order, scale=scale)
    impute = _first(own.impute, params.impute_numeric)
    if impute == AUTO:
        keeps = purpose.model.handles_missing and params.products == "none"
        impute = "keep" if keeps else "median"
    if role == "datetime" and impute in ("knn", "iterative", "mode"):
        impute = "median"  # parts of dates say little about each other
    return Treatment(role=role, impute=impute, fill=own.fill, scale=scale)


def _role(own: ColumnSettings) -> str:
    """The role that a person has chosen for a column, be it by choosing a method that only one role has."""
    if own.role != "auto":
        return own.role
    if own.text is not None:
        return "leave_out" if own.text == "leave_out" else "text"
    return "categorical" if own.encode is not None or own.order else "auto"


def _first(own: str | None, of_all: str) -> str:
    return of_all if own is None else own


def _auto_encoding(own: ColumnSettings, params: PreprocessingParams, purpose: Purpose, n_distinct: int) -> str:
    if own.order:
        return "ordinal"
    # A selection changes where the codes stand, from fold to fold, and a code says nothing about its own size.
    if purpose.model.handles_categories and params.select == "none":
        return "label"
    few_classes = not purpose.is_classification or purpose.n_classes <= MOST_TARGET_CLASSES
    return "target" if n_distinct > MANY_CATEGORIES and purpose.has_target and few_classes else "onehot"


def _check(plan: Plan) -> None:
    _check_missing(plan)
    if (n := n_products(plan)) > MOST_PRODUCTS:
        raise UserInputError(
            f"Products of numbers would add {n:,} features; at most {MOST_PRODUCTS:,} are made.",
            hint="Lower the degree, leave columns out, or take interactions without powers.",
            field="preprocessing.products",
        )
    balance = BALANCERS[plan.params.balance]
    if balance.needs_classes and not plan.purpose.is_classification:
        raise UserInputError(
            "Balancing is for classes, and this question has none.",
            hint="Leave the classes as they are.",
            field="preprocessing.balance",
        )
    if not plan.purpose.has_target:
        _check_without_target(plan)


def _check_missing(plan: Plan) -> None:
    """Missing values can stay only where nothing behind them needs numbers."""
    keeps = next((c for c in plan.columns if c.treatment.impute and IMPUTERS[c.treatment.impute].leaves_missing), None)
    if keeps is None:
        return
    field = "preprocessing.columns" if plan.params.for_column(keeps.name).impute else "preprocessing.impute_numeric"
    if not plan.purpose.model.handles_missing:
        raise UserInputError(
            f"Missing numbers of {keeps.name!r} are to be kept, but the model takes none.",
            hint="Fill them, for example with the median, or choose a model that takes missing values.",
            field=field,
        )
    if plan.params.products != "none":
        raise UserInputError(
            f"Missing numbers of {keeps.name!r} cannot be kept and multiplied.",
            hint="Fill them, or leave the products out.",
            field=field,
        )


def _check_without_target(plan: Plan) -> None:
    for column in plan.columns:
        if column.treatment.encode == "target":
            raise UserInputError(
                f"{column.name!r} cannot be encoded by the target: there is none.",
                hint="Choose one-hot or hashing.",
                field="preprocessing.encode",
            )
    if plan.params.select in ("mutual_information", "model"):
        raise UserInputError(
            "Features cannot be chosen by what they say about the target: there is none.",
            hint="Choose by variance or correlation.",
            field="preprocessing.select",
        )
