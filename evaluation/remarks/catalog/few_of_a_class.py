"""A class with a handful of rows."""

from core.types import LearningTask, Severity
from core.wording import counted, short
from evaluation.remarks.history import History
from evaluation.remarks.spec import Finding, RemarkSpec

FEW = 10


def look(history: History) -> Finding | None:
    """Classes with fewer training rows than one can learn from."""
    rare = sorted((n, label) for label, n in history.class_counts.items() if n < FEW)
    if not rare:
        return None
    n, label = rare[0]
    others = f" and {counted(len(rare) - 1, 'more class', 'more classes')} fewer than {FEW}" if len(rare) > 1 else ""
    return Finding(
        seen=f"Class {short(label)!r} has {counted(n, 'training row')}{others}.",
        advice="That is too little to learn or to judge it by. Bring more such rows, or put rare classes together.",
    )


SPEC = RemarkSpec(
    key="few_of_a_class",
    title="A class with hardly any rows",
    severity=Severity.WARNING,
    look=look,
    meaning="What a model says of a class that it has seen a few times is chance, and so is its score.",
    silences=frozenset({"class_imbalance"}),
    tasks=frozenset({LearningTask.CLASSIFICATION}),
)
