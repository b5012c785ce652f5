"""One thing written in several ways."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import looked, named
from core.profiling.facts import ColumnProfile, Fix, TableFacts, TextFacts
from core.wording import counted


def check(facts: TableFacts) -> Iterable[Finding]:
    """One for each column of categories with such groups."""
    for column in facts.columns:
        if column.texts and column.texts.n_variants and column.kind == "category":
            yield _finding(facts, column, column.texts)


def _finding(facts: TableFacts, column: ColumnProfile, texts: TextFacts) -> Finding:
    spellings = ", ".join(repr(value.value[:40]) for value in texts.variants[0].values[:4])
    return Finding(
        strength=0.7 + 0.3 * min(1.0, texts.n_variants / max(1, column.n_distinct / 4)),
        columns=(column.name,),
        sentence=f"{named([column])} writes {counted(texts.n_variants, 'thing')} in several ways, such as "
        f"{spellings}{looked(facts)}.",
        fix=_fix(column, texts),
        fix_label="Write each in one way",
    )


def _fix(column: ColumnProfile, texts: TextFacts) -> Fix:
    """The most frequent spelling for all of a group; lower case where there are more groups than are known."""
    if texts.n_variants > len(texts.variants):
        return Fix(step="trim_text", params={"columns": [column.name], "spaces": "all", "case": "lower"})
    pairs = [
        {"old": other.value, "new": group.values[0].value} for group in texts.variants for other in group.values[1:]
    ]
    return Fix(step="replace_values", params={"columns": [column.name], "replacements": pairs[:500]})


SPEC = AlertSpec(
    key="spelling_variants",
    label="Several spellings",
    weight=55,
    why="Each spelling counts as a category of its own: the counts of all of them are too small.",
    check=check,
)
