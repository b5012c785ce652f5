"""docs/configuration.md names every setting; ``make docs`` writes its table anew from core/settings.py."""

import re
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from core.settings import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"
BEGIN = "<!-- table of settings: begin; written by make docs -->"
END = "<!-- table of settings: end -->"


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


def with_table(page: str) -> str:
    """``page`` with the present table between its two marks."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{settings_table()}\n{END}{after}"


def test_the_page_carries_the_present_table_of_settings() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_table(page), "run: make docs"


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not (field.description or "").endswith(".")] == []


def test_the_recipes_name_only_settings_that_exist() -> None:
    named = set(re.findall(r"PRAXIS_([A-Z_]+[A-Z])", PAGE.read_text(encoding="utf-8")))
    known = {name.upper() for name in Settings.model_fields} | {"PUBLISH", "IMAGE_TAG"}
    assert named - known == set()


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
