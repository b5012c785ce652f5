"""Datasets: bring a file, look at it."""

import logging
from pathlib import Path, PurePath
from typing import Any

from sqlalchemy.exc import IntegrityError

from core.deliveries import ingest_job
from core.errors import Conflict, Unavailable, UserInputError
from core.ids import clean_name, new_id, utc_now
from core.jobs import JobQueue
from core.params import validate_params
from core.records import Dataset, DatasetSummary, ErrorRecord, Source
from core.settings import Settings
from core.sources.registry import SOURCES
from core.tables.preview import read_preview
from core.tables.spec import ImportOptions
from core.types import Column, DatasetStatus, LearningTask
from storage.repositories.paging import Page
from storage.storage import Storage

logger = logging.getLogger(__name__)

MAX_PREVIEW_ROWS = 1_000
MAX_CLASSES_TO_SUGGEST = 20
"""Whole numbers with more distinct values than this are taken for quantities rather than classes."""


class DatasetService:
    """What can be done with datasets."""

    def __init__(self, *, storage: Storage, queue: JobQueue, settings: Settings) -> None:
        self._storage = storage
        self._queue = queue
        self._settings = settings

    def ingest(
        self,
        path: Path,
        *,
        file_name: str,
        name: str = "",
        options: dict[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Dataset:
        """Keep the bytes at ``path`` and have them read by a job.

        Args:
            path: A file of ours; the caller removes it afterwards.
            file_name: As the person named it; used for its extension and as data, never as a path.
            name: What to call the dataset; the file's name without extension when empty.
            options: ``ImportOptions`` that differ from what is sniffed.
            idempotency_key: A second call with the same key returns the first one's dataset.

        Raises:
            UserInputError: An option does not exist or is out of bounds, or the file is empty.
            Unavailable: There is no room for the file.
        """
        if idempotency_key and (known := self._find_by_key(idempotency_key)):
            return known
        checked = validate_params(ImportOptions, options or {}, field="options")
        size_bytes = path.stat().st_size
        if size_bytes == 0:
            raise UserInputError("The file is empty.", hint="Choose a file with a header and rows.", field="file")
        return self.ingest_kept(
            self._storage.artifacts.save_file(path),
            size_bytes=size_bytes,
            file_name=file_name,
            name=name,
            options=checked.model_dump(mode="json", exclude_none=True),
            idempotency_key=idempotency_key,
        )

    def ingest_kept(
        self,
        sha256: str,
        *,
        size_bytes: int,
        file_name: str,
        name: str = "",
        options: dict[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Dataset:
        """Have bytes that are kept already be read by a job; otherwise like ``ingest``.

        Raises:
            UserInputError: An option does not exist or is out of bounds.
        """
        if idempotency_key and (known := self._find_by_key(idempotency_key)):
            return known
        checked = validate_params(ImportOptions, options or {}, field="options")
        stem = PurePath(file_name.replace("\\", "/")).stem
        dataset_id = new_id()
        dataset = Dataset(
            id=dataset_id,
            family_id=dataset_id,
            name=clean_name(name, max_length=200) or clean_name(stem, max_length=200) or "Dataset",
            file_name=clean_name(file_name, max_length=400),
            size_bytes=size_bytes,
            original_sha256=sha256,
            import_options=checked.model_dump(mode="json", exclude_none=True),
            stage="Waiting for a worker",
            heartbeat_at=utc_now(),
            idempotency_key=idempotency_key,
        )
        return self._add(dataset)

    def derive(
        self,
        kind: str,
        params: dict[str, Any],
        *,
        name: str = "",
        version_of: str | None = None,
        options: dict[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Dataset:
        """Have a source make a dataset, by a job.

        Args:
            kind: Key of the source registry.
            params: The source's parameters.
            name: What to call the dataset; the parent's name, or the source's label, when empty.
            version_of: The dataset of which this becomes the next version. None starts a family of its own; the first
                dataset that the parameters name is then still the parent.
            options: ``ImportOptions`` for sources that fetch files from elsewhere.
            idempotency_key: A second call with the same key returns the first one's dataset.

        Raises:
            NotFound: No such source, or a dataset that it names does not exist.
            UserInputError: A parameter does not fit.
            Conflict: A dataset that it names is not ready.
        """
        if idempotency_key and (known := self._find_by_key(idempotency_key)):
            return known
        spec = SOURCES[kind]
        checked = validate_params(spec.params, params)
        checked_options = validate_params(ImportOptions, options or {}, field="options")
        made_from = [require_ready(self.get(each)) for each in spec.datasets(checked)]
        previous = self.get(version_of) if version_of else None
        parent = previous or (made_from[0] if made_from else None)
        label = clean_name(name, max_length=200) or (previous.name if previous else "") or spec.label
        dataset_id = new_id()
        dataset = Dataset(
            id=dataset_id,
            name=label,
            version=1,
            parent_id=parent.id if parent else None,
            family_id=previous.family_id if previous else dataset_id,
            source=Source(kind=kind, params=checked.model_dump(mode="json")),
            file_name="",
            size_bytes=0,
            import_options=checked_options.model_dump(mode="json", exclude_none=True),
            stage="Waiting for a worker",
            heartbeat_at=utc_now(),
            idempotency_key=idempotency_key,
        )
        return self._add(dataset)

    def read_again(self, dataset_id: str, options: dict[str, Any], *, idempotency_key: str | None = None) -> Dataset:
        """A new version from the original bytes of a dataset, read with other options.

        Raises:
            NotFound: No such dataset.
            UserInputError: An option does not exist or is out of bounds.
            Conflict: No original bytes are kept, because it was made from other datasets.
        """
        if idempotency_key and (known := self._find_by_key(idempotency_key)):
            return known
        checked = validate_params(ImportOptions, options, field="options")
        previous = self.get(dataset_id)
        if previous.original_sha256 is None:
            raise Conflict(
                f"Dataset {previous.name!r} was not read from a file.", hint="Change the recipe or the query instead."
            )
        return self._add(
            Dataset(
                id=new_id(),
                name=previous.name,
                parent_id=previous.id,
                family_id=previous.family_id,
                source=previous.source,
                file_name=previous.file_name,
                size_bytes=previous.size_bytes,
                original_sha256=previous.original_sha256,
                import_options=checked.model_dump(mode="json", exclude_none=True),
                stage="Waiting for a worker",
                heartbeat_at=utc_now(),
                idempotency_key=idempotency_key,
            )
        )

    def rename(self, dataset_id: str, name: str) -> Dataset:
        """Call all versions of a dataset by another name.

        Raises:
            NotFound: No such dataset.
            UserInputError: The name is empty.
        """
        cleaned = clean_name(name, max_length=200)
        if not cleaned:
            raise UserInputError("The name is empty.", hint="Enter at least one letter.", field="name")
        with self._storage.write() as unit:
            unit.datasets.rename_family(unit.datasets.get(dataset_id).family_id, cleaned)
            return unit.datasets.get(dataset_id)

    def cancel(self, dataset_id: str) -> Dataset:
        """End the reading of a dataset; it then counts as failed, with the reason "cancelled".

        Raises:
            NotFound: No such dataset.
            Conflict: It is not being read any more.
        """
        with self._storage.write() as unit:
            dataset = unit.datasets.get(dataset_id)
            if dataset.status is DatasetStatus.QUEUED:
                error = ErrorRecord(code="cancelled", message="It was cancelled.", hint="Upload it again to read it.")
                return unit.datasets.update(
                    dataset_id,
                    expect=[DatasetStatus.QUEUED],
                    status=DatasetStatus.FAILED,
                    error=error,
                    finished_at=utc_now(),
                )
            return unit.datasets.update(dataset_id, expect=[DatasetStatus.RUNNING], is_cancel_requested=True)

    def remove(self, dataset_id: str) -> None:
        """Delete a dataset with its charts, tests and recipe draft. Its files stay until nothing else names them.

        Raises:
            NotFound: No such dataset.
            Conflict: Runs or other datasets were made from it, or it is being read.
        """
        with self._storage.write() as unit:
            dataset = unit.datasets.get(dataset_id)
            if not dataset.status.is_terminal:
                raise Conflict(f"Dataset {dataset.name!r} is being read.", hint="Cancel that first.")
            n_children = unit.datasets.count_children(dataset_id)
            n_runs = unit.runs.count_on(dataset_id)
            needs = [
                f"{count} {word if count == 1 else word + 's'}"
                for count, word in ((n_runs, "run"), (n_children, "dataset"))
                if count
            ]
            if needs:
                raise Conflict(
                    f"Dataset {dataset.name!r} cannot be removed: {' and '.join(needs)} came from it.",
                    hint="What was learned keeps its data, so that it can be checked and repeated.",
                )
            unit.datasets.remove(dataset_id)

    def relatives(self, dataset_id: str) -> tuple[DatasetSummary, ...]:
        """All versions of a dataset, what they were made from and what was made from them, oldest first.

        Raises NotFound.
        """
        with self._storage.read() as unit:
            unit.datasets.get(dataset_id)
            return unit.datasets.list_family_tree(dataset_id)

    def get(self, dataset_id: str) -> Dataset:
        """The dataset. Raises NotFound."""
        with self._storage.read() as unit:
            return unit.datasets.get(dataset_id)

    def list_page(self, *, limit: int = 50, cursor: str | None = None) -> Page[DatasetSummary]:
        """Datasets, newest first."""
        with self._storage.read() as unit:
            return unit.datasets.list_page(limit=limit, cursor=cursor)

    def list_ready(self, *, limit: int = 200) -> tuple[DatasetSummary, ...]:
        """Datasets that can be looked at and trained on, newest first."""
        with self._storage.read() as unit:
            return unit.datasets.list_page(limit=limit, statuses=[DatasetStatus.READY]).items

    def find_ready(self, dataset_id: str) -> DatasetSummary | None:
        """The dataset if it exists and is ready, else None."""
        with self._storage.read() as unit:
            found = unit.datasets.find_summary(dataset_id)
        return found if found and found.status is DatasetStatus.READY else None

    def list_by_ids(self, dataset_ids: set[str]) -> dict[str, Dataset]:
        """Those of ``dataset_ids`` that exist, by id."""
        with self._storage.read() as unit:
            return unit.datasets.list_by_ids(dataset_ids)

    def preview(self, dataset_id: str, *, n_rows: int = 50, offset: int = 0) -> list[dict[str, Any]]:
        """Some rows as JSON values.

        Raises:
            UserInputError: More rows than one preview may hold.
            Conflict: The dataset is not ready.
        """
        if not 1 <= n_rows <= MAX_PREVIEW_ROWS:
            raise UserInputError(f"rows is {n_rows}.", hint=f"Ask for 1 to {MAX_PREVIEW_ROWS:,} rows.", field="rows")
        if offset < 0:
            raise UserInputError(f"offset is {offset}.", hint="Start at 0.", field="offset")
        dataset = require_ready(self.get(dataset_id))
        assert dataset.content_sha256 is not None
        with self._storage.artifacts.local_file(dataset.content_sha256) as path:
            return read_preview(path, n_rows, offset)

    def export(self, dataset_id: str) -> tuple[str, Path]:
        """A name for the file, and the path of the Parquet file itself.

        Raises:
            Conflict: The dataset is not ready.
        """
        dataset = require_ready(self.get(dataset_id))
        assert dataset.content_sha256 is not None
        with self._storage.artifacts.local_file(dataset.content_sha256) as path:
            return f"{dataset.name}-v{dataset.version}", path

    def _add(self, dataset: Dataset) -> Dataset:
        """Store ``dataset`` as the next version of its family and have it read."""
        try:
            with self._storage.write() as unit:
                version = unit.datasets.last_version(dataset.family_id) + 1
                dataset = unit.datasets.add(dataset.model_copy(update={"version": version}))
        except IntegrityError:
            # The same request arrived twice at once, and the other one was faster.
            if dataset.idempotency_key and (known := self._find_by_key(dataset.idempotency_key)):
                return known
            raise
        self._deliver(dataset)
        return dataset

    def _find_by_key(self, key: str) -> Dataset | None:
        with self._storage.read() as unit:
            return unit.datasets.find_by_idempotency_key(key)

    def _deliver(self, dataset: Dataset) -> None:
        try:
            self._queue.enqueue(ingest_job(dataset, self._settings))
        except Unavailable as error:
            logger.warning("dataset %s: %s", dataset.id, error.message)


def require_ready(dataset: Dataset) -> Dataset:
    """``dataset`` itself.

    Raises:
        Conflict: It is not ready.
    """
    if dataset.status is DatasetStatus.FAILED:
        raise Conflict(
            f"Dataset {dataset.name!r} could not be read.",
            hint=dataset.error.message if dataset.error else "Upload it again.",
        )
    if dataset.status is not DatasetStatus.READY:
        raise Conflict(f"Dataset {dataset.name!r} is still being read.", hint="Try again when it is ready.")
    return dataset


def find_target(dataset: Dataset, target: str) -> Column:
    """The column called ``target``.

    Raises:
        UserInputError: The dataset has no such column.
    """
    column = next((column for column in dataset.columns if column.name == target), None)
    if column is None:
        import difflib

        names = [column.name for column in dataset.columns]
        close = difflib.get_close_matches(target, names, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(close)}?" if close else f"Columns: {', '.join(names[:20])}."
        raise UserInputError(f"{dataset.name!r} has no column {target!r}.", hint=hint, field="target")
    return column


def suggest_task(dataset: Dataset, target: str) -> LearningTask:
    """Classification or regression, from the target's type and number of distinct values.

    Raises:
        UserInputError: The dataset has no such column.
    """
    column = find_target(dataset, target)
    if not column.type.is_numeric or column.n_distinct <= 2:
        return LearningTask.CLASSIFICATION
    is_whole = column.type.value == "integer"
    few = column.n_distinct <= MAX_CLASSES_TO_SUGGEST
    return LearningTask.CLASSIFICATION if is_whole and few else LearningTask.REGRESSION
