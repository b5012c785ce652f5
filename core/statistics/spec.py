"""What a statistical test declares."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.statistics.frame import Frame
from core.statistics.params import CommonParams
from core.statistics.result import TestResult


class QuestionGroup(StrEnum):
    """What a test is about; lists are grouped by it."""

    MEANS = "means"
    GROUPS = "groups"
    PAIRED = "paired"
    RELATION = "relation"
    PROPORTIONS = "proportions"
    DISTRIBUTION = "distribution"


class Goal(StrEnum):
    """What a person wants to know."""

    DIFFERENCE = "difference"
    RELATION = "relation"
    BEFORE_AFTER = "before_after"
    PROPORTION = "proportion"
    DISTRIBUTION = "distribution"
    FIT = "fit"


class Trait(StrEnum):
    """What moves a test up or down once the columns have been looked at."""

    NORMAL = "normal"
    """Rests on roughly normal values when there are few rows."""
    EQUAL_SPREAD = "equal_spread"
    """Rests on groups that spread equally."""
    RANKS = "ranks"
    """Looks at the order of values only."""
    LARGE_COUNTS = "large_counts"
    """Rests on large expected counts."""
    EXACT = "exact"
    """Right for any number of rows."""
    LINEAR = "linear"
    """Sees straight lines only."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A goal and a set of columns that a test suits."""

    goal: Goal
    numbers: tuple[int, int] = (0, 0)
    """Least and most chosen columns that hold numbers."""
    categories: tuple[int, int] = (0, 0)
    """Least and most chosen columns that hold categories."""
    groups: tuple[int, int] | None = None
    """Least and most different values of each chosen category."""
    is_paired: bool = False
    """Whether a column says which rows belong together."""
    rank: int
    """0 to 100: higher comes first when everything else is equal."""
    reason: str
    roles: dict[str, str]
    """Which column goes into which parameter: "
    ""number", "number 2", "numbers", "category", "category 2", "paired by"."""


@dataclass(frozen=True, kw_only=True)
class StatisticalTestSpec:
    """Facts about one test and its function; listing specs imports no statistics library."""

    key: str
    """Stable snake-case name, as in ``TestRecord.test``."""
    label: str
    group: QuestionGroup
    params: type[CommonParams]
    run: Callable[[Frame, Any], TestResult]
    """``(frame, params)``; raises UnsuitableData with the test to take instead."""
    needs: str
    """The columns it takes, in a few words."""
    null_hypothesis: str
    plain: str
    """What it does, for anyone."""
    technical: str
    use_when: tuple[str, ...]
    avoid_when: tuple[str, ...]
    alternative: str | None
    """Key of the test that asks for less; None when there is none."""
    fits: tuple[Fit, ...]
    traits: frozenset[Trait] = frozenset()
    source: str
    has_several_hypotheses: bool = False
    """Whether an answer holds several p values that each count as a test done."""
    most_rows: int = 2_000_000
    """Of longer tables a seeded sample of so many rows is taken, and the answer says so."""
