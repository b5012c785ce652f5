"""Numbers that are stored as text."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.pictures import histogram
from core.insights.table import InsightColumn, InsightTable
from core.insights.words import Telling, mend, name, see_column


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One fact for each column of texts of which nearly all are numbers."""
    for column in table.columns:
        if column.n_unread is not None:
            yield Hypothesis(
                subject=(column.name,),
                p_value=None,
                strength=0.8,
                is_large=True,
                tell=partial(_tell, table, column, column.n_unread),
            )


def _tell(table: InsightTable, column: InsightColumn, n_unread: int) -> Draft:
    told = Telling()
    n = told.count("numbers", int(column.is_known.sum()), "cell")
    but = (
        f"; {told.count('others', n_unread, 'cell')} are not"
        if n_unread > 1
        else "; one cell is not"
        if n_unread
        else ""
    )
    statement = (
        f"{name(column.name)} is stored as text, but {n} are numbers{but}. As text it cannot be averaged or drawn."
    )
    assert column.values is not None
    picture, rows = histogram("As numbers", column.name, np.asarray(column.known))
    step = ("cast", {"columns": [column.name], "to": "number"})
    return Draft(
        title=f"{name(column.name)} holds numbers as text",
        statement=statement,
        numbers=told.numbers,
        tests=(),
        picture=picture,
        table=rows,
        advice="Make it a number; what is none becomes missing. The other cards already read it as numbers.",
        actions=(see_column(table.dataset_id, column.name), mend(table.dataset_id, "Make it a number", step)),
    )


SPEC = Detector(
    key="numbers_in_text",
    label="Numbers as text",
    family="problem",
    looks_for="Columns of texts of which nearly all are numbers.",
    surprise=0.85,
    look=look,
)
