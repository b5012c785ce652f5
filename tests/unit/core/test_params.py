"""Parameters checked against their model, and the sentence for what does not fit."""

import pytest

from core.errors import UserInputError
from core.params import MOST_SHOWN, Params, validate_params


class Size(Params):
    width: int
    height: int = 1


def refusal(values: dict[str, object]) -> UserInputError:
    with pytest.raises(UserInputError) as caught:
        validate_params(Size, values)
    return caught.value


def test_a_missing_value_is_called_missing_and_the_others_are_not_repeated() -> None:
    error = refusal({"height": 2})
    assert (error.message, error.field) == ("'width' is missing.", "params.width")


def test_of_a_long_value_the_beginning_is_shown() -> None:
    error = refusal({"width": "x" * 100_000})
    assert error.message.startswith("'width' is 'xxx")
    assert len(error.message) < 2 * MOST_SHOWN


def test_a_value_that_is_nested_very_deeply_is_named_by_its_kind() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert refusal({"width": deep}).message.startswith("'width' is a list: ")
