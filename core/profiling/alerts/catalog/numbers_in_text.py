"""Numbers that are stored as text."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import looked, named
from core.profiling.facts import ColumnProfile, Fix, TableFacts
from core.wording import percent

MOSTLY = 0.8


def check(facts: TableFacts) -> Iterable[Finding]:
    """One for each column of texts in which most cells read as numbers."""
    for column in facts.columns:
        if column.texts and column.texts.n_numbers > MOSTLY * max(1, column.texts.n_looked) and not _is_code(column):
            yield _finding(facts, column)


def _is_code(column: ColumnProfile) -> bool:
    """Numbers that all have one length or start with 0, such as postal codes, are names."""
    texts = column.texts
    assert texts is not None
    starts = sum(value.value.strip().startswith("0") and len(value.value.strip()) > 1 for value in column.top_values)
    is_one_length = texts.min_length == texts.max_length and texts.n_numbers == texts.n_looked
    return is_one_length or (starts > len(column.top_values) / 4 and "." not in "".join(_shown(column)))


def _shown(column: ColumnProfile) -> list[str]:
    return [value.value for value in column.top_values]


def _finding(facts: TableFacts, column: ColumnProfile) -> Finding:
    texts = column.texts
    assert texts is not None
    odd = [repr(value.value) for value in texts.not_numbers[:3]]
    others = f", the others are such as {', '.join(odd)}" if odd else ""
    return Finding(
        strength=1.0,
        columns=(column.name,),
        sentence=f"{named([column])} is text, but {percent(texts.n_numbers / texts.n_looked)} of its cells are "
        f"numbers{others}{looked(facts)}.",
        fix=Fix(step="cast", params={"columns": [column.name], "to": "number", "written": _writing(column)}),
        fix_label="Make it a number",
    )


def _writing(column: ColumnProfile) -> str:
    return "1,234.5" if any("," in value for value in _shown(column)) else "1234.5"


SPEC = AlertSpec(
    key="numbers_in_text",
    label="Numbers as text",
    weight=70,
    why="As text, 10 comes before 9, nothing can be averaged, and a model treats every number as a category of its "
    "own.",
    check=check,
)
