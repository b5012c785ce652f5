"""Datasets and answers as files of other formats."""

from pathlib import Path
from typing import Any

from app.services.computations import ComputationService
from app.services.datasets import DatasetService
from core.computing.catalog.export import ExportedFile, ExportParams
from core.errors import NotFound
from core.exporting.registry import EXPORT_FORMATS
from core.exporting.spec import ExportOptions
from core.params import validate_params
from core.records import Computation


class ExportService:
    """Tables on their way out."""

    def __init__(self, *, datasets: DatasetService, computations: ComputationService) -> None:
        self._datasets = datasets
        self._computations = computations

    def start(self, dataset_id: str, format: str, options: dict[str, Any] | None = None) -> Computation:
        """Have a dataset be written in a format; the answer is an ``ExportedFile``.

        Raises:
            NotFound: No such dataset or format.
            Conflict: The dataset is not ready.
            UserInputError: An option does not exist.
        """
        return self._computations.start("export", self.params(dataset_id, format, options))

    def params(self, dataset_id: str, format: str, options: dict[str, Any] | None = None) -> ExportParams:
        """The question that ``start`` asks. Raises NotFound, UserInputError."""
        return ExportParams(dataset_id=dataset_id, format=EXPORT_FORMATS[format].key, options=_checked(options))

    def start_result(
        self,
        computation_id: str,
        sha256: str,
        format: str,
        *,
        name: str = "result",
        options: dict[str, Any] | None = None,
    ) -> Computation:
        """Have a table that an answer names (Parquet, by its content hash) be written in a format.

        Raises:
            NotFound: No such computation or format, or its answer names no such file.
            Conflict: There is no answer.
            UserInputError: An option does not exist.
        """
        computation = self._computations.get(computation_id)
        self._computations.file(computation, sha256)
        params = ExportParams(
            table_sha256=sha256, name=name, format=EXPORT_FORMATS[format].key, options=_checked(options)
        )
        return self._computations.start("export", params)

    def file(self, computation: Computation) -> tuple[ExportedFile, Path]:
        """The written file.

        Raises:
            NotFound: The computation writes no file.
            Conflict: It has not finished.
        """
        if computation.kind != "export":
            raise NotFound("This answer is not a file.", hint="Files come from exports.")
        exported = self._computations.result(computation)
        assert isinstance(exported, ExportedFile)
        return exported, self._computations.file(computation, exported.sha256)


def _checked(options: dict[str, Any] | None) -> ExportOptions:
    return validate_params(ExportOptions, options or {}, field="options")
