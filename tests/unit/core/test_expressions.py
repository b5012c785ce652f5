"""Formulas: what is understood, what is refused and where, and that nothing of them is ever executed."""

import pytest

from core.errors import UserInputError
from core.expressions.operations import OPERATIONS, function_help
from core.expressions.parser import MAX_DEPTH, MAX_NODES, parse, written
from core.expressions.tokens import MAX_LENGTH
from core.expressions.translate import to_python, to_sql
from core.types import ColumnType

COLUMNS = {
    "price": ColumnType.NUMBER,
    "amount": ColumnType.INTEGER,
    "city": ColumnType.STRING,
    "sold": ColumnType.DATETIME,
    "paid": ColumnType.BOOLEAN,
    "Total Charges": ColumnType.NUMBER,
    'a"b`c': ColumnType.INTEGER,
}


def refusal(formula: str) -> str:
    with pytest.raises(UserInputError) as caught:
        parse(formula, COLUMNS)
    assert caught.value.field == "expression"
    return f"{caught.value.message} {caught.value.hint}".strip()


@pytest.mark.parametrize(
    ("formula", "type_"),
    [
        ("amount + 1", ColumnType.INTEGER),
        ("amount / 1", ColumnType.NUMBER),
        ("amount + price", ColumnType.NUMBER),
        ("amount ** 2", ColumnType.NUMBER),
        ("round(amount)", ColumnType.NUMBER),
        ("`Total Charges` > 3 and not paid", ColumnType.BOOLEAN),
        ("[Total Charges] = 3 or price <> 2", ColumnType.BOOLEAN),
        ("city + '!'", ColumnType.STRING),
        ("1 if paid else price", ColumnType.NUMBER),
        ("sold if paid else missing", ColumnType.DATETIME),
        ("length(city) % 2", ColumnType.INTEGER),
        ("coalesce(amount, 0.5)", ColumnType.NUMBER),
        ("city not in ('Rome', 'Oslo')", ColumnType.BOOLEAN),
        ("- - +amount", ColumnType.INTEGER),
        ("date('2025-01-31')", ColumnType.DATETIME),
    ],
)
def test_a_formula_has_the_type_of_its_parts(formula: str, type_: ColumnType) -> None:
    assert parse(formula, COLUMNS).type is type_


def test_operators_bind_as_in_arithmetic() -> None:
    assert to_python(parse("-amount ** 2 + 3 * 4 - 1", COLUMNS)) == to_python(
        parse("((-(amount ** 2)) + (3 * 4)) - 1", COLUMNS)
    )
    assert to_sql(parse("not paid or paid and paid", COLUMNS)) == to_sql(
        parse("(not paid) or (paid and paid)", COLUMNS)
    )


@pytest.mark.parametrize(
    ("formula", "sentence"),
    [
        ("", "The formula is empty. Write one, such as price * 2."),
        ("amount +", "character 9: a value, a column or a function is expected, but the formula ends."),
        ("prise * 2", "character 1: there is no column 'prise'. Did you mean price?"),
        ("total charges", "character 1: there is no column 'total'."),
        ("roud(price)", "character 1: there is no function 'roud'. Did you mean round?"),
        ("price price", "character 7: an operation or the end is expected, but 'price' stands there."),
        ("city * 2", "character 1: * needs a number, and this is text."),
        ("city == 2", "character 6: == compares text with a whole number."),
        ("1 < amount < 5", "character 12: one comparison follows another. Write a < b and b < c."),
        ("amount and paid", "character 1: and needs a condition, and this is a whole number."),
        ("'x' if amount else 'y'", "character 8: if needs a condition, and this is a whole number."),
        ("1 if paid else 'y'", "character 16: if ... else gets a whole number and text, which do not go together."),
        ("1 if paid", "character 10: 'else' is expected, but the formula ends. A choice is written"),
        ("sold > 'soon'", "character 8: 'soon' is no date. Write it as '2025-01-31'"),
        ("amount % price", "character 10: % needs a whole number other than 0 on its right."),
        ("amount == missing", "character 11: == cannot take missing. Ask with is_missing(column)."),
        ("missing", "character 1: the result is always missing."),
        ("round(price, amount)", "character 14: round takes 0 to 12 digits."),
        ("contains(city, city)", "character 16: a text between quotes is needed here."),
        ("replace(city, '', 'x')", "character 15: replace has nothing to look for."),
        ("length()", "character 1: 0 values are given. It is written length(text)."),
        ("paid > true", "character 6: > cannot order yes and no."),
        ("9223372036854775808", "character 1: the number 9223372036854775808 is too large."),
        ("1e999", "character 1: the number 1e999 is too large."),
        ("'never closed", "character 1: the ' is never closed."),
        ("city in ()", "character 6: 1 values are given."),
        ("city in (city)", "character 10: in needs plain values in its list."),
    ],
)
def test_a_refusal_says_what_is_wrong_and_where(formula: str, sentence: str) -> None:
    assert sentence in refusal(formula)


@pytest.mark.parametrize(
    "attack",
    [
        "__import__('os').system('true')",
        "().__class__.__bases__",
        "price; DROP TABLE x",
        "price -- comment",
        "(SELECT 1)",
        "price::VARCHAR",
        "lambda: 1",
        "[x for x in price]",
        "price := 1",
        "read_csv('/etc/passwd')",
        "eval('1')",
        "f'{price}'",
        "price @ price",
        "price\x00",
    ],
)
def test_what_is_no_formula_is_refused(attack: str) -> None:
    assert refusal(attack)


def test_texts_and_names_stay_texts_and_names() -> None:
    tree = parse(r"""'it\'s "x"' + city if `a"b``c` > 0 else "\\"  """, COLUMNS)
    sql, python = to_sql(tree), to_python(tree)
    assert "'it''s \"x\"'" in sql
    assert '"a""b`c"' in sql
    assert repr('it\'s "x"') in python
    assert "table['a\"b`c']" in python


def test_size_and_depth_have_limits() -> None:
    assert "characters" in refusal("1" * (MAX_LENGTH + 1))
    assert f"more than {MAX_NODES} parts" in refusal("+".join(["1"] * (MAX_NODES + 1)))
    assert f"nested more than {MAX_DEPTH} deep" in refusal("(" * (MAX_DEPTH + 1) + "1" + ")" * (MAX_DEPTH + 1))
    assert f"nested more than {MAX_DEPTH} deep" in refusal("**".join(["2"] * (MAX_DEPTH + 5)))
    assert "too many signs" in refusal("-" * 100 + "1")
    assert parse("not " * 100 + "paid", COLUMNS).type is ColumnType.BOOLEAN


def test_a_formula_that_repeats_itself_does_not_grow_without_end() -> None:
    formula = "price"
    for _ in range(20):
        formula = f"round({formula})"
    tree = parse(formula, COLUMNS)
    with pytest.raises(UserInputError, match="it grows too large"):
        to_sql(tree)


def test_names_are_written_as_the_parser_reads_them() -> None:
    for name in COLUMNS:
        assert parse(written(name), COLUMNS).name == name
    assert written("if") == "`if`"


def test_every_function_says_how_it_is_called() -> None:
    functions = [one for one in OPERATIONS.values() if one.is_function]
    assert len(function_help()) == len(functions) > 20
    for one in functions:
        assert one.usage.startswith(f"{one.key}(")
        assert one.meaning.endswith(".")
