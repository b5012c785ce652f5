"""Uploads that a person looks at before they become datasets."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from app.services.computations import ComputationService
from app.services.datasets import DatasetService
from core.computing.catalog.look import LookParams
from core.errors import Conflict, NotFound, UserInputError
from core.ids import clean_name, new_id, utc_now
from core.params import validate_params
from core.records import Computation, Dataset, StagedUpload
from core.settings import Settings
from core.tables.detection import detect_format
from core.tables.spec import ImportOptions
from storage.storage import Storage

KEPT_FOR = timedelta(days=1)


class UploadService:
    """Files between the upload and the import."""

    def __init__(
        self, *, storage: Storage, settings: Settings, datasets: DatasetService, computations: ComputationService
    ) -> None:
        self._storage = storage
        self._settings = settings
        self._datasets = datasets
        self._computations = computations

    def stage(self, path: Path, *, file_name: str) -> StagedUpload:
        """Keep the bytes at ``path`` for a day.

        Args:
            path: A file of ours; the caller removes it afterwards.
            file_name: As the person named it: data, never a path.

        Raises:
            UserInputError: The file is empty or is no table, which its first bytes show; nothing is kept.
            Unavailable: There is no room for the file.
        """
        size_bytes = path.stat().st_size
        if size_bytes == 0:
            raise UserInputError("The file is empty.", hint="Choose a file with a header and rows.", field="file")
        detect_format(path, file_name)
        upload = StagedUpload(
            id=new_id(),
            file_name=clean_name(file_name, max_length=400) or "table",
            size_bytes=size_bytes,
            sha256=self._storage.artifacts.save_file(path),
        )
        with self._storage.write() as unit:
            return unit.staged_uploads.add(upload)

    def get(self, upload_id: str) -> StagedUpload:
        """The upload. Raises NotFound, also when its day is over."""
        with self._storage.read() as unit:
            upload = unit.staged_uploads.get(upload_id)
        if upload.created_at < utc_now() - KEPT_FOR:  # its bytes may be gone while they are still being asked for
            raise NotFound(f"There is no upload {upload_id!r} any more.", hint="Upload the file again.")
        return upload

    def look(self, upload_id: str, options: dict[str, Any] | None = None) -> Computation:
        """Ask what an upload would be read as with ``options``; the answer is a ``Sighting``.

        Raises:
            NotFound: There is no such upload.
            UserInputError: An option does not exist or is out of bounds.
        """
        return self._computations.start("look", self.look_params(upload_id, options or {}))

    def look_again(self, dataset_id: str, options: dict[str, Any] | None = None) -> Computation:
        """Ask what the original bytes of a dataset would be read as with ``options``.

        Raises:
            NotFound: There is no such dataset.
            UserInputError: An option does not exist or is out of bounds.
            Conflict: No original bytes are kept.
        """
        return self._computations.start("look", self.look_again_params(dataset_id, options or {}))

    def look_again_params(self, dataset_id: str, options: dict[str, Any]) -> LookParams:
        """The question that ``look_again`` asks. Raises like it."""
        dataset = self._datasets.get(dataset_id)
        if dataset.original_sha256 is None:
            raise Conflict(
                f"Dataset {dataset.name!r} was not read from a file.", hint="Change the recipe or the query instead."
            )
        return self._params(dataset.original_sha256, dataset.file_name, options)

    def look_params(self, upload_id: str, options: dict[str, Any]) -> LookParams:
        """The question that ``look`` asks. Raises NotFound."""
        upload = self.get(upload_id)
        return self._params(upload.sha256, upload.file_name, options)

    def import_upload(
        self,
        upload_id: str,
        *,
        name: str = "",
        options: dict[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Dataset:
        """Have an upload be read by a job; it may be imported more than once, with other options.

        Raises:
            NotFound: There is no such upload.
            UserInputError: An option does not exist or is out of bounds.
        """
        upload = self.get(upload_id)
        return self._datasets.ingest_kept(
            upload.sha256,
            size_bytes=upload.size_bytes,
            file_name=upload.file_name,
            name=name,
            options=options,
            idempotency_key=idempotency_key,
        )

    def _params(self, sha256: str, file_name: str, options: dict[str, Any]) -> LookParams:
        return LookParams(
            sha256=sha256,
            file_name=file_name,
            options=validate_params(ImportOptions, options, field="options"),
            max_columns=self._settings.max_columns,
        )
