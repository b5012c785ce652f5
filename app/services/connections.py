"""Saved connections: how to reach a database (or Kaggle), with the password encrypted at rest."""

import shutil
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from core.computing.spec import OpenConnection
from core.databases.reading import describe, describe_server, list_tables
from core.databases.registry import DATABASES
from core.databases.spec import TableColumn, TableInfo
from core.databases.sqlite import FOLDER, find_file, is_sqlite
from core.errors import Conflict, NotFound, UserInputError
from core.ids import clean_name, new_id, utc_now
from core.params import Params, validate_params
from core.records import Connection
from core.secrets import SecretBox
from core.settings import Settings
from core.sources.accounts import KAGGLE, KaggleAccount
from core.types import Value
from storage.storage import Storage

MAX_PASSWORD = 2_000
MAX_FILE_NAME = 150
WHERE_FIELDS = ("host", "port", "user", "encryption", "is_encrypted")
"""Whoever changes one of these says the password again: it would otherwise be sent where it was not meant for."""


class ConnectionKind(Value):
    """What a connection of one kind needs."""

    key: str
    label: str
    is_database: bool
    has_password: bool
    params: dict[str, Any]
    """JSON schema."""


@dataclass(frozen=True, kw_only=True)
class _Kind:
    label: str
    params: type[Params]
    has_password: bool


KINDS: dict[str, _Kind] = {
    **{
        spec.key: _Kind(label=spec.label, params=spec.params, has_password=spec.has_password)
        for spec in DATABASES.values()
    },
    KAGGLE: _Kind(label="Kaggle account", params=KaggleAccount, has_password=True),
}


class ConnectionService:
    """What can be done with saved connections. Passwords go in and never come out."""

    def __init__(self, *, storage: Storage, settings: Settings) -> None:
        self._storage = storage
        self._settings = settings

    def kinds(self) -> tuple[ConnectionKind, ...]:
        """What can be connected to."""
        return tuple(
            ConnectionKind(
                key=key,
                label=kind.label,
                is_database=key in DATABASES,
                has_password=kind.has_password,
                params=kind.params.model_json_schema(),
            )
            for key, kind in KINDS.items()
        )

    def create(self, *, name: str, kind: str, params: dict[str, Any], password: str = "") -> Connection:
        """Save a connection; it is not tried.

        Raises:
            NotFound: No such kind.
            UserInputError: A parameter does not fit.
            Conflict: The name is taken.
        """
        checked = self._checked(kind, params)
        connection = Connection(id=new_id(), name=_checked_name(name), kind=kind, params=checked)
        with self._storage.write() as unit:
            return unit.connections.add(connection, encrypted_secret=self._sealed(kind, password))

    def update(
        self,
        connection_id: str,
        *,
        name: str | None = None,
        params: dict[str, Any] | None = None,
        password: str | None = None,
    ) -> Connection:
        """Change what is given; a password of None stays, an empty one is forgotten.

        Raises:
            NotFound: No such connection.
            UserInputError: A parameter does not fit, or the password is needed again.
            Conflict: The name is taken.
        """
        before = self.get(connection_id)
        changes: dict[str, Any] = {}
        if name is not None:
            changes["name"] = _checked_name(name)
        if params is not None:
            changes["params"] = self._checked(before.kind, params)
            moves = any(before.params.get(field) != changes["params"].get(field) for field in WHERE_FIELDS)
            if moves and before.has_secret and password is None:
                raise UserInputError(
                    "The connection leads elsewhere now, and the saved password was not meant for that.",
                    hint="Enter the password again.",
                    field="password",
                )
        if password is not None:
            changes["encrypted_secret"] = self._sealed(before.kind, password)
        if not changes:
            return before
        with self._storage.write() as unit:
            return unit.connections.update(connection_id, **changes)

    def get(self, connection_id: str) -> Connection:
        """The connection, without its secret. Raises NotFound."""
        with self._storage.read() as unit:
            return unit.connections.get(connection_id)

    def list_all(self) -> tuple[Connection, ...]:
        """Every connection, by name."""
        with self._storage.read() as unit:
            return unit.connections.list_all()

    def list_databases(self) -> tuple[Connection, ...]:
        """The connections to databases, by name."""
        return tuple(connection for connection in self.list_all() if connection.kind in DATABASES)

    def find_kaggle(self) -> Connection | None:
        """The saved Kaggle account, if there is one; the newest of several."""
        accounts = [connection for connection in self.list_all() if connection.kind == KAGGLE]
        return max(accounts, key=lambda connection: connection.id, default=None)

    def remove(self, connection_id: str) -> None:
        """Forget the connection and its password; datasets that came through it stay. Raises NotFound."""
        with self._storage.write() as unit:
            unit.connections.remove(connection_id)

    def test(self, connection_id: str) -> str:
        """One sentence that the connection works.

        Raises:
            NotFound: No such connection.
            UserInputError: It does not work; the message says why.
        """
        sentence = describe_server(self._database(connection_id))
        with self._storage.write() as unit:
            unit.connections.update(connection_id, used_at=utc_now())
        return sentence

    def try_out(self, *, kind: str, params: dict[str, Any], password: str) -> str:
        """What ``test`` says, for a connection that is not saved. Raises UserInputError."""
        checked = self._checked(kind, params)
        connection = Connection(id="", name="", kind=kind, params=checked)
        return describe_server(_only_database(OpenConnection(connection=connection, password=password)))

    def tables(self, connection_id: str) -> tuple[TableInfo, ...]:
        """The tables and views behind a connection.

        Raises:
            NotFound: No such connection.
            UserInputError: It does not work; the message says why.
        """
        return list_tables(self._database(connection_id))

    def columns(self, connection_id: str, table: str, *, schema_name: str = "") -> tuple[TableColumn, ...]:
        """The columns of a table.

        Raises:
            NotFound: No such connection or table.
            UserInputError: The connection does not work.
        """
        return describe(self._database(connection_id), table, schema_name=schema_name)

    def open(self, connection_id: str) -> OpenConnection:
        """The connection with its password in the clear; not to be kept, logged or shown.

        Raises:
            NotFound: No such connection.
            Conflict: The password was saved with another key.
        """
        with self._storage.read() as unit:
            connection = unit.connections.get(connection_id)
            sealed = unit.connections.encrypted_secret(connection_id)
        password = "" if sealed is None else SecretBox.of(self._settings).open(sealed)
        return OpenConnection(connection=connection, password=password)

    def add_sqlite_file(self, path: Path, file_name: str) -> str:
        """Keep an uploaded SQLite file in the folder of databases; the name to connect to.

        Args:
            path: A file of ours; the caller removes it afterwards.
            file_name: As the person named it: data, never a path.

        Raises:
            UserInputError: It is no SQLite file.
            Conflict: Another file has this name.
        """
        if not is_sqlite(path):
            message = "The file is not an SQLite database."
            raise UserInputError(message, hint="Choose one that SQLite wrote.", field="file")
        stem = PurePath(file_name.replace("\\", "/")).name
        name = clean_name(stem, max_length=MAX_FILE_NAME).lstrip(".") or "database"
        folder = self._settings.home.resolve() / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("rb") as source, (folder / name).open("xb") as target:
                shutil.copyfileobj(source, target)
        except FileExistsError as error:
            message = f"There is a file {name!r} already."
            raise Conflict(message, hint="Give yours another name.", field="file") from error
        return name

    def sqlite_files(self) -> tuple[str, ...]:
        """Names of the files in the folder of databases."""
        folder = self._settings.home.resolve() / FOLDER
        if not folder.is_dir():
            return ()
        return tuple(sorted(path.name for path in folder.iterdir() if path.is_file() and is_sqlite(path)))

    def _checked(self, kind: str, params: dict[str, Any]) -> dict[str, Any]:
        if kind not in KINDS:
            raise NotFound(f"Unknown kind of connection {kind!r}.", hint=f"Known: {', '.join(KINDS)}.", field="kind")
        checked = validate_params(KINDS[kind].params, params).model_dump(mode="json")
        if kind == "sqlite":
            checked["file"] = str(find_file(checked["file"], self._settings.home))
        return checked

    def _sealed(self, kind: str, password: str) -> str | None:
        if len(password) > MAX_PASSWORD:
            raise UserInputError(f"The password is longer than {MAX_PASSWORD:,} characters.", field="password")
        if not password or not KINDS[kind].has_password:
            return None
        return SecretBox.of(self._settings).seal(password)

    def _database(self, connection_id: str) -> OpenConnection:
        return _only_database(self.open(connection_id))


def _only_database(opened: OpenConnection) -> OpenConnection:
    if opened.connection.kind not in DATABASES:
        raise UserInputError(
            f"{opened.connection.name!r} is not a connection to a database.", hint="Choose one that is.", field="id"
        )
    return opened


def _checked_name(name: str) -> str:
    cleaned = clean_name(name, max_length=100)
    if not cleaned:
        raise UserInputError("The connection has no name.", hint="Give it one, such as Sales database.", field="name")
    return cleaned
