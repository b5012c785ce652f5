"""Every error a person may see, as one small hierarchy.

    WorkbenchError                what happened + a hint; both texts are safe to show
    ├── UserInputError            the request can be corrected            REST 400
    │   ├── UnreadableFile        an upload that cannot be read as a table
    │   ├── UnsuitableData        the data cannot be learned from as asked
    │   │   ├── ConstantTarget    one value in every row
    │   │   ├── EmptyTarget       no value in any row
    │   │   ├── OneClass          the rows to learn from belong to one class
    │   │   ├── TooManyClasses    more classes than rows can speak for
    │   │   ├── TooFewRows        fewer rows than the method needs
    │   │   └── InfiniteValues    numbers beyond every bound
    │   ├── TrainingDiverged      the loss is not finite any more
    │   ├── NumericalFailure      the arithmetic of a method broke down
    │   ├── OutOfMemory           more memory was asked for than there is
    │   ├── TimeLimit             it took longer than it may
    │   └── MissingLibrary        a library that it needs is not installed
    ├── NotFound                  no such object, or not yours            REST 404
    ├── Conflict                  the object is in the wrong state        REST 409
    └── Unavailable               a component is down or full; try later  REST 503
        └── ProcessEnded          the system ended the process of a job

What each of them comes from and how it is cured stands in ``core.failures``.
Pages, REST and workers each translate these once, at their edge.
"""

from typing import Any

from core.wording import sentence, short


class WorkbenchError(Exception):
    """An error whose ``message`` and ``hint`` are written for the person who caused or met it."""

    code = "error"
    """Stable snake-case name, part of the REST contract."""

    def __init__(self, message: str, *, hint: str = "", field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.field = field
        """Name of the request field at fault, if there is one."""

    def to_json(self) -> dict[str, Any]:
        """The error as stored with a failed run or dataset: code, message, hint, field."""
        return {"code": self.code, "message": self.message, "hint": self.hint, "field": self.field}


class UserInputError(WorkbenchError):
    """The request cannot work as it stands; another one can."""

    code = "user_input"


class UnreadableFile(UserInputError):
    """The uploaded bytes are not a table that we can read."""

    code = "unreadable_file"


class UnsuitableData(UserInputError):
    """The table is readable, but the asked-for training cannot learn from it."""

    code = "unsuitable_data"


class ConstantTarget(UnsuitableData):
    """Every row has the same target."""

    code = "constant_target"

    def __init__(self, column: str, value: object = None) -> None:
        same = "the same value" if value is None else f"the same value {short(str(value))!r}"
        super().__init__(
            f"The target {column!r} has {same} in every row.",
            hint="Choose a target that varies; there is nothing to learn from a constant.",
            field="target",
        )


class EmptyTarget(UnsuitableData):
    """No row has a target."""

    code = "empty_target"

    def __init__(self, column: str) -> None:
        super().__init__(
            f"The target {column!r} is empty in every row.",
            hint="Choose another target, or bring rows of which the answer is known.",
            field="target",
        )


class OneClass(UnsuitableData):
    """All rows to learn from, or to judge by, belong to one class."""

    code = "one_class"

    def __init__(self, *, n_rows: int, rows: str = "training rows") -> None:
        super().__init__(
            f"All {n_rows:,} {rows} belong to one class, so there is nothing to tell apart.",
            hint="Choose the stratified split, or a target with at least two frequent values.",
            field="split.scheme",
        )


class TooManyClasses(UnsuitableData):
    """A classification of more classes than are allowed."""

    code = "too_many_classes"

    def __init__(self, column: str, *, n_classes: int, most: int) -> None:
        super().__init__(
            f"{column!r} has {n_classes:,} different values; a classification takes at most {most:,} classes.",
            hint="Choose a target with fewer values, or a regression if it is a quantity.",
            field="target",
        )


class TooFewRows(UnsuitableData):
    """There are fewer rows than the method needs."""

    code = "too_few_rows"


class InfiniteValues(UnsuitableData):
    """A column holds infinite numbers where they cannot be replaced."""

    code = "infinite_values"

    def __init__(self, what: str, *, field: str | None = None) -> None:
        super().__init__(
            f"{what} holds infinite values.",
            hint="Remove those rows, or replace the values, with a recipe.",
            field=field,
        )


class TrainingDiverged(UserInputError):
    """The training loss became infinite or NaN."""

    code = "training_diverged"

    def __init__(self, *, step_name: str, step: int) -> None:
        super().__init__(
            f"The training loss is not a finite number any more at {step_name.removesuffix('s')} {step}.",
            hint="Lower the learning rate, or scale the numeric columns.",
        )


class NumericalFailure(UserInputError):
    """A method's arithmetic came to no result."""

    code = "numerical_failure"

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"The arithmetic of the model came to no result: {sentence(detail)}",
            hint="Scale the numbers, leave out columns that repeat each other, or raise the penalty.",
        )


class OutOfMemory(UserInputError):
    """More memory was asked for than there is."""

    code = "out_of_memory"

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            f"There was not enough memory. {sentence(detail)}".strip(),
            hint="Use fewer rows, fewer categories or a smaller model.",
        )


class TimeLimit(UserInputError):
    """The work took longer than it may."""

    code = "timeout"

    def __init__(self) -> None:
        super().__init__(
            "The work took longer than it may and was ended.",
            hint="Use fewer rows or a smaller model, or ask whoever runs Praxis for a longer limit.",
        )


class MissingLibrary(UserInputError):
    """A library that a model needs is not installed where it was to train."""

    code = "missing_library"

    def __init__(self, name: str, *, install: str = "") -> None:
        super().__init__(
            f"The library {name!r} is not installed on this worker.",
            hint=f"Install it there ({install or f'pip install {name}'}) and restart the worker, or choose another "
            "model.",
            field="model",
        )


class NotFound(WorkbenchError):
    """There is no such object."""

    code = "not_found"


class Conflict(WorkbenchError):
    """The object exists, but its present state does not allow this."""

    code = "conflict"


class Unavailable(WorkbenchError):
    """Something that Praxis depends on does not answer or has no room; nothing was changed."""

    code = "unavailable"


class ProcessEnded(Unavailable):
    """The system ended the process of a job, most often because memory had run out."""

    code = "process_ended"
