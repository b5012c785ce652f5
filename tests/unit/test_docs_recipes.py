"""The page on recipes names every step and every function of formulas."""

from core.expressions.operations import OPERATIONS
from core.recipes.registry import STEPS
from tests.markdown import ROOT, first_cells, prose

PAGE = ROOT / "docs" / "user" / "recipes.md"


def test_the_page_names_every_step() -> None:
    assert first_cells(PAGE) == set(STEPS)


def test_the_page_names_every_function() -> None:
    words = set(prose(PAGE).replace(";", " ").split())
    assert {key for key, one in OPERATIONS.items() if one.is_function} - words == set()
