"""Marks inside numbers: found where they are sure, left alone where they may mean something else."""

from pathlib import Path

import pytest

from core.errors import UserInputError
from tests.unit.core.tables.test_delimited_reading import ingest


@pytest.mark.parametrize(
    ("delimiter", "cells", "values", "marks"),
    [
        (";", ("1,234.5", "12.25", "1,234,567.0"), [1234.5, 12.25, 1234567.0], (".", ",")),
        (";", ("1.234,5", "12,25", "7"), [1234.5, 12.25, 7.0], (",", ".")),
        (";", ("1 234,5", "12,25", "7"), [1234.5, 12.25, 7.0], (",", " ")),
        (";", ("1 234.5", "12.25", "7"), [1234.5, 12.25, 7.0], (".", " ")),
        (";", ("1\u202f234,5", "12,25", "7"), [1234.5, 12.25, 7.0], (",", " ")),
        (",", ("1'234.5", "12.25", "7"), [1234.5, 12.25, 7.0], (".", "'")),
        (",", ('"1,234"', '"12,500"', "7"), [1234, 12500, 7], (".", ",")),
        (";", ("1,234,567", "-1,000", "7"), [1234567, -1000, 7], (".", ",")),
        (";", ("1.234.567", "1.000", "7"), [1234567, 1000, 7], (",", ".")),
    ],
)
def test_groups_of_digits_are_found(
    tmp_path: Path, delimiter: str, cells: tuple[str, ...], values: list[float], marks: tuple[str, str]
) -> None:
    rows = [f"r{i}{delimiter}{cell}" for i, cell in enumerate(cells)]
    table, columns = ingest(tmp_path, "\n".join([f"id{delimiter}v", *rows, ""]).encode())
    assert columns["v"] == values
    assert (table.options_used.decimal, table.options_used.thousands) == marks
    assert "thousands" in [notice.code for notice in table.notices]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (("1.234", "5.678"), [1.234, 5.678]),
        (("1,234", "5,678"), [1.234, 5.678]),
        (("123 456", "654 321"), ["123 456", "654 321"]),
        (("1.234.567", "version"), ["1.234.567", "version"]),
        (("12,34,567.0", "1"), ["12,34,567.0", "1"]),
    ],
)
def test_what_may_mean_something_else_is_left_alone(
    tmp_path: Path, cells: tuple[str, ...], values: list[object]
) -> None:
    table, columns = ingest(tmp_path, "\n".join(["id;v", *(f"r{i};{c}" for i, c in enumerate(cells)), ""]).encode())
    assert columns["v"] == values
    assert table.options_used.thousands is None


def test_a_person_may_say_it(tmp_path: Path) -> None:
    table, columns = ingest(tmp_path, b"id;v\na;1.234\nb;5.678\n", thousands=".")
    assert (columns["v"], table.columns[1].type) == ([1234, 5678], "integer")


def test_what_was_sniffed_repeats_the_reading(tmp_path: Path) -> None:
    content = b"id;v\na;1.234,5\nb;5.678,25\n"
    first, _ = ingest(tmp_path, content)
    again, _ = ingest(tmp_path, content, **first.options_used.model_dump(exclude_none=True))
    assert (again.columns, again.options_used) == (first.columns, first.options_used)


def test_a_late_number_without_a_mark_changes_nothing(tmp_path: Path) -> None:
    rows = [f"{i};1.{i % 900 + 100},5" for i in range(5_000)]
    rows[2_000] = "2000;17"
    _, columns = ingest(tmp_path, ("n;v\n" + "\n".join(rows)).encode())
    assert (columns["v"][0], columns["v"][2_000]) == (1100.5, 17.0)


def test_both_marks_cannot_be_one(tmp_path: Path) -> None:
    with pytest.raises(UserInputError, match="cannot both be ','"):
        ingest(tmp_path, b"id;v\na;1\n", decimal=",", thousands=",")
