"""Data from elsewhere: a web address, Kaggle, a database, a built-in sample; each becomes a dataset like an upload."""

from contextlib import closing
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from app.services.connections import ConnectionService
from app.services.datasets import DatasetService
from core.databases.registry import DATABASES
from core.databases.statements import check_reading
from core.errors import UserInputError
from core.fetching.addresses import find_target
from core.params import validate_params
from core.records import Dataset
from core.samples.registry import SAMPLES
from core.settings import Settings
from core.sources.accounts import KAGGLE
from core.sources.catalog.database import DatabaseParams
from core.sources.catalog.kaggle import KaggleParams
from core.types import LearningTask, Value

QUERY_NAME = "Query"


class SampleCard(Value):
    """What a person needs to know to choose a built-in table."""

    key: str
    label: str
    description: str
    """What the rows are, and what is true of them."""
    lesson: str
    """What can be learned with it."""
    topic: str
    """What it is an example of, in two or three words."""
    icon: str
    """Name of a Material symbol."""
    origin: str
    target: str
    task: LearningTask
    n_rows: int
    n_columns: int


class KaggleFile(Value):
    """One file of a dataset at Kaggle."""

    name: str
    size_bytes: int


class SourceService:
    """Datasets from elsewhere. What can be refused at once is; the rest fails with the dataset, in words."""

    def __init__(self, *, datasets: DatasetService, connections: ConnectionService, settings: Settings) -> None:
        self._datasets = datasets
        self._connections = connections
        self._settings = settings

    def from_url(
        self,
        url: str,
        *,
        name: str = "",
        version_of: str | None = None,
        options: dict[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Dataset:
        """Have the file at a web address fetched and read.

        Raises:
            UserInputError: It is no web address, or leads to an internal machine.
            NotFound: There is no dataset ``version_of``.
        """
        hosts = self._settings.fetch_allowed_hosts.split(",")
        find_target(url, allowed_hosts=frozenset(host.strip().lower() for host in hosts if host.strip()))
        stem = PurePosixPath(unquote(urlsplit(url.strip()).path)).name.partition(".")[0]
        return self._datasets.derive(
            "url",
            {"url": url.strip()},
            name=name or ("" if version_of else stem),
            version_of=version_of,
            options=options,
            idempotency_key=idempotency_key,
        )

    def from_kaggle(
        self,
        params: dict[str, Any],
        *,
        name: str = "",
        version_of: str | None = None,
        options: dict[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Dataset:
        """Have a file of Kaggle fetched and read. ``params`` are those of the source; a saved account is used if any.

        Raises:
            UserInputError: A parameter does not fit, or there is no key for Kaggle.
            NotFound: There is no such account, or no dataset ``version_of``.
        """
        from core.sources.kaggle import find_credentials, split_handle

        checked = validate_params(KaggleParams, params)
        split_handle(checked.dataset)
        account_id = self._account_id(checked.connection_id)
        find_credentials(self._connections.open(account_id) if account_id else None)
        stem = PurePosixPath(checked.file).name.partition(".")[0]
        return self._datasets.derive(
            "kaggle",
            checked.model_copy(update={"connection_id": account_id}).model_dump(),
            name=name or ("" if version_of else stem),
            version_of=version_of,
            options=options,
            idempotency_key=idempotency_key,
        )

    def list_kaggle_files(self, dataset: str) -> tuple[KaggleFile, ...]:
        """The files of a dataset or a competition at Kaggle.

        Raises:
            UserInputError: There is no such dataset, or no key for Kaggle.
        """
        from core.sources.kaggle import Kaggle, find_credentials

        account_id = self._account_id("")
        credentials = find_credentials(self._connections.open(account_id) if account_id else None)
        with closing(Kaggle(credentials)) as kaggle:
            files = kaggle.list_files(dataset)
        return tuple(KaggleFile(name=file.name, size_bytes=file.size_bytes) for file in files)

    def from_database(
        self,
        params: dict[str, Any],
        *,
        name: str = "",
        version_of: str | None = None,
        idempotency_key: str | None = None,
    ) -> Dataset:
        """Have a table of a database, or what a query delivers, read. ``params`` are those of the source.

        Raises:
            UserInputError: A parameter does not fit, or the query does more than read.
            NotFound: There is no such connection, or no dataset ``version_of``.
        """
        checked = validate_params(DatabaseParams, params)
        connection = self._connections.get(checked.connection_id)
        if connection.kind not in DATABASES:
            raise UserInputError(
                f"{connection.name!r} is not a connection to a database.",
                hint="Choose one that is.",
                field="connection_id",
            )
        if checked.sql.strip():
            check_reading(checked.sql, DATABASES[connection.kind].dialect)
        return self._datasets.derive(
            "database",
            checked.model_dump(),
            name=name or ("" if version_of else checked.table or QUERY_NAME),
            version_of=version_of,
            idempotency_key=idempotency_key,
        )

    def from_sample(self, key: str, *, seed: int = 0, idempotency_key: str | None = None) -> Dataset:
        """Have a built-in table made and read.

        Raises:
            NotFound: There is no such sample; the hint names the closest.
            UserInputError: The seed is out of bounds.
        """
        spec = SAMPLES[key]
        params = {"key": key, "seed": seed}
        return self._datasets.derive("sample", params, name=spec.label, idempotency_key=idempotency_key)

    def samples(self) -> tuple[SampleCard, ...]:
        """The built-in tables, by key."""
        return tuple(
            SampleCard(
                key=spec.key,
                label=spec.label,
                description=spec.description,
                lesson=spec.lesson,
                topic=spec.topic,
                icon=spec.icon,
                origin=spec.origin,
                target=spec.target,
                task=spec.task,
                n_rows=spec.n_rows,
                n_columns=spec.n_columns,
            )
            for spec in SAMPLES.values()
        )

    def _account_id(self, given: str) -> str:
        if given:
            account = self._connections.get(given)
            if account.kind != KAGGLE:
                raise UserInputError(
                    f"{account.name!r} is not a Kaggle account.", hint="Choose one that is.", field="connection_id"
                )
            return account.id
        found = self._connections.find_kaggle()
        return found.id if found else ""
