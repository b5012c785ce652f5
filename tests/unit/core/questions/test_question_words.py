"""Words, names and hostile tables."""

import doctest

import pytest

from core.questions import words
from core.questions.interpret import interpret
from core.questions.table import AskedTable
from core.questions.types import MAX_QUESTION
from core.questions.words import tokenize
from core.sql.guard import check_query
from core.types import Column, ColumnType, TopValue
from tests.factories import make_column


def make_asked(*columns: Column) -> AskedTable:
    return AskedTable.of(columns, name="data", dataset_id="id", title="Table", n_rows=100)


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(words).failed == 0


def test_numbers_are_read_as_people_write_them() -> None:
    numbers = [token.number for token in tokenize("150k 1,200 2.5 three 1.5m") if token.number is not None]
    assert numbers == [150_000, 1_200, 2.5, 3, 1_500_000]


HOSTILE_NAMES = ('a"b', "x'; DROP TABLE t; --", "line\nbreak", "[link](http://x)", "🙂", "select", " ", "Ünï côde")


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_column_of_any_name_gives_a_statement_that_the_guard_lets_through(name: str) -> None:
    table = make_asked(make_column(name), make_column("kind", ColumnType.STRING, n_distinct=2))
    for question in (*interpret("?", table).examples, f'average "{name}" by kind', "average by kind", "show 5 rows"):
        plan = interpret(question, table).plan
        if plan is not None and plan.sql is not None:
            assert check_query(plan.sql, ["data"]) == ("data",)


def test_a_value_with_quotes_stays_one_value() -> None:
    evil = "x' OR '1'='1"
    column = make_column("kind", ColumnType.STRING, n_distinct=2, top_values=(TopValue(value=evil, count=50),))
    plan = interpret(f'how many rows where kind is "{evil}"', make_asked(column, make_column())).plan
    assert plan is not None
    assert plan.sql is not None
    assert "kind = 'x'' OR ''1''=''1'" in plan.sql


@pytest.mark.parametrize(
    "question",
    ["?", "   !!! ", "a" * MAX_QUESTION, "how many " * 50, "💥💥", "-- ; drop table", "1 2 3", "by by by per"],
)
def test_no_question_breaks_the_reading(question: str) -> None:
    table = make_asked(make_column(), make_column("kind", ColumnType.STRING, n_distinct=2))
    answer = interpret(question, table)
    assert answer.plan is not None or answer.examples


def test_a_table_without_numbers_or_times_can_be_asked() -> None:
    table = make_asked(make_column("kind", ColumnType.STRING, n_distinct=2))
    assert interpret("average kind last month", table).question
    plan = interpret("how many rows per kind", table).plan
    assert plan is not None
    assert plan.sql is not None
    assert "GROUP BY kind" in plan.sql


def test_a_word_with_two_meanings_offers_the_other_one() -> None:
    answer = interpret("average price", make_asked(make_column("sale_price"), make_column("list_price")))
    assert answer.plan is not None
    statements = [plan.sql for plan in (answer.plan, *answer.alternatives)]
    assert len(statements) == 2
    assert any("avg(sale_price)" in str(sql) for sql in statements)
    assert any("avg(list_price)" in str(sql) for sql in statements)


@pytest.mark.parametrize(
    "question",
    [
        f"show rows where height > {'9' * 400}",
        f"top {'9' * 400} names",
        f"first {'9' * 400} rows",
        f"rows of the last {'9' * 400} days",
        "rows of the last 99999999999999 years",
        "rows of the last 4000 years",
        f"height between 1 and {'9' * 400}",
    ],
)
def test_numbers_beyond_every_calendar_and_computer_do_no_harm(question: str) -> None:
    table = make_asked(
        make_column("height", ColumnType.NUMBER, minimum="1", maximum="2"),
        make_column("seen", ColumnType.DATETIME, minimum="2020-01-01T00:00:00", maximum="2024-01-01T00:00:00"),
    )
    answer = interpret(question, table)
    assert answer.plan is not None or answer.problem
