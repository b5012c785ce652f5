"""What a statistical test answers. Every number is finite; None stands for "without bound" or "not defined"."""

from enum import StrEnum
from typing import Any, ClassVar, Literal

from core.types import Notice, Value

Cell = str | float | int | None


class Statistic(Value):
    """One named number of a test."""

    name: str
    value: float | None


class Estimate(Value):
    """A quantity with its interval, in the unit of the data where ``unit`` names one."""

    name: str
    value: float | None
    low: float | None
    """Lower end of the interval; None when it has no bound."""
    high: float | None
    confidence: float
    """Share of such intervals that hold the true value, such as 0.95."""
    method: str
    """How the interval was made."""
    unit: str = ""


class Effect(Estimate):
    """The size of what was found, without unit, so that it can be compared between tables."""

    word: Literal["", "negligible", "small", "medium", "large"] = ""
    """By the convention; empty where there is no agreed one."""
    convention: str = ""
    """Where the words begin, and who says so."""
    neutral: float = 0.0
    """The value that means no effect."""


class Power(Value):
    """What this number of rows can find."""

    achieved: float | None = None
    """Probability of p <= alpha if the true effect were the one found. It says nothing that p does not."""
    detectable: float | None = None
    """The true effect that 80 of 100 such tables would reveal."""
    effect: str = ""
    """What ``detectable`` is a value of."""
    method: str = ""
    reason: str = ""
    """Why there are no numbers, when there are none."""


class GroupSummary(Value):
    """One group, or one column, in a few numbers."""

    label: str
    n: int
    mean: float | None = None
    std: float | None = None
    mean_low: float | None = None
    mean_high: float | None = None
    median: float | None = None
    q1: float | None = None
    q3: float | None = None
    minimum: float | None = None
    maximum: float | None = None


class ResultTable(Value):
    """A table that belongs to the answer."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class AssumptionState(StrEnum):
    """How far an assumption holds."""

    OK = "ok"
    DOUBTFUL = "doubtful"
    VIOLATED = "violated"
    TO_JUDGE = "to_judge"
    """No figure can tell; a person has to."""


class Assumption(Value):
    """Something that the p value rests on, and what the data say of it."""

    name: str
    how: str
    """How it was checked, with the limits that were used."""
    result: str
    state: AssumptionState
    p_value: float | None = None
    advice: str = ""
    alternative: str | None = None
    """Key of a test that does without it."""


class Hypothesis(Value):
    """One question that was answered with one p value."""

    name: str
    p_value: float
    sentence: str


class Picture(Value):
    """A figure with what stands behind it."""

    title: str
    explanation: str
    alt: str
    table: list[dict[str, Any]]
    figure: dict[str, Any]
    """Plotly ``data`` and ``layout``; names in traces as they are, names in the layout safe to show."""


class TestResult(Value):
    """The answer of one test."""

    __test__: ClassVar[bool] = False

    test: str
    """Key of the registry."""
    label: str
    variant: str = ""
    """Which form of the test was computed: exact, asymptotic, with a correction."""
    null_hypothesis: str
    sentence: str
    """What was found, in one plain sentence or two: direction and size."""
    statistics: tuple[Statistic, ...]
    degrees_of_freedom: tuple[Statistic, ...] = ()
    p_value: float
    alternative: str = "two-sided"
    alpha: float
    hypotheses: tuple[Hypothesis, ...]
    """Every p value that counts as a test done; one for most tests."""
    estimate: Estimate | None = None
    """The finding in the unit of the data."""
    effect: Effect
    power: Power
    n_rows: int
    """Rows of the table."""
    n_read: int
    """Rows that were read: fewer than ``n_rows`` when a sample was drawn."""
    n_used: int
    """Rows, or pairs, that the test rests on."""
    n_missing: int
    """Read rows, or pairs, that were left out because a value is missing."""
    sample_seed: int | None = None
    groups: tuple[GroupSummary, ...] = ()
    tables: tuple[ResultTable, ...] = ()
    assumptions: tuple[Assumption, ...]
    pictures: tuple[Picture, ...]
    warnings: tuple[Notice, ...] = ()
    code: str
    """A script that repeats the test with SciPy alone."""
    source: str
    """The paper or book that the test comes from."""

    @property
    def is_significant(self) -> bool:
        """Whether p is at most alpha."""
        return self.p_value <= self.alpha
