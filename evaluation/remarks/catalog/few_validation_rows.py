"""Scores from a handful of rows."""

from core.types import LearningTask, Severity, Split
from core.wording import counted, percent
from evaluation.remarks.history import History
from evaluation.remarks.spec import Finding, RemarkSpec

FEW = 50


def look(history: History) -> Finding | None:
    """Fewer validation rows than a score can be read from."""
    n_rows = history.n_samples.get(Split.VALIDATION, 0)
    if not 0 < n_rows < FEW:
        return None
    each = f" Each is worth {percent(1 / n_rows)} of accuracy." if history.task is LearningTask.CLASSIFICATION else ""
    return Finding(
        seen=f"Scores come from {counted(n_rows, 'validation row')}.{each}",
        advice="Small differences between models say nothing here. Compare intervals, or use cross-validation.",
    )


SPEC = RemarkSpec(
    key="few_validation_rows",
    title="Rough scores",
    severity=Severity.INFO,
    look=look,
    meaning="A score from few rows moves a lot when a few rows change.",
)
