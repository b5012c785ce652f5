"""Datasets and runs as the layers above storage see them: immutable, typed, free of SQL."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field, model_validator

from core.ids import utc_now
from core.resampling import ResamplingSummary
from core.types import (
    Column,
    ComputationStatus,
    DatasetStatus,
    Direction,
    LearningTask,
    Notice,
    ResamplingParams,
    RunCommand,
    RunStatus,
    Score,
    SeriesParams,
    Severity,
    Split,
    SplitParams,
    Value,
)


class ErrorRecord(Value):
    """Why a run or dataset failed, in words for a person."""

    code: str
    message: str
    hint: str = ""
    field: str | None = None


class Source(Value):
    """Where the rows of a dataset come from."""

    kind: str = "upload"
    """"upload", or a key of the source registry."""
    params: dict[str, Any] = Field(default_factory=dict)
    details: dict[str, Any] = Field(default_factory=dict)
    """What was learned while the rows were fetched."""


class Dataset(Value):
    """One immutable version of a dataset. ``columns`` and ``n_rows`` are known once it is ready."""

    id: str
    name: str
    version: int = 1
    parent_id: str | None = None
    """The version this one was made from."""
    family_id: str
    """Id of the first version, which all versions of one dataset share; its own id unless it is given."""
    source: Source = Source()
    status: DatasetStatus = DatasetStatus.QUEUED
    attempt: int = 1
    file_name: str
    """As the person named it: data, never a path."""
    size_bytes: int
    original_sha256: str | None = None
    """Hash of the uploaded or fetched bytes, which are kept. None while they are fetched, and for what was made from
    other datasets."""
    content_sha256: str | None = None
    """Hash of the Parquet file: the identity of the data that runs refer to."""
    import_options: dict[str, Any] = Field(default_factory=dict)
    format: str = ""
    n_rows: int | None = None
    columns: tuple[Column, ...] = ()
    notices: tuple[Notice, ...] = ()
    stage: str = ""
    progress: float = 0.0
    """0 to 1."""
    is_cancel_requested: bool = False
    started_at: datetime | None = None
    """When its reading began, in the present attempt."""
    heartbeat_at: datetime | None = None
    error: ErrorRecord | None = None
    created_at: datetime = Field(default_factory=utc_now)
    finished_at: datetime | None = None
    idempotency_key: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _begins_a_family(cls, values: Any) -> Any:
        return {"family_id": values.get("id"), **values} if isinstance(values, dict) else values


class DatasetSummary(Value):
    """One dataset as lists show it: without what each column holds."""

    id: str
    name: str
    version: int
    parent_id: str | None
    family_id: str
    source: Source
    status: DatasetStatus
    file_name: str
    size_bytes: int
    format: str
    content_sha256: str | None
    n_rows: int | None
    n_columns: int
    stage: str
    progress: float
    created_at: datetime
    finished_at: datetime | None


class StagedUpload(Value):
    """Uploaded bytes that a person looks at before they become a dataset; kept for a day."""

    id: str
    file_name: str
    size_bytes: int
    sha256: str
    created_at: datetime = Field(default_factory=utc_now)


class Computation(Value):
    """One question to the workers, and where its answer is."""

    id: str
    kind: str
    """Key of the computation registry."""
    params: dict[str, Any]
    dataset_id: str | None = None
    """The first dataset that the parameters name."""
    cache_key: str | None = None
    """Hash of kind, parameters and dataset contents: two computations with one key have one answer. None: never."""
    status: ComputationStatus = ComputationStatus.QUEUED
    attempt: int = 1
    is_cancel_requested: bool = False
    stage: str = ""
    progress: float = 0.0
    """0 to 1."""
    heartbeat_at: datetime | None = None
    result_sha256: str | None = None
    """Content hash of the answer's JSON."""
    error: ErrorRecord | None = None
    created_at: datetime = Field(default_factory=utc_now)
    started_at: datetime | None = None
    finished_at: datetime | None = None
    idempotency_key: str | None = None


class Connection(Value):
    """A saved way to a database; its secret is stored encrypted and never part of this record."""

    id: str
    name: str
    """Unique."""
    kind: str
    """postgresql, mysql, sqlite or mssql."""
    params: dict[str, Any]
    """Host, port, database, user, options: nothing secret."""
    has_secret: bool = False
    created_at: datetime = Field(default_factory=utc_now)
    used_at: datetime | None = None


class SavedChart(Value):
    """A chart that a person keeps with a dataset."""

    id: str
    dataset_id: str
    chart: str
    """Key of the chart registry."""
    params: dict[str, Any]
    title: str
    note: str = ""
    created_at: datetime = Field(default_factory=utc_now)
    updated_at: datetime = Field(default_factory=utc_now)


class LedgerEntry(Value):
    """One statistical test that was done on a dataset: a line of its ledger."""

    id: str
    dataset_id: str
    computation_id: str
    test: str
    """Key of the registry of statistical tests."""
    params: dict[str, Any]
    p_value: float
    sentence: str
    created_at: datetime = Field(default_factory=utc_now)


class RecipeDraft(Value):
    """The recipe that is being written for a dataset. There is one for each dataset."""

    dataset_id: str
    steps: tuple[dict[str, Any], ...] = ()
    """Steps as JSON; those that are switched off among them."""
    revision: int = 0
    """Grows with each change, so that two tabs do not overwrite each other unseen."""
    updated_at: datetime = Field(default_factory=utc_now)


class QueryRecord(Value):
    """One SQL statement that a person ran: a line of the history."""

    id: str
    sql: str
    connection_id: str | None = None
    """The saved connection it ran on; None for the datasets."""
    computation_id: str
    created_at: datetime = Field(default_factory=utc_now)


class RunConfig(Value):
    """Everything that decides what a run computes; equal configs on one dataset version give equal results."""

    target: str
    """Empty where nothing is predicted; for clustering and anomaly detection a reference that only judges."""
    task: LearningTask
    model: str
    """Key of the model registry."""
    params: dict[str, Any]
    """All parameters of the model, defaults included."""
    preprocessing: dict[str, Any]
    split: SplitParams
    seed: int
    resampling: ResamplingParams = ResamplingParams()
    series: SeriesParams | None = None
    """What makes the series of a forecast; None for every other task."""


class Best(Value):
    """The best validation point so far."""

    metric: str
    step: int
    value: float


class Change(Value):
    """A ready change of a configuration: only what differs from the run it is proposed for."""

    label: str
    """What changes, for a person: "Depth 20 → 10"."""
    model: str | None = None
    """Key of another model, whose ``params`` are then complete but for defaults."""
    params: dict[str, Any] = Field(default_factory=dict)
    preprocessing: dict[str, Any] = Field(default_factory=dict)
    split: dict[str, Any] = Field(default_factory=dict)


class Remark(Value):
    """What was noticed while a run trained: what was seen, where, and what to try."""

    key: str
    """Key of the registry of remarks."""
    severity: Severity
    title: str
    step: int
    """Where it was seen, in steps of the training; 0 when it was true before the first one."""
    seen: str
    """One or two sentences with this run's numbers."""
    advice: str
    change: Change | None = None


class RunFacts(Value):
    """What a run's data turned out to be once it was read, divided and preprocessed."""

    n_columns: int
    """Raw columns learned from."""
    n_samples: dict[Split, int]
    n_features: int
    """Columns after preprocessing."""
    n_classes: int = 0
    """0 unless the task has classes."""
    planned_steps: int = 0
    """Where the training meant to end when it began."""


TRAINING_STAGE = "Training"
"""The stage in which a run steps through its curve."""


class RunProgress(Value):
    """Where a training stands; overwritten as it goes."""

    stage: str = "Waiting for a worker"
    step_name: str = ""
    step: int = 0
    total_steps: int = 0
    fraction: float = 0.0
    """0 to 1."""
    eta_s: float | None = None
    elapsed_s: float = 0.0
    """Time spent training, over all attempts."""
    best: Best | None = None
    baseline: dict[str, float] = Field(default_factory=dict)
    """Validation scores of a dummy, by metric."""
    facts: RunFacts | None = None
    """Known once the data is preprocessed."""
    remarks: tuple[Remark, ...] = ()
    """In the order in which they were noticed."""
    can_resume: bool = True
    cpu_percent: float | None = None
    """Of one core: 200 is two busy cores."""
    memory_bytes: int | None = None


class RunArtifacts(Value):
    """Content hashes of what a run left behind."""

    model: str | None = None
    """joblib file of the fitted pipeline; only Praxis writes these, and the hash is verified before each load."""
    split: str | None = None
    """npz of the row numbers of each part."""
    evaluation: str | None = None
    """npz of predictions and bootstrap replicates."""
    figures: str | None = None
    """JSON list of figures: key, split, title, explanation, alternative text, table, Plotly figure."""
    script: str | None = None
    """Python script that repeats the run without Praxis."""
    resampling: str | None = None
    """JSON of the cross-validation with all its folds (``core.resampling.Resampling``)."""


class ChosenThreshold(Value):
    """The threshold above which a person wants rows to be called, chosen on validation rows."""

    threshold: float
    values: dict[str, float]
    """What one row of each outcome brings: true_positive, false_positive, false_negative, true_negative."""
    counts: dict[str, int]
    """Validation rows of each outcome at the threshold."""
    chosen_at: datetime = Field(default_factory=utc_now)


class RunResult(Value):
    """What the training concluded."""

    scores: tuple[Score, ...]
    primary_metric: str
    final_step: int
    stop_reason: str = ""
    """Empty when the training ran to its end."""
    labels: tuple[str, ...] = ()
    """Class names by code; for two classes the second one is the positive one."""
    features: tuple[str, ...] = ()
    """Names after preprocessing."""
    n_samples: dict[Split, int]
    notices: tuple[Notice, ...] = ()
    duration_s: float
    resampling: ResamplingSummary | None = None
    """What a cross-validation on the train and validation rows found, if one was asked for."""
    threshold: ChosenThreshold | None = None
    """Of two classes, if a person has chosen one; predictions and scores stay those of 0.5."""


class Provenance(Value):
    """Where a run's numbers come from."""

    dataset_sha256: str
    code_version: str
    split_sha256: str | None = None
    """Known once the split is made."""
    libraries: dict[str, str] = Field(default_factory=dict)


class Run(Value):
    """One training."""

    id: str
    name: str
    dataset_id: str
    parent_id: str | None = None
    """The run that this one repeats."""
    config: RunConfig
    provenance: Provenance
    status: RunStatus = RunStatus.QUEUED
    command: RunCommand | None = None
    commanded_at: datetime | None = None
    attempt: int = 1
    """Delivery number; grows with each resume. Writes of an older attempt are refused."""
    losses: int = 0
    """How often its worker disappeared."""
    worker: str | None = None
    heartbeat_at: datetime | None = None
    progress: RunProgress = RunProgress()
    checkpoint_sha256: str | None = None
    artifacts: RunArtifacts = RunArtifacts()
    result: RunResult | None = None
    error: ErrorRecord | None = None
    test_looks: int = 0
    """How often its test scores were compared with others': each look makes them a little less of a test."""
    test_looked_at: datetime | None = None
    created_at: datetime = Field(default_factory=utc_now)
    started_at: datetime | None = None
    finished_at: datetime | None = None
    idempotency_key: str | None = None


class ComponentHealth(Value):
    """Whether one component answers."""

    name: str
    status: Literal["up", "down"]
    detail: str
    hint: str = ""


class MetricInfo(Value):
    """What a reader of scores needs to know of a metric."""

    key: str
    label: str
    direction: Direction
    explanation: str
