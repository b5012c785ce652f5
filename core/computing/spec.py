"""What a computation declares.

One file under ``core/computing/catalog`` (about tables) or ``evaluation/computations`` (about runs) is one computation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from core.jobs import QueueName
from core.llm.spec import LanguageModelPort
from core.params import Params
from core.records import Connection, Dataset, Run
from core.retrieval.spec import Library
from core.types import LearningTask, MetricPoint, Value


@dataclass(frozen=True, kw_only=True)
class TableFile:
    """A dataset that is ready, and where its rows lie."""

    dataset: Dataset
    path: Path
    """Parquet in the normal form (``core.tables.ingest``). To be read, never written."""


@dataclass(frozen=True, kw_only=True)
class OpenConnection:
    """A saved connection with its secret in the clear; to be forgotten after use, never logged or returned."""

    connection: Connection
    password: str


@dataclass(frozen=True, kw_only=True)
class RunFiles:
    """A run that has a result, and where what it left lies. Files are to be read, never written."""

    run: Run
    table: TableFile
    """The rows it learned from."""
    model: Path
    """joblib of ``{"pipeline", "labels", "target"}``; its hash was checked."""
    split: Path
    """npz of row numbers: ``train``, ``validation``, ``test``, of the rows whose target is known."""
    evaluation: Path
    """npz of truth and outputs by split: ``test/y_true``, ``test/y_out``, ..."""


class ModelCard(Value):
    """What a computation may know of a model that can be trained."""

    key: str
    label: str
    family: str
    tasks: frozenset[LearningTask]
    properties: dict[str, dict[str, Any]]
    """JSON schema of each parameter, with bounds and default."""
    needs_members: bool = False
    """Whether it is made of finished runs."""
    needs_gpu: bool = False


class Workspace(Protocol):
    """What a computation or a source may touch: stored tables, a folder to write in, a way to say how far it is."""

    @property
    def folder(self) -> Path:
        """A private folder that is removed afterwards, whatever happens."""
        ...

    @property
    def memory_bytes(self) -> int:
        """Memory that an engine may take before it spills into ``folder``."""
        ...

    @property
    def max_bytes(self) -> int:
        """Largest file that may be fetched or unpacked."""
        ...

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Lower-case names of internal hosts that may be fetched from although their addresses are private."""
        ...

    def table(self, dataset_id: str) -> TableFile:
        """A dataset's rows.

        Raises:
            NotFound: There is no such dataset.
            Conflict: It is not ready.
        """
        ...

    def run(self, run_id: str) -> RunFiles:
        """A run and its files.

        Raises:
            NotFound: There is no such run.
            Conflict: It has no result.
        """
        ...

    def metrics(self, run_id: str) -> tuple[MetricPoint, ...]:
        """The curves of a run, thinned to some hundred points each, in order of step; empty for one without any."""
        ...

    def runs_on(self, dataset_id: str | None = None) -> tuple[Run, ...]:
        """Runs of one dataset, or of all, whatever their state: the newest, newest first."""
        ...

    def datasets(self) -> tuple[Dataset, ...]:
        """The datasets that are ready: the newest, newest first."""
        ...

    def models(self) -> Mapping[str, ModelCard]:
        """Every model by its key."""
        ...

    def pipeline(self, run: Run, params: dict[str, Any]) -> Any:
        """An unfitted pipeline as the run's, from raw rows to predictions, with these parameters of its model.

        Raises:
            UserInputError: A parameter does not fit.
        """
        ...

    def kept_file(self, sha256: str) -> Path:
        """A file that an earlier computation kept. To be read, never written. Raises NotFound."""
        ...

    def connection(self, connection_id: str) -> OpenConnection:
        """A saved connection. Raises NotFound."""
        ...

    @property
    def language_model(self) -> LanguageModelPort | None:
        """The configured language model; None when there is none. It ends by itself with the computation."""
        ...

    @property
    def library(self) -> Library:
        """The collections of documents; nothing of them is loaded before it is used."""
        ...

    def report(self, fraction: float, stage: str) -> None:
        """Say how far the work is, in [0, 1], and at what, in plain words.

        Cheap: call it as often as you like, at least every few seconds. It raises when the work was cancelled;
        let that pass through.
        """
        ...

    def say(self, text: str) -> None:
        """Add to the text that people see while the work is under way; it is not kept. Cheap, and never raises."""
        ...

    def keep(self, path: Path) -> str:
        """Keep a file of ``folder`` for download. Returns its content hash, to be named in the result."""
        ...


@dataclass(frozen=True, kw_only=True)
class ComputationSpec:
    """Facts about one kind of computation and its function; listing specs imports no engine."""

    key: str
    """Stable snake-case name."""
    label: str
    """What is being done, for a progress bar: "Profile"."""
    params: type[Params]
    result: type[Value]
    """What ``run`` returns. It is stored as JSON, so it holds what a page needs and no raw rows beyond that."""
    run: Callable[[Any, Workspace], Value]
    """``(params, workspace)``; raises WorkbenchError for what a person can mend. Heavy imports live inside."""
    datasets: Callable[[Any], tuple[str, ...]]
    """Ids of the datasets that the parameters name. Their contents are part of what identifies the answer."""
    runs: Callable[[Any], tuple[str, ...]] = lambda _: ()
    """Ids of the runs that the parameters name. Their models are part of what identifies the answer."""
    queue: QueueName = QueueName.INTERACTIVE
    timeout_s: int = 300
    is_repeatable: bool = True
    """Whether equal parameters on equal datasets give the same answer, so that a kept one serves again."""
