"""Every error a person may see, as one small hierarchy.

    WorkbenchError                what happened + a hint; both texts are safe to show
    ├── UserInputError            the request can be corrected            REST 400
    │   ├── UnreadableFile        an upload that cannot be read as a table
    │   ├── UnsuitableData        the data cannot be learned from as asked
    │   └── TrainingDiverged      the loss is not finite any more
    ├── NotFound                  no such object, or not yours            REST 404
    ├── Conflict                  the object is in the wrong state        REST 409
    └── Unavailable               a component is down or full; try later  REST 503

Pages, REST and workers each translate these once, at their edge.
"""

from typing import Any


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


class TrainingDiverged(UserInputError):
    """The training loss became infinite or NaN."""

    code = "training_diverged"

    def __init__(self, *, step_name: str, step: int) -> None:
        super().__init__(
            f"The training loss is not a finite number any more at {step_name} {step}.",
            hint="Lower the learning rate, or scale the numeric columns.",
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
