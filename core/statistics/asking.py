"""A test asked of a dataset: its parameters checked against the columns, its columns read, its answer."""

import difflib
from typing import Any

from core.computing.spec import TableFile
from core.errors import UserInputError
from core.params import validate_params
from core.records import Dataset
from core.statistics.frame import read_frame
from core.statistics.params import ColumnKind, CommonParams, named_columns
from core.statistics.registry import STATISTICAL_TESTS
from core.statistics.result import TestResult
from core.statistics.spec import StatisticalTestSpec
from core.statistics.wording import listed
from core.types import Column, ColumnType

TYPE_WORDS = {
    ColumnType.INTEGER: "whole numbers",
    ColumnType.NUMBER: "numbers",
    ColumnType.BOOLEAN: "true and false",
    ColumnType.DATETIME: "dates",
    ColumnType.STRING: "text",
}
"""What the values of a column are called in a sentence."""


def checked_params(test: str, values: dict[str, Any], dataset: Dataset) -> CommonParams:
    """``values`` as parameters of ``test`` that fit the columns of ``dataset``.

    Raises:
        NotFound: There is no such test.
        UserInputError: A parameter is out of its bounds, or names a column that is missing or of the wrong type.
    """
    spec = STATISTICAL_TESTS[test]
    params = validate_params(spec.params, values)
    columns = {column.name: column for column in dataset.columns}
    for field, name, kind in named_columns(params):
        if name not in columns:
            close = difflib.get_close_matches(name, columns)
            hint = f"Did you mean {listed(close)}?" if close else f"It has {listed(list(columns), 8)}."
            raise UserInputError(f"{dataset.name!r} has no column {name!r}.", hint=hint, field=f"params.{field}")
        _fits(spec, field, columns[name], kind)
    return params


def ask(test: str, values: dict[str, Any], table: TableFile) -> TestResult:
    """The answer of ``test`` on a stored table. Raises like ``checked_params``, and UnsuitableData."""
    spec = STATISTICAL_TESTS[test]
    params = checked_params(test, values, table.dataset)
    return spec.run(read_frame(table.path, params, most_rows=spec.most_rows), params)


def _fits(spec: StatisticalTestSpec, field: str, column: Column, kind: ColumnKind) -> None:
    if column.type in kind.types:
        return
    title = spec.params.model_fields[field].title or field
    has = TYPE_WORDS[column.type]
    if kind is ColumnKind.NUMBER:
        raise UserInputError(
            f"{column.name!r} holds {has}; {title.lower()!r} takes numbers.",
            hint="Choose a column of numbers, or ask whether two columns of categories are related: "
            "Chi-square test of independence.",
            field=f"params.{field}",
        )
    raise UserInputError(
        f"{column.name!r} holds {has}; {title.lower()!r} takes categories: text, true and false, or whole numbers.",
        hint="Choose a column of categories. For two columns of numbers take: Spearman correlation.",
        field=f"params.{field}",
    )
