"""From a stored table to a report on its leaks."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.computing.spec import TableFile, Workspace
from core.errors import UnsuitableData, UserInputError
from core.leakage.asking import LeakQuestion
from core.leakage.findings import CheckedFor, LeakReport
from core.leakage.registry import LEAKS, find_leaks
from core.leakage.table import LeakTable, parts_of
from core.preprocessing.roles import assign_roles
from core.profiling.asking import require_column
from core.profiling.looking import choose_positions, read_rows
from core.splits import RowSplit, group_codes, make_split, time_numbers
from core.types import LearningTask, Split, SplitParams

MOST_ROWS, MOST_CELLS, FEWEST_ROWS = 100_000, 10_000_000, 5_000
READING_SHARE = 0.2


def check_leaks(question: LeakQuestion, workspace: Workspace) -> LeakReport:
    """Divide the rows as the training would, then look for leaks.

    Raises:
        UserInputError: The target is no column, or a scheme's column does not fit.
        UnsuitableData: There is nothing to learn from.
    """
    workspace.report(0.0, "Reading the data")
    file = workspace.table(question.dataset_id)
    columns = {column.name: column for column in file.dataset.columns}
    require_column(file.dataset, question.target)
    roles = assign_roles(
        file.dataset.columns,
        target=question.target,
        n_rows=file.dataset.n_rows or 0,
        exclude=_excluded(question),
    )
    deciding = _read(file, None, _deciding(question))
    is_known = deciding[question.target].notna().to_numpy()
    if not is_known.any():
        raise UnsuitableData(f"The target {question.target!r} is empty in every row.", field="target")
    y, labels = _targets(deciding[question.target][is_known], question.task)
    split, params, note = _split(deciding[is_known], y, question, labels)
    n_rows = int(is_known.sum())
    chosen = choose_positions(n_rows, max(FEWEST_ROWS, min(MOST_ROWS, MOST_CELLS // max(1, len(columns)))))
    kept = np.arange(n_rows) if chosen is None else chosen
    positions = np.flatnonzero(is_known)[kept]
    names = [name for name in columns if name != question.target]
    frame = _read(file, None if len(positions) == len(is_known) else positions, names)
    table = LeakTable(
        frame=frame,
        y=y[kept],
        part=parts_of(split, n_rows)[kept],
        columns=columns,
        used=tuple(name for name in names if name in roles.used),
        target=question.target,
        task=question.task,
        labels=labels,
        split=params,
    )
    leaks = find_leaks(
        table,
        on_fraction=lambda fraction, label: workspace.report(READING_SHARE + (1 - READING_SHARE) * fraction, label),
    )
    return LeakReport(
        dataset_id=file.dataset.id,
        name=file.dataset.name,
        target=question.target,
        task=question.task,
        n_rows=n_rows,
        n_looked=len(kept),
        n_samples={Split.TRAIN: len(split.train), Split.VALIDATION: len(split.validation), Split.TEST: len(split.test)},
        note=note,
        leaks=leaks,
        checks=tuple(
            CheckedFor(key=key, label=spec.label, n_found=sum(leak.key == key for leak in leaks))
            for key, spec in LEAKS.items()
        ),
    )


def _excluded(question: LeakQuestion) -> set[str]:
    """What is not learned from: what a person leaves out, and the group of a grouped split."""
    group = question.split.group if question.split.scheme == "grouped" else None
    return {name for name in (*question.exclude, group) if name is not None}


def _deciding(question: LeakQuestion) -> list[str]:
    """The columns that decide on the split, each once."""
    extra = {"grouped": question.split.group, "time": question.split.time}.get(question.split.scheme)
    return list(dict.fromkeys(name for name in (question.target, extra) if name is not None))


def _read(file: TableFile, positions: npt.NDArray[np.int64] | None, names: list[str]) -> pd.DataFrame:
    frame: pd.DataFrame = read_rows(file.path, positions, names).select(names).to_pandas()
    return frame


def _targets(values: "pd.Series[Any]", task: LearningTask) -> tuple[npt.NDArray[Any], tuple[str, ...]]:
    if task is not LearningTask.CLASSIFICATION:
        numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        if not np.isfinite(numbers).all():
            raise UnsuitableData(
                f"The target {str(values.name)!r} holds values that are not finite numbers.",
                hint="Choose classification, or another target.",
                field="target",
            )
        return numbers, ()
    names, codes = np.unique(values.astype(str).to_numpy(dtype=object).astype(str), return_inverse=True)
    if len(names) < 2:
        raise UnsuitableData(
            f"The target {str(values.name)!r} has the same value {str(names[0])!r} in every row.",
            hint="Choose a target that varies.",
            field="target",
        )
    return codes.astype(np.int64), tuple(str(name) for name in names)


def _split(
    deciding: pd.DataFrame, y: npt.NDArray[Any], question: LeakQuestion, labels: tuple[str, ...]
) -> tuple[RowSplit, SplitParams, str]:
    """The asked-for split; where the data does not allow it, a random one and the reason."""
    params = question.split
    groups = group_codes(deciding[params.group]) if params.scheme == "grouped" else None
    times = time_numbers(deciding[params.time]) if params.scheme == "time" else None
    facts: dict[str, Any] = {"seed": question.seed, "task": question.task}
    try:
        return make_split(y, params=params, labels=labels, groups=groups, times=times, **facts), params, ""
    except UserInputError as error:
        if params.scheme == "random":
            raise
        random = SplitParams(validation=params.validation, test=params.test, scheme="random")
        return (
            make_split(y, params=random, **facts),
            random,
            f"{error.message} Leaks were looked for in a random split.",
        )
