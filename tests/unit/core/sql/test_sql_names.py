"""Datasets have names in SQL: readable, unique, the same for everyone."""

import doctest

from core.records import Dataset
from core.sql import names
from core.sql.names import table_names, written, written_column
from tests.factories import make_dataset


def named(*datasets: Dataset) -> dict[str, str]:
    return {one.name: one.dataset.id for one in table_names(datasets)}


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(names).failed == 0


def test_the_short_name_is_the_newest_version_and_each_version_has_its_own() -> None:
    first = make_dataset(id="01", name="Sales 2024")
    second = make_dataset(id="02", name="Sales 2024", version=2, family_id="01")
    assert named(second, first) == {"sales_2024": "02", "sales_2024_v1": "01", "sales_2024_v2": "02"}


def test_the_older_of_two_datasets_of_one_name_keeps_the_plain_name() -> None:
    older, newer = make_dataset(id="01", name="Sales"), make_dataset(id="02", name="sales!")
    assert named(newer, older)["sales"] == "01"
    assert named(newer, older)["sales_2"] == "02"


def test_a_name_never_takes_the_name_of_a_version() -> None:
    first = make_dataset(id="01", name="Sales")
    second = make_dataset(id="02", name="Sales v1")
    names_of_both = named(first, second)
    assert len(names_of_both) == 4
    assert names_of_both["sales_v1"] == "01"


def test_names_without_a_letter_and_hostile_names_become_plain_ones() -> None:
    assert named(make_dataset(id="01", name='"; DROP TABLE x; --')).keys() == {"drop_table_x", "drop_table_x_v1"}
    assert "dataset" in named(make_dataset(id="01", name="🙂"))


def test_names_are_quoted_only_where_they_have_to_be() -> None:
    assert [written(name) for name in ("sales", "2024", "select", "a b")] == ["sales", '"2024"', '"select"', '"a b"']
    assert [written_column(name) for name in ("PassengerId", "Order", "a b")] == ["PassengerId", '"Order"', '"a b"']
