"""Saved connections; their secrets go in and out encrypted, and apart from the records."""

from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from core.errors import Conflict, NotFound
from core.records import Connection
from storage.tables import ConnectionRow


class ConnectionRepository:
    """Reads and changes of ``connection`` rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, connection: Connection, *, encrypted_secret: str | None) -> Connection:
        """Insert ``connection``; its id must be new.

        Raises:
            Conflict: Its name is taken.
        """
        values = connection.model_dump(exclude={"has_secret"})
        self._session.add(ConnectionRow(**values, encrypted_secret=encrypted_secret))
        try:
            self._session.flush()
        except IntegrityError as error:
            raise _name_taken(connection.name) from error
        return self.get(connection.id)

    def get(self, connection_id: str) -> Connection:
        """The connection. Raises NotFound."""
        return _to_record(self._row(connection_id))

    def encrypted_secret(self, connection_id: str) -> str | None:
        """The secret as it is stored; None when the connection has none. Raises NotFound."""
        return self._row(connection_id).encrypted_secret

    def list_all(self) -> tuple[Connection, ...]:
        """Every connection, by name."""
        return tuple(_to_record(row) for row in self._session.exec(select(ConnectionRow).order_by(ConnectionRow.name)))

    def update(self, connection_id: str, **changes: Any) -> Connection:
        """Change ``name``, ``params``, ``encrypted_secret`` or ``used_at``.

        Raises:
            NotFound: There is none with this id.
            Conflict: The new name is taken.
        """
        self._row(connection_id)
        try:
            self._session.execute(update(ConnectionRow).where(col(ConnectionRow.id) == connection_id).values(**changes))
        except IntegrityError as error:
            raise _name_taken(str(changes.get("name"))) from error
        return self.get(connection_id)

    def remove(self, connection_id: str) -> None:
        """Delete the connection with its secret. Raises NotFound."""
        self._row(connection_id)
        self._session.execute(delete(ConnectionRow).where(col(ConnectionRow.id) == connection_id))

    def _row(self, connection_id: str) -> ConnectionRow:
        row = self._session.get(ConnectionRow, connection_id, populate_existing=True)
        if row is None:
            raise NotFound(f"There is no connection {connection_id!r}.", hint="See Datasets for those that are saved.")
        return row


def _name_taken(name: str) -> Conflict:
    return Conflict(f"There is a connection named {name!r} already.", hint="Choose another name.", field="name")


def _to_record(row: ConnectionRow) -> Connection:
    values = row.model_dump(exclude={"encrypted_secret"})
    return Connection(**values, has_secret=row.encrypted_secret is not None)
