"""The words that every layer shares: states, columns, notices, scores, metric rows."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Value(BaseModel):
    """Base of immutable values that are stored as JSON and sent over REST."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LearningTask(StrEnum):
    """What is being learned."""

    CLASSIFICATION = "classification"
    REGRESSION = "regression"
    CLUSTERING = "clustering"
    ANOMALY_DETECTION = "anomaly_detection"
    FORECASTING = "forecasting"


SUPERVISED = frozenset({LearningTask.CLASSIFICATION, LearningTask.REGRESSION})
"""The tasks that have a target to be right or wrong about in every row."""
UNLABELLED = frozenset({LearningTask.CLUSTERING, LearningTask.ANOMALY_DETECTION})
"""The tasks that learn from rows alone. A target is allowed; it is never learned from and only judges."""


class RunStatus(StrEnum):
    """Where a run is in its life.

    ``lost`` means that its worker disappeared; the sweeper queues it again while attempts are left.
    """

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    LOST = "lost"

    @property
    def is_terminal(self) -> bool:
        """Nothing more happens to the run unless a person asks for it."""
        return self in (RunStatus.FINISHED, RunStatus.STOPPED, RunStatus.FAILED, RunStatus.LOST)


class DatasetStatus(StrEnum):
    """Where a dataset is between upload and use."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"

    @property
    def is_terminal(self) -> bool:
        """The ingest is over, well or badly."""
        return self in (DatasetStatus.READY, DatasetStatus.FAILED)


class ComputationStatus(StrEnum):
    """Where a computation is between the question and the answer."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_terminal(self) -> bool:
        """Nothing more happens to it."""
        return self in (ComputationStatus.FINISHED, ComputationStatus.FAILED, ComputationStatus.CANCELLED)


class RunCommand(StrEnum):
    """What a person has asked a queued or running run to do next."""

    STOP = "stop"
    PAUSE = "pause"


class Split(StrEnum):
    """The three parts of a dataset."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class Direction(StrEnum):
    """Which way of a metric is better."""

    HIGHER = "higher"
    LOWER = "lower"


class ColumnType(StrEnum):
    """What the values of a raw column are."""

    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATETIME = "datetime"
    STRING = "string"

    @property
    def is_numeric(self) -> bool:
        """Whether arithmetic on the values makes sense."""
        return self in (ColumnType.INTEGER, ColumnType.NUMBER)


class Severity(StrEnum):
    """How much a notice matters."""

    INFO = "info"
    WARNING = "warning"
    SERIOUS = "serious"


class Notice(Value):
    """A remark on data or on a run that is no error: pages, REST and reports show it alike."""

    severity: Severity
    code: str
    """Stable snake-case name."""
    text: str
    """One sentence for a person."""
    column: str | None = None


class TopValue(Value):
    """One frequent value of a column."""

    value: str
    count: int


class HistogramBin(Value):
    """One bar of a numeric or datetime column's distribution; datetimes are epoch seconds."""

    low: float
    high: float
    count: int


class Column(Value):
    """One column of a dataset as the ingest saw it.

    Missing cells, bounds, mean and deviation come from all rows. In a large table median, frequent values and histogram
    come from ``sample_size`` rows, the counts scaled up to all.
    """

    name: str
    type: ColumnType
    n_missing: int
    n_distinct: int
    """Exact unless ``sample_size`` is set, else HyperLogLog's estimate (a few percent off)."""
    is_constant: bool
    is_identifier: bool
    """Nearly every row has its own value, and the values carry no order: left out of training."""
    minimum: str | None = None
    maximum: str | None = None
    mean: float | None = None
    std: float | None = None
    median: float | None = None
    top_values: tuple[TopValue, ...] = ()
    histogram: tuple[HistogramBin, ...] = ()
    sample_size: int | None = None
    """Rows that median, frequent values and histogram come from; None when these are all rows."""


class MetricPoint(Value):
    """One number that training produced, before it is stored."""

    step: int
    name: str
    """Key of the metric: loss, accuracy, f1, rmse, ..."""
    split: Split
    value: float


class MetricRow(MetricPoint):
    """One stored metric: immutable, and unique by (run, name, split, step)."""

    seq: int
    """Position within the run, growing; readers ask for the rows after the last one they saw."""
    wall_time: datetime


class LogLine(Value):
    """One line of a run's log."""

    seq: int
    at: datetime
    level: Severity
    text: str


class Score(Value):
    """A metric on one split with its 95 % bootstrap interval."""

    metric: str
    split: Split
    value: float
    low: float
    high: float
    baseline: float
    """The same metric of a dummy that ignores every feature."""
    n_samples: int


class SplitParams(BaseModel):
    """How rows are divided. The fractions of train, validation and test add up to 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    validation: Annotated[float, Field(gt=0, lt=0.9, title="Validation part")] = 0.15
    test: Annotated[float, Field(gt=0, lt=0.9, title="Test part")] = 0.15
    scheme: Annotated[
        Literal["stratified", "random", "grouped", "time"],
        Field(
            title="Scheme",
            description="Stratified keeps the class shares in every part, of a number the shares of its ranges. Random "
            "looks at nothing. Grouped keeps all rows of a group in one part. Time takes the latest rows for the test.",
        ),
    ] = "stratified"
    group: Annotated[
        str | None,
        Field(max_length=400, title="Group column", description="Whose rows belong together, for the grouped scheme."),
    ] = None
    time: Annotated[
        str | None,
        Field(max_length=400, title="Time column", description="A date or a number that says what came first."),
    ] = None
    gap: Annotated[
        float,
        Field(
            ge=0,
            le=1e9,
            allow_inf_nan=False,
            title="Gap",
            description="Rows less than this before the next part are left out, in days, or in the unit of the column. "
            "For targets that are known only some time after the row.",
        ),
    ] = 0.0
    bins: Annotated[
        int, Field(ge=2, le=20, title="Ranges of a number", description="For a stratified split of a regression.")
    ] = 10


class ResamplingParams(BaseModel):
    """How often a run is repeated on other divisions of its train and validation rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Annotated[
        Literal["none", "kfold", "repeated", "nested"],
        Field(
            title="Cross-validation",
            description="K-fold trains once for each part. Repeated does so on several divisions. Nested chooses "
            "settings inside each fold and scores the choice outside.",
        ),
    ] = "none"
    folds: Annotated[int, Field(ge=2, le=20, title="Folds")] = 5
    repeats: Annotated[int, Field(ge=2, le=10, title="Repeats", description="For repeated k-fold.")] = 3
    candidates: Annotated[
        int,
        Field(
            ge=2,
            le=50,
            title="Settings to try",
            description="For nested: the chosen settings and random ones within the bounds of the model's sliders.",
        ),
    ] = 10
    inner_folds: Annotated[
        int, Field(ge=2, le=10, title="Inner folds", description="For nested: how each setting is judged.")
    ] = 3


class SeriesParams(BaseModel):
    """What makes one series of a table: its order in time, how far ahead is asked, and how often it repeats."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    time: Annotated[
        str,
        Field(
            min_length=1,
            title="Time column",
            description="Dates, times or whole numbers that put the rows in order. Rows of one moment are averaged.",
        ),
    ]
    horizon: Annotated[
        int,
        Field(
            ge=1, le=400, title="Horizon", description="How many steps ahead each forecast goes: 14 days, 12 months."
        ),
    ] = 12
    season: Annotated[
        int,
        Field(
            ge=0,
            le=2000,
            title="Season length",
            description="Steps after which the series repeats: 7 for a week of days, 12 for a year of months. 0 finds "
            "it in the training part.",
        ),
    ] = 0
