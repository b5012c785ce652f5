"""Errors by slice: where in the data a finished run is worse than elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from core.computing.spec import ComputationSpec, RunFiles, Workspace
from core.errors import UserInputError
from core.params import Params
from core.types import SUPERVISED, LearningTask, Split, Value

if TYPE_CHECKING:
    from evaluation.spec import MetricSpec

MOST_COLUMNS = 60
MOST_SLICES = 300
USUAL_METRIC = {LearningTask.CLASSIFICATION: "accuracy", LearningTask.REGRESSION: "mae"}
"""A plain mean over rows means the same in every slice; F1, for one, falls where a class is rarer."""


class SlicesParams(Params):
    """Which run, which columns, which score."""

    run_id: Annotated[str, Field(min_length=1, max_length=64, title="Run")]
    split: Annotated[
        Literal[Split.VALIDATION, Split.TEST],
        Field(title="Rows", description="Test rows are for a last look: each look at them is counted."),
    ] = Split.VALIDATION
    metric: Annotated[
        str | None, Field(max_length=64, title="Score", description="None takes accuracy, or the mean absolute error.")
    ] = None
    columns: Annotated[
        tuple[str, ...], Field(max_length=MOST_COLUMNS, title="Columns", description="Empty takes all that vary.")
    ] = ()
    pairs: Annotated[
        bool, Field(title="Pairs of columns", description="Also parts of two columns at once, of the worst columns.")
    ] = False
    correction: Annotated[
        Literal["holm", "fdr"],
        Field(
            title="Correction",
            description="Holm: hardly any false alarm at all. FDR: few false alarms among what is found.",
        ),
    ] = "holm"
    min_rows: Annotated[int, Field(ge=10, le=10_000, title="Fewest rows of a slice")] = 30


class SliceRow(Value):
    """One slice; see ``evaluation.slices.Slice``."""

    columns: tuple[str, ...]
    values: tuple[str, ...]
    n_rows: int
    score: float
    low: float
    high: float
    rest: float
    gap: float
    gap_low: float
    gap_high: float
    p_value: float
    adjusted: float


class SliceReport(Value):
    """All slices with enough rows, those that are surely worst first."""

    metric: str
    overall: float
    slices: tuple[SliceRow, ...]
    n_found: int
    """Slices with enough rows; the best ones are left out of a long list."""
    n_tests: int
    n_rows: int
    """Rows that were scored."""
    n_rows_of_part: int
    columns: tuple[str, ...]


def run(params: SlicesParams, workspace: Workspace) -> SliceReport:
    """The score of a run on parts of its rows, with intervals, gaps to the rest and corrected p values.

    Raises:
        UserInputError: A column or a metric does not fit, or the run is neither a classification nor a regression.
    """
    from evaluation.binning import column_bins
    from evaluation.run_rows import read_columns, read_predictions, require_task
    from evaluation.scoring import score_keys
    from evaluation.slices import find_slices

    files = workspace.run(params.run_id)
    require_task(files, SUPERVISED, "Errors by slice")
    predictions = read_predictions(files, params.split)
    metric = _metric(params, files)
    if not metric.is_defined(predictions):
        raise UserInputError(
            f"{metric.label} is not defined for these rows.", hint="Choose another score.", field="metric"
        )
    names = _columns(params, files)
    workspace.report(0.02, "Reading rows")
    frame = read_columns(files, params.split, names)
    ranges, values = (3, 5) if params.pairs else (4, 8)
    bins = {name: column_bins(frame[name], n_ranges=ranges, most_values=values) for name in names}
    found = find_slices(
        predictions,
        bins,
        metric,
        seed_text=f"{files.run.provenance.split_sha256}/{params.split.value}/slices",
        min_rows=params.min_rows,
        pairs=params.pairs,
        correction=params.correction,
        on_fraction=lambda fraction: workspace.report(0.05 + 0.93 * fraction, "Scoring slices"),
    )
    return SliceReport(
        metric=metric.key,
        overall=score_keys(predictions, [metric.key])[metric.key],
        slices=tuple(SliceRow(**vars(each)) for each in found.slices[:MOST_SLICES]),
        n_found=len(found.slices),
        n_tests=found.n_tests,
        n_rows=found.n_rows,
        n_rows_of_part=predictions.n_samples,
        columns=names,
    )


def _metric(params: SlicesParams, files: RunFiles) -> MetricSpec:
    from evaluation.registry import METRICS

    task = files.run.config.task
    metric = METRICS[params.metric or USUAL_METRIC[task]]
    if task not in metric.tasks:
        raise UserInputError(f"{metric.label} does not fit {task.value}.", hint="Choose another score.", field="metric")
    return metric


def _columns(params: SlicesParams, files: RunFiles) -> tuple[str, ...]:
    from evaluation.run_rows import column_of

    for name in params.columns:
        column_of(files, name, "columns")
    if params.columns:
        return tuple(dict.fromkeys(params.columns))
    varying = [
        column.name
        for column in files.table.dataset.columns
        if not (column.is_identifier or column.is_constant or column.name == files.run.config.target)
    ]
    return tuple(varying[:MOST_COLUMNS])


SPEC = ComputationSpec(
    key="slices",
    label="Errors by slice",
    params=SlicesParams,
    result=SliceReport,
    run=run,
    datasets=lambda _: (),
    runs=lambda params: (params.run_id,),
    timeout_s=300,
)
