"""The tables in docs/ that are written from the code by ``make docs``: settings, and addresses of the API."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from core.failures import FAILURES
from core.settings import Settings
from evaluation.remarks.registry import REMARKS
from tests import model_guide

DOCS = Path(__file__).resolve().parents[2] / "docs"


def settings_table() -> str:
    """One Markdown row a setting, in the order of core/settings.py."""
    rows = [
        f"| `PRAXIS_{name.upper()}` | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


def _default(field: FieldInfo) -> str:
    value = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    return "empty" if value == "" else f"`{value}`"


def address_table() -> str:
    """One Markdown row an operation of the API: method, address, first line of its description."""
    from app.api.application import make_api

    rows = [
        f"| {method.upper()} | `{path.removeprefix('/v1')}` | {_first_line(operation['description'])} |"
        for path, operations in sorted(make_api().openapi()["paths"].items())
        for method, operation in operations.items()
    ]
    return "\n".join(["| method | address | what it does |", "|---|---|---|", *rows])


def error_sections() -> str:
    """One section an error that a training can end with: where it comes from and what cures it."""
    return "\n\n".join(
        f"## {failure.title}\n\nCode `{failure.code}`.\n\n**Cause.** {failure.cause}\n\n**Cure.** {failure.cure}"
        for failure in sorted(FAILURES.values(), key=lambda failure: failure.title)
    )


def remark_table() -> str:
    """One Markdown row a remark: its title, how much it matters, and what is behind it."""
    rows = [f"| {spec.title} | {spec.severity.value} | {spec.meaning} |" for spec in REMARKS.values()]
    return "\n".join(["| remark | weight | what is behind it |", "|---|---|---|", *sorted(rows)])


def _first_line(description: str) -> str:
    # Two backticks are how docstrings mark code, one is how Markdown does.
    return description.split("\n", 1)[0].replace("``", "`").replace("|", "\\|")


TABLES: dict[str, tuple[Path, Callable[[], str]]] = {
    "settings": (DOCS / "configuration.md", settings_table),
    "errors": (DOCS / "user" / "errors.md", error_sections),
    "remarks": (DOCS / "user" / "learning.md", remark_table),
    "models": (DOCS / "user" / "models.md", model_guide.overview),
    "model sections": (DOCS / "user" / "models.md", model_guide.sections),
    "addresses": (DOCS / "user" / "api.md", address_table),
}


def with_table(page: str, name: str, table: str) -> str:
    """``page`` with the present table between its two marks."""
    begin = f"<!-- table of {name}: begin; written by make docs -->"
    end = f"<!-- table of {name}: end -->"
    before, rest = page.split(begin)
    _, after = rest.split(end)
    return f"{before}{begin}\n{table}\n{end}{after}"


@pytest.mark.parametrize("name", TABLES)
def test_the_page_carries_the_present_table(name: str) -> None:
    path, make = TABLES[name]
    page = path.read_text(encoding="utf-8")
    assert page == with_table(page, name, make()), "run: make docs"


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not (field.description or "").endswith(".")] == []


def test_the_recipes_name_only_settings_that_exist() -> None:
    named = set(re.findall(r"PRAXIS_([A-Z_]+[A-Z])", TABLES["settings"][0].read_text(encoding="utf-8")))
    known = {name.upper() for name in Settings.model_fields} | {"PUBLISH", "IMAGE_TAG"}
    assert named - known == set()


if __name__ == "__main__":
    for each, (path, make) in TABLES.items():
        path.write_text(with_table(path.read_text(encoding="utf-8"), each, make()), encoding="utf-8")
