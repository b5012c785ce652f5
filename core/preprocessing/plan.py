"""Which steps each column goes through, and how many features come of it, before any row is read."""

from dataclasses import dataclass, replace
from math import comb

from core.preprocessing.params import PreprocessingParams
from core.preprocessing.registries import ENCODERS, SELECTORS, TEXTS
from core.preprocessing.spec import MethodSpec, Purpose, Setting
from core.types import Notice

PER_DATE = {"plain": 1, "parts": 6, "cycles": 10}
"""Most features of a date: the day alone; year, month, day, weekday and hour as well; all but the year as two "
"each."""


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """What is done to a column: keys of methods; columns with equal treatments are treated together."""

    role: str
    """"numeric", "categorical", "datetime" or "text"."""
    impute: str = ""
    fill: float | None = None
    encode: str = ""
    order: tuple[str, ...] = ()
    scale: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ColumnPlan:
    """One column and its treatment."""

    name: str
    treatment: Treatment
    n_distinct: int
    """Distinct values as the ingest saw them; 0 where nobody knows."""
    is_own: bool
    """Whether a person has set something for this column alone."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that is done to the columns, and to the features and rows that come of them."""

    columns: tuple[ColumnPlan, ...]
    """Those that are learned from, by role and in table order."""
    excluded: tuple[Notice, ...]
    params: PreprocessingParams
    purpose: Purpose

    @property
    def used(self) -> tuple[str, ...]:
        """Names of the columns that are learned from."""
        return tuple(column.name for column in self.columns)

    @property
    def groups(self) -> dict[Treatment, list[ColumnPlan]]:
        """Columns by their treatment."""
        found: dict[Treatment, list[ColumnPlan]] = {}
        for column in self.columns:
            found.setdefault(column.treatment, []).append(column)
        return found

    def setting(self, treatment: Treatment, n_columns: int = 1) -> Setting:
        """What the methods of ``treatment`` are built from."""
        return Setting(
            params=self.params,
            purpose=self.purpose,
            fill=treatment.fill,
            order=treatment.order,
            n_columns=n_columns,
        )

    def with_purpose(self, purpose: Purpose) -> "Plan":
        """The same plan once more is known of what it is for."""
        return replace(self, purpose=purpose)


def n_features(plan: Plan) -> int:
    """The most features that the model can get to see."""
    n = sum(column_features(plan, column) for column in plan.columns)
    n += n_products(plan)
    if plan.params.missing_flags:
        n += sum(column.treatment.role == "numeric" for column in plan.columns)
    return SELECTORS[plan.params.select].n_features(n, Setting(params=plan.params, purpose=plan.purpose))


def column_features(plan: Plan, column: ColumnPlan) -> int:
    """The most features that one column becomes, products aside."""
    treatment = column.treatment
    if treatment.role == "datetime":
        params = plan.params
        return PER_DATE["plain" if not params.date_parts else "cycles" if params.date_cycles else "parts"]
    method = _main_method(treatment)
    return method.n_features(column.n_distinct, plan.setting(treatment)) if method else 1


def _main_method(treatment: Treatment) -> MethodSpec | None:
    if treatment.role == "categorical":
        return ENCODERS[treatment.encode]
    return TEXTS[treatment.text] if treatment.role == "text" else None


def n_products(plan: Plan) -> int:
    """Features that products add."""
    if plan.params.products == "none":
        return 0
    return sum(
        _count_products(len(columns), plan.params.degree, powers=plan.params.products == "polynomial") - len(columns)
        for treatment, columns in plan.groups.items()
        if treatment.role == "numeric"
    )


def _count_products(n: int, degree: int, *, powers: bool) -> int:
    """Products of up to ``degree`` of ``n`` numbers, the numbers themselves among them."""
    return comb(n + degree, degree) - 1 if powers else sum(comb(n, size) for size in range(1, degree + 1))
