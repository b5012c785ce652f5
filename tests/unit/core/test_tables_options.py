"""Import options as a form sends them."""

import pytest

from core.errors import UserInputError
from core.params import validate_params
from core.tables.spec import ImportOptions


def test_a_typed_tab_is_a_tab() -> None:
    assert ImportOptions(delimiter="\\t") == ImportOptions(delimiter="\t")


@pytest.mark.parametrize("delimiter", ["", "ab", "a", "1", '"', "\n", "é"])
def test_what_cannot_delimit_is_refused(delimiter: str) -> None:
    with pytest.raises(UserInputError, match="delimiter"):
        validate_params(ImportOptions, {"delimiter": delimiter})


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(UserInputError, match="encoding"):
        validate_params(ImportOptions, {"encoding": "rot13"})
