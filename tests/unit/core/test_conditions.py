"""Conditions mean the same wherever they are used: charts, their scripts, recipes, questions."""

from typing import Any

import pandas as pd
import pytest

from core.conditions import OPERATOR_WORDS, Condition, condition_python, condition_sql, operators_for
from core.errors import UserInputError
from core.expressions.quoting import text_sql
from core.expressions.translate import to_sql
from core.recipes.catalog.filter_rows import condition_tree
from core.recipes.changes import TableColumn
from core.types import ColumnType
from tests.charting import CATEGORY_ODD, ODD, StoredTable, mixed_table, store


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> StoredTable:
    return store(mixed_table(), tmp_path_factory.mktemp("conditions"))


CONDITIONS: list[tuple[dict[str, Any], int | None]] = [
    ({"column": "count", "operator": "is", "value": 3}, None),
    ({"column": "count", "operator": "is", "value": 2.5}, 0),
    ({"column": "count", "operator": "is_not", "value": 3}, None),
    ({"column": "amount", "operator": "less", "value": 50}, None),
    ({"column": "amount", "operator": "at_most", "value": "50"}, None),
    ({"column": "amount", "operator": "more", "value": 1e-3}, None),
    ({"column": ODD, "operator": "at_least", "value": 80}, None),
    ({"column": "height", "operator": "between", "value": (160, 170)}, None),
    ({"column": CATEGORY_ODD, "operator": "one_of", "value": ("a'b\"c", "true", "nowhere")}, None),
    ({"column": CATEGORY_ODD, "operator": "contains", "value": "ALERT"}, None),
    ({"column": CATEGORY_ODD, "operator": "starts_with", "value": "É\n"}, None),
    ({"column": CATEGORY_ODD, "operator": "ends_with", "value": "</SCRIPT>"}, None),
    ({"column": CATEGORY_ODD, "operator": "missing"}, None),
    ({"column": CATEGORY_ODD, "operator": "present"}, None),
    ({"column": "is_new", "operator": "is", "value": "yes"}, None),
    ({"column": "day", "operator": "less", "value": "2024-06-01"}, None),
    ({"column": "day", "operator": "between", "value": ("2024-06-01", "2024-07-01T12:00:00+02:00")}, None),
]


@pytest.mark.parametrize(("given", "expected"), CONDITIONS)
def test_a_condition_keeps_the_same_rows_in_a_chart_in_its_script_and_in_a_recipe(
    mixed: StoredTable, given: dict[str, Any], expected: int | None
) -> None:
    condition = Condition(**given)
    column = mixed.columns[condition.column]
    with mixed.opened() as table:
        view = table.view([condition], [])
    rows = mixed.pandas()
    mask = eval(condition_python(condition, column), {"rows": rows, "pd": pd})
    kept = int(mask.fillna(False).sum())
    assert view.n_filtered == kept
    assert kept == expected if expected is not None else 0 < kept < len(rows)
    sql = to_sql(condition_tree(condition, [TableColumn(name=column.name, type=column.type)]))
    with mixed.opened() as table:
        assert table.rows(f"SELECT count(*) FROM read_parquet({text_sql(str(mixed.path))}) WHERE {sql}") == [(kept,)]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"column": "count", "operator": "contains", "value": "x"}, "has no meaning"),
        ({"column": "count", "operator": "is", "value": "many"}, "'many' is not a number"),
        ({"column": "amount", "operator": "less", "value": "inf"}, "'inf' is not a number"),
        ({"column": "day", "operator": "is", "value": "yesterday"}, "a date such as"),
        ({"column": "is_new", "operator": "is", "value": "perhaps"}, "true or false"),
        ({"column": "amount", "operator": "between", "value": 3}, "'is between' needs two values, not 1"),
        ({"column": "amount", "operator": "is"}, "needs one value, not none"),
        ({"column": "group", "operator": "one_of", "value": ()}, "1 to 200 values"),
    ],
)
def test_a_condition_that_does_not_fit_is_refused_with_its_value(
    mixed: StoredTable, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(UserInputError, match=words):
        condition_sql(Condition(**given), mixed.columns[given["column"]])


def test_every_operator_has_words_and_a_column_it_fits() -> None:
    assert {operator for type_ in ColumnType for operator in operators_for(type_)} == set(OPERATOR_WORDS)
    assert operators_for(ColumnType.BOOLEAN) == ("is", "is_not", "missing", "present")


def test_the_last_digits_of_a_long_number_count() -> None:
    column = TableColumn(name="id", type=ColumnType.INTEGER)
    sql = condition_sql(Condition(column="id", value="9007199254740993"), column)
    assert sql == "\"id\" = CAST('9007199254740993' AS BIGINT)"
