"""What datasets and computations have in common: rows that one attempt at a time may write."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from sqlalchemy import update
from sqlmodel import Session, SQLModel, col

from core.errors import Conflict
from core.ids import utc_now


class Attempted(Protocol):
    """A record that is worked on in attempts."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def attempt(self) -> int:
        """Number of the present delivery."""
        ...

    @property
    def status(self) -> StrEnum:
        """Queued, running, or one of the ends."""
        ...


R = TypeVar("R", bound=Attempted)


class AttemptRepository(Generic[R]):
    """Conditional changes of rows with ``status`` and ``attempt``."""

    what: ClassVar[str]
    """What a row is, for a person."""
    row: ClassVar[type[SQLModel]]

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, record_id: str) -> R:
        """The record. Raises NotFound."""
        raise NotImplementedError

    def columns(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Values of columns for new values of a record's fields."""
        return {name: to_json_value(value) for name, value in changes.items()}

    def update(self, record_id: str, *, expect: Sequence[StrEnum], at_attempt: int | None = None, **changes: Any) -> R:
        """Change fields, only if the record is in one of the ``expect`` states and (if given) at ``at_attempt``.

        Raises:
            NotFound: There is none with this id.
            Conflict: Its state or attempt is another.
        """
        columns: Any = self.row
        statement = update(self.row).where(
            col(columns.id) == record_id, col(columns.status).in_([status.value for status in expect])
        )
        if at_attempt is not None:
            statement = statement.where(col(columns.attempt) == at_attempt)
        changed = self._session.execute(statement.values(**self.columns(changes)))
        record = self.get(record_id)
        if changed.rowcount == 0:  # type: ignore[attr-defined]  # the stub types execute for statements with rows only
            raise Conflict(f"The {self.what} is {record.status.value} (attempt {record.attempt}).")
        return record

    def requeue(self, record: R) -> R:
        """Give a record that was being worked on its next attempt.

        Raises:
            Conflict: It has moved on since ``record`` was read.
        """
        status = type(record.status)
        return self.update(
            record.id,
            expect=[status("running")],
            at_attempt=record.attempt,
            attempt=record.attempt + 1,
            status=status("queued"),
            heartbeat_at=utc_now(),
        )


def to_json_value(value: Any) -> Any:
    """Nested records as plain JSON; times and plain values stay themselves."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, tuple):
        return [to_json_value(item) for item in value]
    return value
