"""A workspace on local files, for computations and sources that are tried without a worker."""

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from core.computing.spec import ModelCard, OpenConnection, RunFiles, TableFile
from core.errors import NotFound
from core.llm.spec import LanguageModelPort
from core.records import Dataset, Run
from core.retrieval.spec import Library
from core.tables.ingest import ingest_table
from core.tables.spec import ImportOptions, Limits
from core.types import MetricPoint
from tests.factories import make_dataset
from workers.model_cards import model_cards
from workers.preparing.refitting import pipeline_of


class LocalWorkspace:
    """The ``Workspace`` port on given tables. ``stages`` keeps what was reported."""

    def __init__(
        self,
        folder: Path,
        tables: Mapping[str, TableFile] | None = None,
        *,
        connections: Mapping[str, OpenConnection] | None = None,
        runs: Mapping[str, RunFiles] | None = None,
        memory_bytes: int = 750_000_000,
        max_bytes: int = 100_000_000,
        allowed_hosts: frozenset[str] = frozenset(),
        language_model: LanguageModelPort | None = None,
    ) -> None:
        self.folder = folder
        self.memory_bytes = memory_bytes
        self.max_bytes = max_bytes
        self.allowed_hosts = allowed_hosts
        self.language_model = language_model
        self.stages: list[tuple[float, str]] = []
        self.said: list[str] = []
        self._tables = dict(tables or {})
        self._connections = dict(connections or {})
        self._runs = dict(runs or {})
        self._kept: dict[str, Path] = {}
        self.points: dict[str, tuple[MetricPoint, ...]] = {}
        """Curves by run."""
        self.known_runs: tuple[Run, ...] = tuple(files.run for files in self._runs.values())

    def table(self, dataset_id: str) -> TableFile:
        """See ``Workspace.table``."""
        if dataset_id not in self._tables:
            raise NotFound(f"There is no dataset {dataset_id!r}.")
        return self._tables[dataset_id]

    def run(self, run_id: str) -> RunFiles:
        """See ``Workspace.run``."""
        if run_id not in self._runs:
            raise NotFound(f"There is no run {run_id!r}.")
        return self._runs[run_id]

    def metrics(self, run_id: str) -> tuple[MetricPoint, ...]:
        """See ``Workspace.metrics``."""
        return self.points.get(run_id, ())

    def runs_on(self, dataset_id: str | None = None) -> tuple[Run, ...]:
        """See ``Workspace.runs_on``."""
        return tuple(run for run in self.known_runs if dataset_id in (None, run.dataset_id))

    def datasets(self) -> tuple[Dataset, ...]:
        """See ``Workspace.datasets``."""
        return tuple(file.dataset for file in self._tables.values())

    def models(self) -> Mapping[str, ModelCard]:
        """See ``Workspace.models``."""
        return model_cards()

    def pipeline(self, run: Run, params: dict[str, Any]) -> Any:
        """See ``Workspace.pipeline``."""
        return pipeline_of(self._runs[run.id].table.dataset, run, params, n_jobs=1)

    def kept_file(self, sha256: str) -> Path:
        """See ``Workspace.kept_file``."""
        if sha256 not in self._kept:
            raise NotFound(f"There is no file {sha256!r}.")
        return self._kept[sha256]

    def connection(self, connection_id: str) -> OpenConnection:
        """See ``Workspace.connection``."""
        if connection_id not in self._connections:
            raise NotFound(f"There is no connection {connection_id!r}.")
        return self._connections[connection_id]

    @property
    def library(self) -> Library:
        """See ``Workspace.library``; there are no documents here."""
        raise NotFound("There is no library here.")

    def report(self, fraction: float, stage: str) -> None:
        """See ``Workspace.report``."""
        self.stages.append((fraction, stage))

    def say(self, text: str) -> None:
        """See ``Workspace.say``."""
        self.said.append(text)

    def keep(self, path: Path) -> str:
        """See ``Workspace.keep``."""
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        kept = self.folder / f"kept-{sha256}"
        shutil.copyfile(path, kept)
        self._kept[sha256] = kept
        return sha256


def store_frame(frame: pd.DataFrame, folder: Path, *, name: str = "Table") -> TableFile:
    """``frame`` as a dataset that was uploaded as Parquet: normal form and column statistics by the real ingest."""
    folder.mkdir(parents=True, exist_ok=True)
    source, destination = folder / "source.parquet", folder / "table.parquet"
    frame.to_parquet(source, index=False)
    table = ingest_table(
        source,
        file_name="source.parquet",
        destination=destination,
        options=ImportOptions(),
        limits=Limits(max_columns=10_000, memory_bytes=500_000_000),
        on_progress=lambda *_: None,
    )
    dataset: Dataset = make_dataset(name=name, n_rows=table.n_rows, columns=table.columns, notices=table.notices)
    return TableFile(dataset=dataset, path=destination)
