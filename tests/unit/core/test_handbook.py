"""Praxis's own pages as a collection."""

from pathlib import Path

from core.documents.registry import detect
from core.handbook import FIRST_QUESTIONS, NAME, handbook_files, new_handbook
from core.settings import Settings


def test_every_guide_is_a_page_of_the_handbook_under_a_name_without_docs() -> None:
    pages = dict(handbook_files())
    assert {"README.md", "architecture.md", "user/getting-started.md", "developers/testing.md"} <= set(pages)
    assert all(path.is_file() and detect(path, name).key == "markdown" for name, path in pages.items())


def test_guides_are_read_first_and_hold_what_is_offered_to_ask() -> None:
    names = [name for name, _ in handbook_files()]
    guides = [name for name in names if name.startswith("user/")]
    assert names[: len(guides)] == guides
    assert names[-1].startswith("developers/")
    assert {page for _, page in FIRST_QUESTIONS} <= set(guides)


def test_nothing_comes_where_the_pages_are_not_installed(tmp_path: Path) -> None:
    assert list(handbook_files(tmp_path)) == []


def test_a_taken_name_gets_a_number() -> None:
    settings = Settings(_env_file=None)  # type: ignore[call-arg]  # a parameter of pydantic-settings that mypy misses
    assert new_handbook(settings).name == NAME
    assert new_handbook(settings, {NAME, f"{NAME} 2"}).name == f"{NAME} 3"
