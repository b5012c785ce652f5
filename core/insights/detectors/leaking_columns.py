"""Columns that give the target away."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.table import InsightColumn, InsightTable, is_binary
from core.insights.words import Telling, mend, name
from core.types import LearningTask

SUSPICIOUS = 0.95
"""Score of one column alone, 0 as a guess and 1 without error, from which it is too good to be true."""
MOST_ROWS, FEWEST_ROWS = 20_000, 60
MOST_CLASSES = 20


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One fact for each column that alone predicts the target nearly without error."""
    from core.leakage.scoring import single_score

    target = None if table.target is None else table.column(table.target)
    if target is None:
        return
    task, y = _target(target)
    if y is None:
        return
    rows = np.flatnonzero(np.isfinite(y) if task is LearningTask.REGRESSION else y >= 0)
    rows = rows[:: max(1, len(rows) // MOST_ROWS)]
    if len(rows) < FEWEST_ROWS or len(np.unique(y[rows])) < 2:
        return
    for column in table.columns:
        if column is target or column.kind not in ("quantity", "category", "moment"):
            continue
        values = column.codes if column.values is None else column.values
        assert values is not None
        score = single_score(values[rows], y[rows], task)
        yield Hypothesis(
            subject=(column.name, target.name),
            p_value=None,
            strength=1.0,
            is_large=score >= SUSPICIOUS,
            tell=partial(_tell, table, column, target, score),
        )


def _target(target: InsightColumn) -> tuple[LearningTask, np.ndarray | None]:
    if target.kind == "quantity" and not is_binary(target) and target.codes is None:
        return LearningTask.REGRESSION, target.values
    if target.codes is not None and len(target.labels) <= MOST_CLASSES:
        return LearningTask.CLASSIFICATION, target.codes
    return LearningTask.CLASSIFICATION, None


def _tell(table: InsightTable, column: InsightColumn, target: InsightColumn, score: float) -> Draft:
    told = Telling()
    value = told.percent("score_percent", score)
    statement = (
        f"{name(column.name)} alone predicts {name(target.name)} nearly without error: {value} of the way from "
        "guessing to perfect, in rows it was not tried on."
    )
    step = ("drop_columns", {"columns": [column.name]})
    return Draft(
        title=f"{name(column.name)} may give {name(target.name)} away",
        statement=statement,
        numbers=told.numbers,
        tests=(),
        advice="Ask when it is written down: if only after the target is known, leave it out.",
        actions=(mend(table.dataset_id, f"Remove {column.name[:24]}", step),),
    )


SPEC = Detector(
    key="leaking_columns",
    label="Columns that give the target away",
    family="problem",
    looks_for="Columns that alone predict the target nearly without error, and are perhaps known only after it.",
    surprise=1.0,
    look=look,
    group="association",
)
