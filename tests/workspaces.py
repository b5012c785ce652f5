"""A workspace on local files, for computations and sources that are tried without a worker."""

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from core.computing.spec import OpenConnection, RunFiles, TableFile
from core.errors import NotFound
from core.records import Dataset, Run
from core.tables.ingest import ingest_table
from core.tables.spec import ImportOptions, Limits
from tests.factories import make_dataset
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
    ) -> None:
        self.folder = folder
        self.memory_bytes = memory_bytes
        self.max_bytes = max_bytes
        self.allowed_hosts = allowed_hosts
        self.stages: list[tuple[float, str]] = []
        self._tables = dict(tables or {})
        self._connections = dict(connections or {})
        self._runs = dict(runs or {})
        self._kept: dict[str, Path] = {}

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

    def report(self, fraction: float, stage: str) -> None:
        """See ``Workspace.report``."""
        self.stages.append((fraction, stage))

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
