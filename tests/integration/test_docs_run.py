"""The marked blocks of the documents are executed: as a person would, page by page, in a copy of the checkout."""

import itertools
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import servers
from tests.markdown import PAGES, ROOT, Block, blocks, name_of

PRINTED_ADDRESS = "http://127.0.0.1:8501"
LIMIT_S = 300
SEPARATOR = "=== end of a block ==="
QUERY_PAGES = {"docs/user/sql.md", "docs/user/asking.md", "docs/user/language-model.md"}
PROFILE_PAGES = {"docs/user/profile.md", "docs/developers/adding-an-alert.md"}
REMARK_PAGES = {"docs/developers/adding-a-remark.md"}
PREPROCESSING_PAGES = {"docs/developers/adding-a-preprocessing-step.md"}
RECIPE_PAGES = {"docs/user/recipes.md", "docs/developers/adding-a-recipe-step.md"}
TASK_PAGES = {"docs/user/clustering.md", "docs/user/anomalies.md", "docs/user/forecasting.md"}
DIVISION_PAGES = {"docs/user/cross-validation.md", "docs/user/leaks.md"}
EVALUATION_PAGES = {"docs/user/evaluation.md"}
METRIC_PAGES = {"docs/developers/adding-a-metric.md"}
DOCUMENT_PAGES = {
    "docs/user/documents.md",
    "docs/user/documents-asking.md",
    "docs/user/documents-evaluation.md",
    "docs/user/search.md",
}
INSIGHT_PAGES = {"docs/user/insights.md"}
FINDER_PAGES = {"docs/developers/adding-a-finder.md"}
DETECTOR_PAGES = {"docs/developers/adding-an-insight.md"}
DOCUMENT_FORMAT_PAGES = {"docs/developers/adding-a-document-format.md"}
LEAK_PAGES = {"docs/developers/adding-a-leak-check.md"}
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", "runtime", "test-output", "__pycache__", ".*_cache", ".env", "node_modules"
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the checkout to work in, with the same environment."""
    copy = tmp_path / "praxis"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    return copy


def as_shell(block: Block) -> str:
    """What a person types to run ``block``."""
    if block.language == "python":
        return f".venv/bin/python - <<'END_OF_BLOCK'\n{block.text}END_OF_BLOCK\n"
    assert block.language == "bash", f"line {block.line}: {block.language} blocks cannot be run"
    return block.text


def execute(page: Sequence[Block], folder: Path) -> None:
    """Write the files of a page, run its blocks in one shell, and compare what they print where the page says it."""
    for block in page:
        if block.mark == "file":
            target = folder / block.file
            assert not target.exists(), f"{block.file} is there already; the page needs another example"
            target.write_text(block.text, encoding="utf-8")
    to_run = [block for block in page if block.mark == "run"]
    script = "".join(
        f"echo 'block at line {block.line}' >&2\n{as_shell(block)}\necho\necho '{SEPARATOR}'\n" for block in to_run
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PRAXIS_"))}
    done = subprocess.run(
        ["bash", "-eu", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, f"{done.stderr[-4000:]}\n{done.stdout[-4000:]}"
    printed = dict(zip(to_run, done.stdout.split(SEPARATOR), strict=False))
    for before, block in itertools.pairwise(page):
        if block.mark == "prints":
            assert comparable(printed[before], block) == comparable(block.text, block)


def comparable(text: str, block: Block) -> object:
    """``text`` as a value: spaces in JSON and around text mean nothing."""
    return json.loads(text) if block.language == "json" else text.strip()


@pytest.mark.timeout(LIMIT_S + 120)
def test_the_examples_of_rest_run_against_an_instance(checkout: Path, tmp_home: Path) -> None:
    assert shutil.which("curl"), "the examples need curl; install it with the package manager"
    page = list(blocks(ROOT / "docs" / "user" / "api.md"))
    assert sum(PRINTED_ADDRESS in block.text for block in page) == 1
    with servers.run_praxis(tmp_home) as instance:
        execute([moved(block, instance.url) for block in page], checkout)


@pytest.mark.timeout(LIMIT_S + 120)
def test_the_examples_of_data_from_elsewhere_run_against_an_instance(checkout: Path, tmp_home: Path) -> None:
    page = list(blocks(ROOT / "docs" / "user" / "sources.md"))
    with servers.run_praxis(tmp_home) as instance:
        execute([moved(block, instance.url) for block in page], checkout)


@pytest.mark.timeout(LIMIT_S + 120)
def test_the_examples_of_exporting_run_against_an_instance(checkout: Path, tmp_home: Path) -> None:
    page = list(blocks(ROOT / "docs" / "user" / "exporting.md"))
    with servers.run_praxis(tmp_home) as instance:
        execute([moved(block, instance.url) for block in page], checkout)


@pytest.mark.timeout(LIMIT_S + 120)
def test_the_examples_of_contributing_work_as_they_stand(checkout: Path) -> None:
    execute(list(blocks(ROOT / "CONTRIBUTING.md")), checkout)


@pytest.mark.timeout(LIMIT_S + 120)
def test_the_examples_of_recipes_run_against_an_instance(checkout: Path, tmp_home: Path) -> None:
    page = list(blocks(ROOT / "docs" / "user" / "recipes.md"))
    with servers.run_praxis(tmp_home) as instance:
        execute([moved(block, instance.url) for block in page], checkout)


def test_the_example_of_a_recipe_step_works_as_it_stands(checkout: Path) -> None:
    execute(list(blocks(ROOT / "docs" / "developers" / "adding-a-recipe-step.md")), checkout)


@pytest.mark.timeout(LIMIT_S + 120)
def test_the_examples_of_profiles_run_against_an_instance(checkout: Path, tmp_home: Path) -> None:
    page = list(blocks(ROOT / "docs" / "user" / "profile.md"))
    with servers.run_praxis(tmp_home) as instance:
        execute([moved(block, instance.url) for block in page], checkout)


def test_the_example_of_an_alert_works_as_it_stands(checkout: Path) -> None:
    execute(list(blocks(ROOT / "docs" / "developers" / "adding-an-alert.md")), checkout)


def test_the_example_of_a_metric_works_as_it_stands(checkout: Path) -> None:
    execute(list(blocks(ROOT / "docs" / "developers" / "adding-a-metric.md")), checkout)


def test_the_example_of_a_leak_check_works_as_it_stands(checkout: Path) -> None:
    execute(list(blocks(ROOT / "docs" / "developers" / "adding-a-leak-check.md")), checkout)


def test_the_example_of_a_remark_works_as_it_stands(checkout: Path) -> None:
    execute(list(blocks(ROOT / "docs" / "developers" / "adding-a-remark.md")), checkout)


def test_the_example_of_a_preprocessing_step_works_as_it_stands(checkout: Path) -> None:
    execute(list(blocks(ROOT / "docs" / "developers" / "adding-a-preprocessing-step.md")), checkout)


def test_the_example_of_a_finder_works_as_it_stands(checkout: Path) -> None:
    execute(list(blocks(ROOT / "docs" / "developers" / "adding-a-finder.md")), checkout)


def test_the_example_of_a_detector_works_as_it_stands(checkout: Path) -> None:
    execute(list(blocks(ROOT / "docs" / "developers" / "adding-an-insight.md")), checkout)


@pytest.mark.timeout(LIMIT_S + 120)
def test_the_check_of_a_document_format_works_as_it_stands(checkout: Path) -> None:
    execute(list(blocks(ROOT / "docs" / "developers" / "adding-a-document-format.md")), checkout)


@pytest.mark.timeout(LIMIT_S + 120)
@pytest.mark.parametrize(
    "name", sorted(QUERY_PAGES | TASK_PAGES | DIVISION_PAGES | EVALUATION_PAGES | DOCUMENT_PAGES | INSIGHT_PAGES)
)
def test_the_examples_of_every_area_run_against_an_instance(checkout: Path, tmp_home: Path, name: str) -> None:
    with servers.run_praxis(tmp_home) as instance:
        execute([moved(block, instance.url) for block in blocks(ROOT / name)], checkout)


def test_every_mark_stands_on_a_page_that_is_executed() -> None:
    marked = {name_of(page) for page in PAGES if any(block.mark for block in blocks(page))}
    assert (
        marked
        == {"CONTRIBUTING.md", "docs/user/api.md", "docs/user/exporting.md", "docs/user/sources.md"}
        | PROFILE_PAGES
        | REMARK_PAGES
        | PREPROCESSING_PAGES
        | RECIPE_PAGES
        | QUERY_PAGES
        | TASK_PAGES
        | DIVISION_PAGES
        | LEAK_PAGES
        | EVALUATION_PAGES
        | DOCUMENT_PAGES
        | INSIGHT_PAGES
        | FINDER_PAGES
        | DETECTOR_PAGES
        | DOCUMENT_FORMAT_PAGES
        | METRIC_PAGES
    )


def moved(block: Block, url: str) -> Block:
    """``block`` with the address of a started instance in place of the usual one."""
    return Block(
        line=block.line,
        language=block.language,
        mark=block.mark,
        file=block.file,
        text=block.text.replace(PRINTED_ADDRESS, url),
    )
