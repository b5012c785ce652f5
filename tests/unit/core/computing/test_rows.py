"""Rows as people want to see them."""

from pathlib import Path

import pandas as pd
import pytest

from core.computing.catalog.rows import RowsPage, RowsParams, run
from core.errors import UserInputError
from tests.workspaces import LocalWorkspace, store_frame

FRAME = pd.DataFrame(
    {"name": ["Ada", "Bo", "Cy", None], 'odd "name"': [3, 1, 2, 1], "at": pd.to_datetime(["2025-01-02"] * 4)}
)


@pytest.fixture
def ask(tmp_path: Path):
    table = store_frame(FRAME, tmp_path / "table")
    workspace = LocalWorkspace(tmp_path, {"d": table})
    return lambda **facts: run(RowsParams(dataset_id="d", **facts), workspace)


def first_cells(page: RowsPage) -> list[object]:
    return [row[0] for row in page.rows]


def test_without_a_wish_rows_come_in_the_order_of_the_file(ask) -> None:
    page = ask()
    assert first_cells(page) == ["Ada", "Bo", "Cy", None]
    assert page.row_numbers == (1, 2, 3, 4)
    assert page.rows[0] == ("Ada", 3, "2025-01-02T00:00:00")


def test_equal_values_keep_the_order_of_the_file(ask) -> None:
    assert ask(sort_by='odd "name"').row_numbers == (2, 4, 3, 1)
    assert ask(sort_by='odd "name"', is_descending=True).row_numbers == (1, 3, 2, 4)


@pytest.mark.parametrize("is_descending", [False, True])
def test_missing_values_come_last(ask, is_descending: bool) -> None:
    assert first_cells(ask(sort_by="name", is_descending=is_descending))[-1] is None


def test_a_search_looks_into_every_cell_in_any_case(ask) -> None:
    assert first_cells(ask(search="aDA")) == ["Ada"]
    assert ask(search="2025").n_matching == 4
    assert ask(search="%").rows == ()


def test_pages_follow_each_other(ask) -> None:
    assert first_cells(ask(offset=1, limit=2)) == ["Bo", "Cy"]
    assert ask(offset=9).rows == ()


def test_an_unknown_column_is_named(ask) -> None:
    with pytest.raises(UserInputError, match="There is no column 'nome'"):
        ask(sort_by="nome")
