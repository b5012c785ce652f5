"""What libraries raise, as errors with a name, a message for a person and a cure."""

import re

from rq.timeouts import JobTimeoutException

from core.errors import (
    InfiniteValues,
    MissingLibrary,
    NumericalFailure,
    OutOfMemory,
    TimeLimit,
    TooFewRows,
    WorkbenchError,
)

_FEW_ROWS = re.compile(
    r"(n_samples\s*[=<]|number of samples|least populated class|n_splits=|n_neighbors|minimum of \d+ is required)", re.I
)
_NOT_FINITE = re.compile(r"(contains (NaN|infinity)|infinity or a value too large|must be finite)", re.I)
_SINGULAR = re.compile(r"(singular|not positive.definite|did not converge|ill.conditioned|leading minor)", re.I)
_MEMORY = re.compile(r"(out of memory|bad.?alloc|cannot allocate|unable to allocate)", re.I)


def named(error: Exception) -> WorkbenchError | None:
    """``error`` by its name; None when it is none of the known ones, and so a fault of ours."""
    if isinstance(error, WorkbenchError):
        return error
    if isinstance(error, JobTimeoutException):
        return TimeLimit()
    if isinstance(error, MemoryError):
        return OutOfMemory(str(error))
    if isinstance(error, ImportError):
        return MissingLibrary((error.name or "of this model").split(".")[0])
    return _by_words(error)


def _by_words(error: Exception) -> WorkbenchError | None:
    """Errors of numpy, scipy, scikit-learn and the boosters, which say what happened in their text alone."""
    text, kind = str(error), type(error).__name__
    if kind in ("TerminatedWorkerError", "BrokenProcessPool") or _MEMORY.search(text):
        return OutOfMemory("A helper process was ended by the system." if not _MEMORY.search(text) else text)
    if kind == "LinAlgError" or isinstance(error, FloatingPointError | OverflowError):
        return NumericalFailure(text or kind)
    if not isinstance(error, ValueError | RuntimeError) and kind not in ("XGBoostError", "LightGBMError"):
        return None
    if _NOT_FINITE.search(text):
        return InfiniteValues("What the model was given")
    if _SINGULAR.search(text):
        return NumericalFailure(text)
    if isinstance(error, ValueError) and _FEW_ROWS.search(text):
        return TooFewRows(
            f"There are too few rows for this model: {text.splitlines()[0][:200]}",
            hint="Bring more rows, join rare classes, or choose a simpler model.",
        )
    return None
