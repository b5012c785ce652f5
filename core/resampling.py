"""What a cross-validation inside a run found: its folds in full, and their summary."""

from typing import Any, Literal

from pydantic import Field

from core.types import Value


class FoldScores(Value):
    """One fold: the whole pipeline fitted anew on its training rows and judged on the rows held out."""

    repeat: int
    """From 0."""
    fold: int
    """From 0, within the repeat."""
    n_train: int
    n_validation: int
    scores: dict[str, float] = Field(default_factory=dict)
    """By metric; empty when the fold failed."""
    baseline: dict[str, float] = Field(default_factory=dict)
    """What a dummy scores on the same rows."""
    error: str = ""
    """Why the fold has no scores, for a person."""
    params: dict[str, Any] | None = None
    """Nested only: the settings that won inside this fold."""
    inner_score: float | None = None
    """Nested only: the deciding score of those settings inside the fold: too good, since it is the best of many."""
    duration_s: float = 0.0


class MetricSummary(Value):
    """One metric over all folds that have it."""

    metric: str
    mean: float
    std: float
    """Of the folds, with n - 1; 0 with a single fold."""
    low: float | None = None
    """Of a 95 % interval for the mean; None with fewer than two folds."""
    high: float | None = None
    baseline: float
    """Mean score of the dummy."""


class ResamplingSummary(Value):
    """What a run's result says of its cross-validation."""

    kind: Literal["kfold", "repeated", "nested"]
    folds: int
    repeats: int
    n_planned: int
    """Folds in all repeats."""
    n_done: int
    n_failed: int
    is_stopped: bool
    """Whether a person ended it before its last fold."""
    metrics: tuple[MetricSummary, ...] = ()
    inner_mean: float | None = None
    """Nested only: mean of the inner scores."""


class Resampling(Value):
    """The whole of it, as stored with the run; folds stand in the order of ``core.folds.make_folds``."""

    summary: ResamplingSummary
    primary_metric: str
    scheme: str
    seed: int
    folds_sha256: str
    """Digest of the rows of all folds: equal digests may be compared fold by fold."""
    n_rows: int
    candidates: tuple[dict[str, Any], ...] = ()
    """Nested only: the settings that were tried, the run's own first."""
    folds: tuple[FoldScores, ...]
