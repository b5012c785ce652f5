"""One class is rare."""

from core.records import Change
from core.types import LearningTask, Severity
from core.wording import percent, short
from evaluation.remarks.history import History
from evaluation.remarks.levers import BALANCE, balanced
from evaluation.remarks.spec import Finding, RemarkSpec

RARE = 0.2
"""Rarer than this part of an equal share."""

OVERSAMPLED = Change(label="Classes as they are → rare ones repeated", preprocessing={"balance": "oversample"})
"""For models that cannot weigh rows."""


def look(history: History) -> Finding | None:
    """A class with far fewer training rows than an equal share, in a model that does not weigh it up."""
    counts = history.class_counts
    n_rows = sum(counts.values())
    is_weighed = any(history.model.params.get(name) is True for name in BALANCE) or history.is_balanced
    if len(counts) < 2 or not n_rows or is_weighed:
        return None
    rarest = min(counts, key=lambda label: (counts[label], label))
    most = max(counts, key=lambda label: (counts[label], label))
    share = counts[rarest] / n_rows
    if share >= RARE / len(counts):
        return None
    return Finding(
        seen=f"Only {counts[rarest]:,} of {n_rows:,} training rows ({percent(share)}) are {short(rarest)!r}.",
        advice=f"Always answering {short(most)!r} is right in {percent(counts[most] / n_rows)} of the cases, so "
        "accuracy says little: watch F1, precision and recall. Weighing rare classes up finds more of them, at the "
        "price of false alarms.",
        change=balanced(history.model) or OVERSAMPLED,
    )


SPEC = RemarkSpec(
    key="class_imbalance",
    title="One class is rare",
    severity=Severity.WARNING,
    look=look,
    meaning="A model that never answers with the rare class loses little by it, unless rare rows are given more "
    "weight.",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
)
