"""Columns that only name or number the rows."""

from collections.abc import Iterator
from functools import partial

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.table import InsightTable
from core.insights.words import Telling, mend, name, names


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One fact for all of them together."""
    found = [column for column in table.columns if column.kind == "identifier" and column.name != table.target]
    found = [column for column in found if column.n_distinct >= 20]
    if found:
        subject = tuple(column.name for column in found)
        yield Hypothesis(
            subject=subject, p_value=None, strength=0.35, is_large=True, tell=partial(_tell, table, list(subject))
        )


def _tell(table: InsightTable, found: list[str]) -> Draft:
    told = Telling()
    first = table.column(found[0])
    values, rows = told.count("values", first.n_distinct, "value"), told.count("rows", int(first.is_known.sum()), "row")
    one = f"{name(found[0])} has {values} in {rows}"
    if len(found) == 1:
        statement = f"{one}: it names the rows and says nothing about them."
    else:
        statement = f"{names(found)} name the rows and say nothing about them: {one}."
    step = ("drop_columns", {"columns": found})
    return Draft(
        title=f"{names(found, 2)} only {'names' if len(found) == 1 else 'name'} the rows",
        statement=statement,
        numbers=told.numbers,
        tests=(),
        table={"Column": found, "Different values": [table.column(each).n_distinct for each in found]},
        advice="Leave it out of models: what is learned from it holds for no new row.",
        actions=(mend(table.dataset_id, "Remove", step),),
    )


SPEC = Detector(
    key="identifier_columns",
    label="Identifiers",
    family="problem",
    looks_for="Columns that give each row its own name or number.",
    surprise=0.5,
    look=look,
    most=1,
)
