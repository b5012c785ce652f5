"""Column names from header cells."""

import pytest

from core.tables.names import name_columns


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        (["a", "b"], ("a", "b")),
        ([" a ", "b\nc"], ("a", "b c")),
        (["", "x", " "], ("column_1", "x", "column_3")),
        (["a", "a", "a"], ("a", "a_2", "a_3")),
        (["a", "a_2", "a"], ("a", "a_2", "a_3")),
        (["a", "A"], ("a", "A_2")),
        (["column_2", ""], ("column_2", "column_2_2")),
        (["File_Row_Number", "a"], ("File_Row_Number_2", "a")),
    ],
)
def test_names_are_present_and_unique(raw: list[str], names: tuple[str, ...]) -> None:
    assert name_columns(raw).names == names


def test_changes_are_told_in_plain_words() -> None:
    assert [(notice.code, notice.text) for notice in name_columns(["a", "a", ""]).notices] == [
        ("empty_names", "1 column had no name in the header and got one from the position: column_3."),
        ("duplicate_names", "1 column had a name that was taken and got a number: a_2."),
    ]


def test_good_names_need_no_notice() -> None:
    assert name_columns(["a", "b"]).notices == ()
