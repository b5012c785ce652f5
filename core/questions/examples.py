"""Questions about one table that are understood: made from its columns, never from a list."""

from collections.abc import Iterator

from core.questions.grouping import can_group
from core.questions.reading import adds_up
from core.questions.table import AskedColumn, AskedTable
from core.questions.words import split_name


def make_examples(table: AskedTable) -> tuple[str, ...]:
    """Questions of different kinds, the most telling first; ``interpret.working_examples`` tries them out."""
    return tuple(dict.fromkeys(_examples(table)))


def said(column: AskedColumn) -> str:
    """A column's name as people would say it, where the name is plain words; else in quotes.

    A quoted name means exactly that column.
    """
    words = " ".join(split_name(column.name))
    is_plain = words.isascii() and words.replace(" ", "").isalnum() and any(letter.isalpha() for letter in words)
    return words if is_plain else f'"{column.name.replace(chr(34), "")}"'


def _examples(table: AskedTable) -> Iterator[str]:
    quantities = [one for one in table.columns if one.is_numeric and not one.is_identifier and not one.is_category]
    classes = [one for one in table.columns if can_group(one) and one.is_category and not one.is_identifier]
    classes.sort(key=lambda one: one.is_flag)
    number = next((one for one in quantities if adds_up(one)), quantities[0] if quantities else None)
    if number and classes:
        yield f"{'total' if adds_up(number) else 'average'} {said(number)} by {said(classes[0])}"
    yield f"how many {table.noun}s are there per {said(classes[0])}" if classes else "how many rows are there"
    if table.time is not None and number:
        yield f"{said(number)} over time"
    if number and classes:
        yield f"is {said(number)} different between {said(classes[-1])}"
    if quantities:
        yield f"histogram of {said(quantities[0])}"
    if len(quantities) > 1:
        yield f"are {said(quantities[0])} and {said(quantities[1])} correlated"
    gap = next((one for one in table.columns if one.column.n_missing and not one.is_flag), None)
    if gap:
        yield f"how many {table.noun}s have no {said(gap)}"
    yield "what is wrong with this data"
    yield "show 5 rows"
