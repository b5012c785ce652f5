"""Too few rows for so many features."""

from core.types import Severity, Split
from core.wording import counted
from evaluation.remarks.history import History
from evaluation.remarks.levers import simpler
from evaluation.remarks.spec import Finding, RemarkSpec

FEW_EACH = 3
"""Training rows for each feature."""
LEAST_FEATURES = 5


def look(history: History) -> Finding | None:
    """Fewer than a few training rows for each feature."""
    n_rows, n_features = history.n_samples.get(Split.TRAIN, 0), history.n_features
    if not n_rows or n_features < LEAST_FEATURES or n_rows >= FEW_EACH * n_features:
        return None
    return Finding(
        seen=f"There are {counted(n_rows, 'training row')} for {n_features:,} features.",
        advice="With so many ways to explain so few rows, some fit by chance. Leave columns out, let fewer "
        "categories stay apart, or take a simpler model.",
        change=simpler(history.model),
        severity=Severity.WARNING if n_rows < n_features else None,
    )


SPEC = RemarkSpec(
    key="few_rows",
    title="Few rows for so many features",
    severity=Severity.INFO,
    look=look,
    meaning="Each feature is one more way to tell rows apart. When there are as many ways as rows, every row can be "
    "explained by something that means nothing.",
)
