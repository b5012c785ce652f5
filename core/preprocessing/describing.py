"""What a plan does, for a person: as steps, as a diagram's lanes, and column by column."""

from core.preprocessing.plan import ColumnPlan, Plan, Treatment, column_features, n_features
from core.preprocessing.registries import BALANCERS, ENCODERS, IMPUTERS, SCALERS, SELECTORS, TEXTS
from core.preprocessing.spec import Setting
from core.types import Notice, Value

ROLE_WORDS = {"numeric": "Numbers", "categorical": "Categories", "datetime": "Dates", "text": "Texts"}


class Lane(Value):
    """Columns that go through the same steps."""

    role: str
    title: str
    """"Numbers"."""
    columns: tuple[str, ...]
    steps: tuple[str, ...]
    """Each begins with a verb or says what comes about, in order."""
    n_features: int
    """At most so many come of them."""


class ColumnSteps(Value):
    """One column and what is done to it."""

    name: str
    role: str
    steps: tuple[str, ...]
    n_features: int
    is_own: bool
    """Whether a person has set something for this column alone."""


class Description(Value):
    """Preprocessing before it has met a row."""

    lanes: tuple[Lane, ...]
    columns: tuple[ColumnSteps, ...]
    excluded: tuple[Notice, ...]
    """Columns that are left out, and why."""
    after: tuple[str, ...]
    """Steps on all features together: flags of missing numbers, selection."""
    balance: str
    """What is done to rare classes, in training rows only; empty where nothing is."""
    n_columns: int
    n_features: int
    """At most; fewer where categories are missing from the training rows, or words from the texts."""
    is_exact: bool
    """Whether it is known before any row is read that there are just so many features."""

    @property
    def text(self) -> str:
        """All of it in a few sentences, for those who cannot see the diagram."""
        lanes = "; ".join(
            f"{lane.title.lower()} ({len(lane.columns)}): {', then '.join(lane.steps) or 'as they are'}"
            for lane in self.lanes
        )
        after = "".join(f" Then {step}." for step in self.after)
        balance = f" In training rows only: {self.balance}." if self.balance else ""
        columns = "1 column becomes" if self.n_columns == 1 else f"{self.n_columns:,} columns become"
        count = f"{'' if self.is_exact else 'at most '}{self.n_features:,} feature{'s' * (self.n_features != 1)}"
        return f"{columns} {count}. {lanes[:1].upper()}{lanes[1:]}.{after}{balance}"


def describe(plan: Plan) -> Description:
    """``plan`` in words and counts."""
    whole = Setting(params=plan.params, purpose=plan.purpose)
    lanes = tuple(
        Lane(
            role=treatment.role,
            title=ROLE_WORDS[treatment.role],
            columns=tuple(column.name for column in columns),
            steps=_steps(plan, treatment),
            n_features=sum(column_features(plan, column) for column in columns),
        )
        for treatment, columns in plan.groups.items()
    )
    return Description(
        lanes=lanes,
        columns=tuple(_column(plan, column) for column in plan.columns),
        excluded=tuple(notice for notice in plan.excluded if notice.code != "target"),
        after=tuple(step for step in (_flags(plan), SELECTORS[plan.params.select].text(whole)) if step),
        balance=BALANCERS[plan.params.balance].text(whole),
        n_columns=len(plan.columns),
        n_features=n_features(plan),
        is_exact=all(_is_exact(column.treatment) for column in plan.columns) and not plan.params.missing_flags,
    )


def _column(plan: Plan, column: ColumnPlan) -> ColumnSteps:
    return ColumnSteps(
        name=column.name,
        role=column.treatment.role,
        steps=_steps(plan, column.treatment),
        n_features=column_features(plan, column),
        is_own=column.is_own,
    )


def _steps(plan: Plan, treatment: Treatment) -> tuple[str, ...]:
    setting = plan.setting(treatment)
    steps = {
        "numeric": lambda: [IMPUTERS[treatment.impute].text(setting), _products(plan)],
        "datetime": lambda: [_dates(plan), IMPUTERS[treatment.impute].text(setting)],
        "categorical": lambda: [_missing_categories(plan), ENCODERS[treatment.encode].text(setting)],
        "text": lambda: [TEXTS[treatment.text].text(setting)],
    }[treatment.role]()
    if treatment.scale:
        steps.append(SCALERS[treatment.scale].text(setting))
    return tuple(step for step in steps if step)


def _dates(plan: Plan) -> str:
    if not plan.params.date_parts:
        return "count days"
    return "count days, and take year, month, day, weekday and hour apart" + (
        ", going round" if plan.params.date_cycles else ""
    )


def _missing_categories(plan: Plan) -> str:
    if plan.params.impute_categorical == "most_frequent":
        return "fill gaps with the most frequent category"
    return "count missing as a category"


def _flags(plan: Plan) -> str:
    has_numbers = any(column.treatment.role == "numeric" for column in plan.columns)
    return "a flag for each number with gaps" if plan.params.missing_flags and has_numbers else ""


def _products(plan: Plan) -> str:
    if plan.params.products == "none":
        return ""
    powers = ", powers among them" if plan.params.products == "polynomial" else ""
    return f"add products of up to {plan.params.degree} numbers{powers}"


def _is_exact(treatment: Treatment) -> bool:
    """Whether one feature comes of one column, whatever its rows hold."""
    if treatment.role == "categorical":
        return treatment.encode in ("label", "ordinal", "target", "hashing")
    return treatment.role == "numeric"
