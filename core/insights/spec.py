"""What an insight says, and what the file that finds one declares."""

from typing import Any, Literal

from pydantic import Field

from core.types import Value

Sureness = Literal["certain", "strong", "moderate", "weak"]
Family = Literal["pattern", "anomaly", "problem", "model", "next_step", "tuning"]


class TestEvidence(Value):
    """The test behind a statement."""

    name: str
    """For a person: "Welch's t-test"."""
    statistic: float | None = None
    p_value: float | None = None
    q_value: float | None = None
    """The p-value after control of false discoveries over everything that was looked at together."""
    effect_name: str = ""
    effect: float | None = None
    interval: tuple[float, float] | None = None
    """Of the effect."""
    level: float = 0.95
    n: int | None = None
    """Rows, runs or folds it rests on."""


class Action(Value):
    """What a person can do about it with one click; never done by itself."""

    kind: Literal["open_page", "start_run", "apply_recipe"]
    label: str
    page: str = ""
    """Name of a page: "train", "explore", "runs", ..."""
    query: dict[str, str] = Field(default_factory=dict)
    """Of the page's address."""
    request: dict[str, Any] = Field(default_factory=dict)
    """Of the run to be started or the recipe steps to be added, as REST takes them."""


class Finding(Value):
    """One insight before it is stored as a card."""

    kind: str
    """Key of the registry of insights."""
    family: Family
    subject: tuple[str, ...]
    """What it is about: columns, groups, runs; with ``kind`` it makes the fingerprint."""
    title: str
    """A few words."""
    statement: str
    """One or two sentences; every number in it is among ``numbers``."""
    numbers: dict[str, float] = Field(default_factory=dict)
    """Every number that the statement, or a language model's wording of it, may name."""
    tests: tuple[TestEvidence, ...] = ()
    sureness: Sureness
    interest: float
    """0 to 1: how much a person gains by reading it; the order of cards."""
    picture: dict[str, Any] | None = None
    """A small Plotly figure as JSON, in the theme's names for colours."""
    table: dict[str, list[Any]] = Field(default_factory=dict)
    """The numbers behind the picture, column by column, at most a few hundred rows."""
    advice: str = ""
    """What to do, in a sentence."""
    actions: tuple[Action, ...] = ()
    wording: str = ""
    """A language model's sentence, if one is configured and each of its numbers was found in the evidence."""
