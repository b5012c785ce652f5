"""What a profile says, as values that are stored as JSON and shown by the page, REST and the report alike."""

from typing import Any, Literal

from core.types import ColumnType, HistogramBin, LearningTask, Notice, Severity, TopValue, Value

Level = Literal["quick", "full"]

ColumnKind = Literal["quantity", "category", "flag", "moment", "text", "identifier", "constant", "empty"]
"""What a column is used for, beyond the type of its values."""

MatrixKind = Literal["pearson", "spearman", "cramers_v", "eta", "missing"]


class Quantile(Value):
    """The value that a share of the values does not exceed, linearly interpolated."""

    share: float
    """In [0, 1]."""
    value: float


class OutlierFacts(Value):
    """Values far from the others, by two rules. Counted among the values that were looked at."""

    low_fence: float
    """First quartile less 1.5 interquartile ranges."""
    high_fence: float
    n_low: int
    n_high: int
    n_robust: int
    """Values whose distance to the median is over 3.5 times 1.4826 median absolute deviations."""


class NumberFacts(Value):
    """A column of numbers. The counts, mean and deviation are those of all rows, the rest of the looked-at ones."""

    mean: float | None
    std: float | None
    """With n - 1; None below two values and where squares overflow."""
    n_zeros: int
    n_negatives: int
    n_infinite: int
    quantiles: tuple[Quantile, ...] = ()
    mad: float | None = None
    """Median distance to the median, unscaled."""
    skew: float | None = None
    """Third standardised moment, with the correction of samples (as pandas)."""
    kurtosis: float | None = None
    """Fourth standardised moment less 3, with the correction of samples (as pandas)."""
    outliers: OutlierFacts | None = None
    sentinels: tuple[TopValue, ...] = ()
    """Values that look like a mark for "missing", such as -999, and how often they occur in the looked-at rows."""


class TextPattern(Value):
    """How many of the looked-at texts have one form."""

    pattern: Literal["email", "phone", "web address", "date", "number", "uuid", "ip address", "blank"]
    n: int
    share: float
    """Of the looked-at texts."""
    example: str


class Variants(Value):
    """Texts that differ only in case or spaces, the most frequent one first."""

    values: tuple[TopValue, ...]


class TextFacts(Value):
    """A column of texts. Lengths are those of all rows; forms and words those of ``n_looked`` texts."""

    min_length: int
    max_length: int
    mean_length: float
    n_looked: int
    mean_words: float
    length_histogram: tuple[HistogramBin, ...] = ()
    patterns: tuple[TextPattern, ...] = ()
    date_format: str | None = None
    """The strptime format that fits every text of the date pattern, if one does."""
    n_padded: int = 0
    """Looked-at texts with spaces at an end."""
    n_numbers: int = 0
    """Looked-at texts that read as a number."""
    not_numbers: tuple[TopValue, ...] = ()
    """The most frequent texts that do not, in a column where most do."""
    variants: tuple[Variants, ...] = ()
    n_variants: int = 0
    """Groups of texts that differ only in case or spaces; ``variants`` shows the largest."""


class Gap(Value):
    """A stretch of time without a row."""

    start: str
    end: str
    seconds: float


class TimeFacts(Value):
    """A column of moments; only where every row was looked at, since a sample has gaps of its own."""

    step_s: float | None
    """The most frequent distance between neighbouring different moments, in seconds."""
    step_label: str
    """"hour", "day", "month", "15 minutes"; empty when there is no usual distance."""
    regular_share: float
    """Share of the distances that are the usual one."""
    n_repeated: int
    """Rows whose moment an earlier row has, too."""
    n_gaps: int
    """Distances of more than 1.5 usual ones."""
    largest_gaps: tuple[Gap, ...] = ()


class ColumnProfile(Value):
    """One column. Everything down to ``maximum`` comes from all rows."""

    name: str
    type: ColumnType
    kind: ColumnKind
    n: int
    """Rows with a value."""
    n_missing: int
    n_distinct: int
    is_distinct_exact: bool
    """Otherwise HyperLogLog's estimate, off by about 2 % and rarely by more than 5 %."""
    minimum: str | None = None
    maximum: str | None = None
    n_looked: int = 0
    """Values that the figures below come from."""
    top_values: tuple[TopValue, ...] = ()
    """The most frequent values among the looked-at ones."""
    n_rare_values: int = 0
    """Different values that each hold less than 1 % of the looked-at rows; for categories."""
    rare_share: float = 0.0
    """Share of the looked-at rows that they hold together."""
    histogram: tuple[HistogramBin, ...] = ()
    """Equal widths over the looked-at values; moments in epoch seconds."""
    order: Literal["rising", "falling"] | None = None
    """Whether the values never fall (or never rise) from row to row, and are not all the same."""
    numbers: NumberFacts | None = None
    texts: TextFacts | None = None
    times: TimeFacts | None = None

    @property
    def missing_share(self) -> float:
        """Share of all rows without a value."""
        return self.n_missing / (self.n + self.n_missing) if self.n + self.n_missing else 0.0


class Matrix(Value):
    """How strongly columns go together, pair by pair."""

    kind: MatrixKind
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    """By row, then column. None: not defined, as for a column that does not vary."""
    n_looked: int
    n_left_out: int = 0
    """Columns that would have been part of it, had they not been too many."""


class Dependence(Value):
    """What one column tells about the target by itself."""

    column: str
    mutual_information: float
    """In nats, of the binned values."""
    information_share: float
    """Mutual information over the entropy of the target, less what chance gives; in [0, 1]."""
    score: float
    """How well the binned column predicts rows that it was not fitted on: 0 is a constant guess, 1 is perfect."""


class TargetFacts(Value):
    """The column that is to be predicted."""

    name: str
    task: LearningTask
    n_missing: int
    classes: tuple[TopValue, ...] = ()
    """For classification, by frequency; at most 50, over the looked-at rows."""
    dependences: tuple[Dependence, ...] = ()
    """The strongest first."""
    n_looked: int = 0


class Twins(Value):
    """Two columns that say the same."""

    first: str
    second: str
    share: float
    """Of the compared rows in which they are equal; 1 when they are equal in every row of the table."""
    n_looked: int


class DuplicateRows(Value):
    """Rows that repeat an earlier one in every column."""

    n: int
    share: float
    is_exact: bool
    """Otherwise an estimate from a fixed part of all different rows."""


class Fix(Value):
    """A step of a recipe that would mend what an alert is about."""

    step: str
    """Key of the registry of recipe steps."""
    params: dict[str, Any]


class Alert(Value):
    """Something about the data that a person should know before working with it."""

    key: str
    label: str
    severity: Severity
    score: float
    """What it does to the work, 0 to 100; alerts are shown in this order."""
    columns: tuple[str, ...] = ()
    sentence: str
    """What was found, in plain words."""
    why: str
    """What happens if nothing is done."""
    fix: Fix | None = None
    fix_label: str = ""


class TableFacts(Value):
    """What was measured of one table, before anything is made of it."""

    level: Level
    target: str | None
    n_rows: int
    n_missing: int
    """Missing cells."""
    size_bytes: int
    """Of the Parquet file."""
    memory_bytes: int
    """As an uncompressed table in memory, from the looked-at rows."""
    n_looked: int
    """Rows that sampled figures come from; all of them when it equals ``n_rows``."""
    duplicates: DuplicateRows | None
    columns: tuple[ColumnProfile, ...]
    matrices: tuple[Matrix, ...] = ()
    twins: tuple[Twins, ...] = ()
    target_facts: TargetFacts | None = None
    notices: tuple[Notice, ...] = ()
    """What the reading of the file had to say."""

    @property
    def is_sampled(self) -> bool:
        """Whether some figures come from a part of the rows."""
        return self.n_looked < self.n_rows

    def column(self, name: str) -> ColumnProfile:
        """The column of that name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def matrix(self, kind: MatrixKind) -> Matrix | None:
        """The matrix of that kind, if it was made."""
        return next((matrix for matrix in self.matrices if matrix.kind == kind), None)


class Profile(Value):
    """A dataset understood: facts, and what is odd about them, the most harmful first."""

    dataset_id: str
    name: str
    version: int
    facts: TableFacts
    alerts: tuple[Alert, ...]
