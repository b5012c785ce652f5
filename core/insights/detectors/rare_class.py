"""Targets of which one class is rare."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.pictures import bars
from core.insights.table import InsightColumn, InsightTable
from core.insights.words import Telling, name, train_on

RARE = 0.1
MOST_CLASSES = 10
OUTCOME_WORDS = frozenset({"target", "label", "class", "outcome", "churn", "default", "fraud", "is_fraud", "y",
                           "response", "survived", "diagnosis", "failure"})  # fmt: skip


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One fact on the target, or on a column that is called like one."""
    named = [column for column in table.columns if column.name.strip().lower() in OUTCOME_WORDS]
    for column in [table.column(table.target)] if table.target is not None else named:
        if column.codes is None or column.n_distinct > MOST_CLASSES:
            continue
        counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.labels))
        rarest = int(np.argmin(counts))
        share = float(counts[rarest] / counts.sum())
        yield Hypothesis(
            subject=(column.name,),
            p_value=None,
            strength=min(1.0, 0.5 + (RARE - share) * 5),
            is_large=share < RARE,
            tell=partial(_tell, table, column, counts, rarest),
        )


def _tell(table: InsightTable, column: InsightColumn, counts: np.ndarray, rarest: int) -> Draft:
    told = Telling()
    n, share = int(counts[rarest]), float(counts[rarest] / counts.sum())
    rows, part = told.count("rows", n, "row"), told.percent("percent", share)
    guess = told.percent("guess_percent", float(counts.max() / counts.sum()))
    statement = (
        f"{name(column.name)} is {name(column.labels[rarest])} in {part} of the rows ({rows}). Always guessing the "
        f"most frequent class is right in {guess}, so accuracy says little."
    )
    picture, table_rows = bars(
        "Classes", column.name, "Rows", list(column.labels), counts.astype(float).tolist(), marked=(rarest,)
    )
    return Draft(
        title=f"{name(column.labels[rarest])} is rare in {name(column.name)}",
        statement=statement,
        numbers=told.numbers,
        tests=(),
        picture=picture,
        table=table_rows,
        advice="Judge models by F1 or average precision, and try class weights.",
        actions=(train_on(table.dataset_id, column.name),),
    )


SPEC = Detector(
    key="rare_class",
    label="Rare classes",
    family="problem",
    looks_for="A target of which one class is rare, so that accuracy misleads.",
    surprise=0.75,
    look=look,
    most=1,
)
