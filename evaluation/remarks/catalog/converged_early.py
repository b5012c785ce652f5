"""Training ended by itself before its last step."""

from core.types import Severity
from evaluation.remarks.history import History
from evaluation.remarks.spec import Finding, RemarkSpec
from evaluation.remarks.words import number


def look(history: History) -> Finding | None:
    """A training that nobody stopped and that needed fewer steps than it was given."""
    if not history.is_over or history.was_stopped or history.is_learning_curve or not len(history.loss):
        return None
    if not 0 < history.last_step < history.planned:
        return None
    return Finding(
        step=history.last_step,
        seen=f"It ended by itself at {history.at(history.last_step)} of at most {history.planned:,}, with a "
        f"validation loss of {number(history.loss.validation[-1])}.",
        advice="Nothing needs to be done: a higher limit would change nothing.",
    )


SPEC = RemarkSpec(
    key="converged_early",
    title="Converged early",
    severity=Severity.INFO,
    look=look,
    meaning="The method noticed that another step would change nothing worth having: its solver has found the "
    "bottom, or validation had not improved for the patience it was given.",
    silences=frozenset({"plateau"}),
)
