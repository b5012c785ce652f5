"""Rows of a finished run with what was said of them: those of one cell of the confusion matrix, or the worst errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from core.computing.spec import ComputationSpec, RunFiles, Workspace
from core.errors import UserInputError
from core.params import Params
from core.types import SUPERVISED, LearningTask, Split, Value

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from evaluation.spec import Predictions

MOST_ROWS = 200


class ConfusionRowsParams(Params):
    """Which rows, in which order."""

    run_id: Annotated[str, Field(min_length=1, max_length=64, title="Run")]
    split: Annotated[
        Literal[Split.VALIDATION, Split.TEST],
        Field(title="Rows", description="Test rows are for a last look: each look at them is counted."),
    ] = Split.VALIDATION
    true_class: Annotated[
        str | None, Field(max_length=10_000, title="True class", description="None takes every class.")
    ] = None
    predicted_class: Annotated[str | None, Field(max_length=10_000, title="Predicted class")] = None
    order: Annotated[
        Literal["worst", "best", "file"],
        Field(title="First", description="Worst: the lowest probability of the truth, or the largest error."),
    ] = "worst"
    offset: Annotated[int, Field(ge=0, title="Start at")] = 0
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, title="Rows")] = 50


class PredictedRow(Value):
    """One row of the dataset beside what the model says of it."""

    row_number: int
    """In the file of the dataset, counted from 1."""
    truth: str | float
    prediction: str | float
    probability: float | None
    """Of the predicted class; None for a number."""
    probability_of_truth: float | None
    error: float | None
    """Truth minus prediction of a number."""
    cells: tuple[str | int | float | bool | None, ...]
    """All raw columns, as in previews."""


class PredictedRows(Value):
    """Some rows, and how many there are to page through."""

    columns: tuple[str, ...]
    rows: tuple[PredictedRow, ...]
    n_matching: int


def run(params: ConfusionRowsParams, workspace: Workspace) -> PredictedRows:
    """The rows of one cell of the confusion matrix, with all their columns.

    Raises:
        UserInputError: The run has no class of that name, or is neither a classification nor a regression.
    """
    import numpy as np

    from evaluation.run_rows import read_predictions, read_row_numbers, require_task

    files = workspace.run(params.run_id)
    require_task(files, SUPERVISED, "The list of predicted rows")
    predictions = read_predictions(files, params.split)
    workspace.report(0.2, "Choosing rows")
    matching = np.flatnonzero(_is_wanted(params, predictions, files))
    if params.order != "file":
        badness = _badness(predictions)[matching]
        matching = matching[np.argsort(-badness if params.order == "worst" else badness, kind="stable")]
    chosen = matching[params.offset : params.offset + params.limit]
    workspace.report(0.5, "Reading rows")
    numbers = read_row_numbers(files, params.split)[chosen]
    names, cells = _cells(files, workspace, numbers)
    return PredictedRows(
        columns=names,
        rows=tuple(
            _row(predictions, files, int(position), int(number), cells[int(number)])
            for position, number in zip(chosen, numbers, strict=True)
        ),
        n_matching=len(matching),
    )


def _is_wanted(params: ConfusionRowsParams, predictions: Predictions, files: RunFiles) -> npt.NDArray[np.bool_]:
    import numpy as np

    wanted = np.ones(predictions.n_samples, dtype=bool)
    for name, codes in (("true_class", predictions.y_true), ("predicted_class", predictions.y_pred)):
        label = getattr(params, name)
        if label is not None:
            wanted &= np.isin(codes, _codes_of(label, predictions, files, field=name))
    return wanted


def _codes_of(label: str, predictions: Predictions, files: RunFiles, *, field: str) -> list[int]:
    """The class codes that ``label`` stands for in the confusion matrix: one, or all that it does not show."""
    from evaluation.charts.confusion_matrix import shown_positions

    assert files.run.result is not None
    if predictions.task is not LearningTask.CLASSIFICATION:
        raise UserInputError("A regression has no classes.", hint="Leave the classes out.", field=field)
    labels = files.run.result.labels
    if label in labels:
        return [labels.index(label)]
    positions, names = shown_positions(predictions, labels)
    if label not in names:
        raise UserInputError(
            f"The run has no class {label!r}.", hint=f"It knows {', '.join(map(repr, labels[:20]))}.", field=field
        )
    return [code for code, position in enumerate(positions) if position == names.index(label)]


def _badness(predictions: Predictions) -> npt.NDArray[Any]:
    import numpy as np

    if predictions.task is LearningTask.REGRESSION:
        distance: npt.NDArray[Any] = np.abs(predictions.y_true - predictions.y_out)
        return distance
    badness: npt.NDArray[Any] = 1 - predictions.y_out[np.arange(predictions.n_samples), predictions.y_true]
    return badness


def _cells(
    files: RunFiles, workspace: Workspace, numbers: npt.NDArray[np.int64]
) -> tuple[tuple[str, ...], dict[int, tuple[Any, ...]]]:
    from core.tables.engine import Engine, name_sql, text_sql
    from core.tables.preview import json_cell

    names = tuple(column.name for column in files.table.dataset.columns)
    if not len(numbers):
        return names, {}
    scan = f"read_parquet({text_sql(str(files.table.path))}, file_row_number = true)"
    columns = ", ".join(map(name_sql, names))
    listed = ", ".join(str(int(number)) for number in numbers)
    with Engine(workspace.folder, readable=[files.table.path], memory_bytes=workspace.memory_bytes) as engine:
        found = engine.rows(f"SELECT file_row_number, {columns} FROM {scan} WHERE file_row_number IN ({listed})")
    return names, {row[0]: tuple(json_cell(cell) for cell in row[1:]) for row in found}


def _row(predictions: Predictions, files: RunFiles, position: int, number: int, cells: tuple[Any, ...]) -> PredictedRow:
    assert files.run.result is not None
    labels = files.run.result.labels
    truth, said = predictions.y_true[position], predictions.y_pred[position]
    is_class = predictions.task is LearningTask.CLASSIFICATION
    return PredictedRow(
        row_number=number + 1,
        truth=labels[truth] if is_class else float(truth),
        prediction=labels[said] if is_class else float(said),
        probability=float(predictions.y_out[position, said]) if is_class else None,
        probability_of_truth=float(predictions.y_out[position, truth]) if is_class else None,
        error=None if is_class else float(truth - said),
        cells=cells,
    )


SPEC = ComputationSpec(
    key="confusion_rows",
    label="Rows",
    params=ConfusionRowsParams,
    result=PredictedRows,
    run=run,
    datasets=lambda _: (),
    runs=lambda params: (params.run_id,),
    timeout_s=60,
)
