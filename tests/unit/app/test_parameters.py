"""Parameters that several routes take."""

import pytest

from app.api.parameters import json_object
from core.errors import UserInputError


def test_an_object_is_read_and_no_text_is_an_empty_one() -> None:
    assert json_object('{"a": [1, "é"]}', field="options") == {"a": [1, "é"]}
    assert json_object(" ", field="options") == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "options is not JSON"),
        ("[1]", "options is not a JSON object"),
        ('{"a": "\\ud800"}', "half of a surrogate pair"),
        ('{"a": ' + "9" * 5_000 + "}", "too long a number"),
        ('{"a": ' + "[" * 45_000 + "]" * 45_000 + "}", "nested too deeply"),
    ],
)
def test_what_is_no_usable_object_is_refused_in_words(text: str, sentence: str) -> None:
    with pytest.raises(UserInputError, match=sentence) as caught:
        json_object(text, field="options")
    assert caught.value.field == "options"
