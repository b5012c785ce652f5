"""How a finished run treats the groups of a column."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from core.computing.spec import ComputationSpec, RunFiles, Workspace
from core.errors import UserInputError
from core.params import Params
from core.types import SUPERVISED, LearningTask, Split, Value

if TYPE_CHECKING:
    from evaluation.binning import Bins
    from evaluation.spec import Predictions


class FairnessParams(Params):
    """Which run, whose groups, which class is the favour or the burden."""

    run_id: Annotated[str, Field(min_length=1, max_length=64, title="Run")]
    column: Annotated[
        str, Field(min_length=1, max_length=400, title="Groups", description="It need not be one learned from.")
    ]
    split: Annotated[
        Literal[Split.VALIDATION, Split.TEST],
        Field(title="Rows", description="Test rows are for a last look: each look at them is counted."),
    ] = Split.VALIDATION
    called: Annotated[
        str | None,
        Field(max_length=10_000, title="Class", description="Whose calls are compared; None takes the positive one."),
    ] = None
    threshold: Annotated[
        float | None,
        Field(ge=0, le=1, title="Threshold", description="None calls a row when the class is its likeliest."),
    ] = None
    most_groups: Annotated[int, Field(ge=2, le=20, title="Groups at most")] = 8


class Rate(Value):
    """A share of some rows with its 95 % interval (Wilson)."""

    hits: int
    rows: int
    value: float | None
    """None where there is no row."""
    low: float
    high: float


class GroupRow(Value):
    """One group: rates of a classification, or errors of a regression."""

    group: str
    n_rows: int
    rates: dict[str, Rate] = Field(default_factory=dict)
    """selection_rate, true_positive_rate, false_positive_rate, precision."""
    mean_error: float | None = None
    """Prediction minus truth: above 0 the group is overestimated."""
    mean_error_low: float | None = None
    mean_error_high: float | None = None
    mean_absolute_error: float | None = None


class GapRow(Value):
    """How far groups are apart; see ``evaluation.fairness.Gap``."""

    key: str
    value: float
    low: float
    high: float
    p_value: float | None


class FairnessReport(Value):
    """Groups and the gaps between them."""

    column: str
    called: str | None
    """The class whose calls are compared; None for a regression."""
    threshold: float | None
    groups: tuple[GroupRow, ...]
    gaps: tuple[GapRow, ...]
    fewest_of_kind: int
    """Rows that a rate rests on before it takes part in a gap."""
    n_rows: int


def run(params: FairnessParams, workspace: Workspace) -> FairnessReport:
    """What a run says of each group of a column, how right it is there, and the gaps between groups.

    Raises:
        UserInputError: No such column or class, one group only, or a run that is neither a classification nor a
            regression.
    """
    from evaluation.binning import column_bins
    from evaluation.fairness import FEWEST_OF_KIND
    from evaluation.run_rows import column_of, read_columns, read_predictions, require_task

    files = workspace.run(params.run_id)
    require_task(files, SUPERVISED, "Fairness by group")
    column_of(files, params.column, "column")
    predictions = read_predictions(files, params.split)
    workspace.report(0.1, "Reading rows")
    values = read_columns(files, params.split, [params.column])[params.column]
    groups = column_bins(values, n_ranges=4, most_values=params.most_groups)
    if len(groups.names) < 2:
        raise UserInputError(
            f"{params.column!r} has one group only in these rows.", hint="Choose another column.", field="column"
        )
    workspace.report(0.3, "Comparing groups")
    is_class = predictions.task is LearningTask.CLASSIFICATION
    rows, gaps, called = (_classes if is_class else _numbers)(params, predictions, groups, files)
    return FairnessReport(
        column=params.column,
        called=called,
        threshold=params.threshold if is_class else None,
        groups=rows,
        gaps=gaps,
        fewest_of_kind=FEWEST_OF_KIND,
        n_rows=predictions.n_samples,
    )


Answer = tuple[tuple[GroupRow, ...], tuple[GapRow, ...], str | None]


def _classes(params: FairnessParams, predictions: Predictions, groups: Bins, files: RunFiles) -> Answer:
    import numpy as np

    from evaluation.fairness import class_gaps, group_counts
    from evaluation.thresholds import is_called

    assert files.run.result is not None
    labels = files.run.result.labels
    code = _class_code(params.called, labels)
    if params.threshold is None:
        calls = predictions.y_pred == code
    else:
        calls = is_called(predictions.y_out[:, code], params.threshold)
    cases = predictions.y_true == code
    counts = group_counts(cases, calls, groups.codes, len(groups.names))
    sizes = np.bincount(groups.codes, minlength=len(groups.names))
    rows = tuple(
        GroupRow(
            group=name,
            n_rows=int(sizes[position]),
            rates={
                key: _rate(int(hits[position]), int(total[position])) for key, (hits, total) in counts.parts.items()
            },
        )
        for position, name in enumerate(groups.names)
    )
    gaps = class_gaps(cases, calls, groups, seed=files.run.config.seed)
    return rows, tuple(GapRow(**vars(gap)) for gap in gaps), labels[code]


def _class_code(called: str | None, labels: tuple[str, ...]) -> int:
    if called is None:
        return 1 if len(labels) == 2 else 0
    if called not in labels:
        raise UserInputError(
            f"The run has no class {called!r}.",
            hint=f"It knows {', '.join(map(repr, labels[:20]))}.",
            field="called",
        )
    return labels.index(called)


def _rate(hits: int, rows: int) -> Rate:
    from core.statistics.effects import wilson

    low, high = wilson(hits, rows, 0.05) if rows else (0.0, 1.0)
    return Rate(hits=hits, rows=rows, value=hits / rows if rows else None, low=low, high=high)


def _numbers(params: FairnessParams, predictions: Predictions, groups: Bins, files: RunFiles) -> Answer:
    from evaluation.fairness import mean_gap

    if params.called is not None or params.threshold is not None:
        raise UserInputError("A regression has no classes and no threshold.", hint="Leave them out.", field="called")
    errors = predictions.y_out - predictions.y_true
    rows = tuple(_number_row(name, errors[groups.codes == code]) for code, name in enumerate(groups.names))
    gap = mean_gap(errors, groups, seed=files.run.config.seed)
    return rows, (() if gap is None else (GapRow(**vars(gap)),)), None


def _number_row(name: str, errors: Any) -> GroupRow:
    import numpy as np
    from scipy.special import stdtrit

    n, mean, half = len(errors), float(errors.mean()), None
    if n > 1:
        half = float(stdtrit(n - 1, 0.975)) * float(errors.std(ddof=1)) / math.sqrt(n)
    return GroupRow(
        group=name,
        n_rows=len(errors),
        mean_error=mean,
        mean_error_low=None if half is None else mean - half,
        mean_error_high=None if half is None else mean + half,
        mean_absolute_error=float(np.abs(errors).mean()),
    )


SPEC = ComputationSpec(
    key="fairness",
    label="Fairness by group",
    params=FairnessParams,
    result=FairnessReport,
    run=run,
    datasets=lambda _: (),
    runs=lambda params: (params.run_id,),
    timeout_s=120,
)
