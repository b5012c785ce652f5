"""What the documents say is true: links lead somewhere, names exist, tables agree with the code, examples run.

Marked blocks are executed by ``tests/integration/test_docs_run.py``.
"""

import doctest
import importlib
import re
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import UnreadableFile
from core.preprocessing.params import PreprocessingParams
from core.preprocessing.registries import METHODS
from core.settings import Settings
from core.tables.ingest import ingest_table
from core.tables.registry import table_extensions
from core.tables.spec import ImportOptions, Limits
from core.types import RunStatus, SeriesParams, SplitParams
from core.version import VERSION
from evaluation.registry import METRICS
from models.registry import MODELS
from tests.markdown import PAGES, ROOT, anchors, blocks, code_spans, first_cells, links, name_of, prose, read
from tests.workbooks import encrypted, make_xlsx, make_zip

PACKAGES = ("app", "core", "evaluation", "models", "storage", "workers")
DOCS = ROOT / "docs"
DECISIONS = sorted((DOCS / "adr").glob("*.md"))
TASK_PAGES = ("clustering", "anomalies", "forecasting")
"""Pages beside that of training that say more of single tasks."""
each_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


# --- links and names -------------------------------------------------------------------------------------------------


@each_page
def test_links_lead_to_pages_headings_and_images_that_exist(page: Path) -> None:
    broken = []
    for link in links(page):
        if re.match(r"https?:", link):
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (fragment and fragment not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_index_leads_to_every_page() -> None:
    index = DOCS / "index.md"
    linked = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}
    assert {page for page in DOCS.rglob("*.md") if page != index} - linked == set()


@each_page
def test_commands_and_settings_on_the_page_exist(page: Path) -> None:
    from typer.main import get_command

    from app.cli import application

    code = "\n".join([*code_spans(page), *(block.text for block in blocks(page) if block.language in {"bash", "sh"})])
    targets = set(re.findall(r"^([a-z0-9-]+):", read(ROOT / "Makefile"), re.MULTILINE))
    made = re.findall(r"\bmake ((?:[a-z0-9-]+ ?)+)", code)
    assert {target for words in made for target in words.split()} - targets == set()
    commands = set(get_command(application).commands)  # type: ignore[attr-defined]
    assert set(re.findall(r"python -m app ([a-z]+)", code)) - commands == set()
    settings = {f"PRAXIS_{name.upper()}" for name in Settings.model_fields} | {"PRAXIS_PUBLISH", "PRAXIS_IMAGE_TAG"}
    assert set(re.findall(r"PRAXIS_[A-Z_]+[A-Z]", code)) - settings == set()


@each_page
def test_files_and_folders_that_the_page_names_exist(page: Path) -> None:
    known = {path.name for path in ROOT.iterdir() if path.is_dir()}
    named = [span for span in code_spans(page) if span.split("/")[0] in known and re.fullmatch(r"[\w./-]+", span)]
    made_at_run_time = {"data/runtime"}
    assert [span for span in named if span not in made_at_run_time and not (ROOT / span).exists()] == []


# --- tables against code ---------------------------------------------------------------------------------------------


def test_the_pages_of_training_name_every_model_metric_and_setting() -> None:
    known = set(MODELS) | set(METRICS) | set(SplitParams.model_fields)
    told = {cell for task in (*TASK_PAGES, "evaluation") for cell in first_cells(DOCS / "user" / f"{task}.md")}
    assert first_cells(DOCS / "user" / "training.md") | told == known | set(SeriesParams.model_fields)


def test_the_preprocessing_page_names_every_setting_and_method() -> None:
    page = DOCS / "user" / "preprocessing.md"
    assert set(PreprocessingParams.model_fields) <= first_cells(page)
    methods = {key for registry in METHODS.values() for key in registry}
    assert methods - set(code_spans(page)) == set()


def test_the_datasets_page_names_every_ending_and_option() -> None:
    page = DOCS / "user" / "datasets.md"
    assert first_cells(page) == set(ImportOptions.model_fields)
    assert [ending for ending in table_extensions() if ending not in code_spans(page)] == []
    encodings = re.findall(r"'([\w-]+)'", str(ImportOptions.model_fields["encoding"].annotation))
    assert len(encodings) == 13
    assert [encoding for encoding in encodings if encoding not in code_spans(page)] == []


def test_the_life_of_a_run_has_every_status() -> None:
    diagram = next(block.text for block in blocks(DOCS / "architecture.md") if "stateDiagram" in block.text)
    states = {state for arrow in re.findall(r"(\w+) --> (\w+)", diagram) for state in arrow}
    assert states == {status.value for status in RunStatus}


def test_the_layers_on_the_page_stand_in_the_order_of_the_import_rules() -> None:
    import tomllib

    layers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][
        0
    ]
    order = [re.findall(r"[\w.]+", layer) for layer in layers["layers"]]
    rank = {name: number for number, names in enumerate(order) for name in names}
    rows = re.findall(r"^\| (`\S.*?) \|", prose(DOCS / "architecture.md"), re.MULTILINE)
    found = [
        rank[module]
        for row in rows
        for span in re.findall(r"`([^`]+)`", row)
        if (module := span.rstrip("/").removesuffix(".py").replace("/", ".")) in rank
    ]
    assert found == sorted(found)
    assert len(found) >= 14


# --- refusals --------------------------------------------------------------------------------------------------------


def cut_off_parquet() -> bytes:
    out = pa.BufferOutputStream()
    pq.write_table(pa.table({"a": list(range(100))}), out)
    return bytes(out.getvalue())[:-40]


REFUSED = {
    "locked.xlsx": encrypted(make_xlsx({"Sales": [["a"], [1]]})),
    "cut.xlsx": make_xlsx({"Sales": [["a"], [1]]})[:-40],
    "page.csv": b"<html><body>Sign in</body></html>",
    "two.json": b'{"a": [{"x": 1}], "b": [{"y": 1}]}',
    "rows.jsonl": b'{"a": 1}\n[2]\n',
    "several.zip": make_zip({"a.csv": "x\n1\n", "b.csv": "y\n2\n"}),
    "outer.zip": make_zip({"inner.zip": make_zip({"a.csv": "x\n1\n"})}),
    "report.pdf": b"%PDF-1.7 and so on",
    "broken.json": b'[{"a": 1},\n{"a":',
    "model.pkl": b"\x80\x04\x95 and so on",
    "noise.csv": b"a,b\x00\xff\xfe,1\n",
    "blank.csv": b"  \n\n",
    "long.csv": b"a,b\n1,2\n1,2,3,4\n",
    "quote.csv": b'a,b\n1,"2\n3,4\n',
    "wide.csv": (",".join(f"c{i}" for i in range(10_001)) + "\n" + ",".join("1" * 10_001) + "\n").encode(),
    "cut.parquet": cut_off_parquet(),
}


@pytest.mark.parametrize("file_name", REFUSED)
def test_a_refusal_that_the_page_quotes_is_what_people_get(tmp_path: Path, file_name: str) -> None:
    source = tmp_path / "upload"
    source.write_bytes(REFUSED[file_name])
    with pytest.raises(UnreadableFile) as refusal:
        ingest_table(
            source,
            file_name=file_name,
            destination=tmp_path / "table.parquet",
            options=ImportOptions(),
            limits=Limits(max_columns=10_000, memory_bytes=300_000_000),
            on_progress=lambda *_: None,
        )
    assert f"| {refusal.value.message} |" in read(DOCS / "user" / "datasets.md")


def test_the_page_quotes_nothing_else() -> None:
    table = prose(DOCS / "user" / "datasets.md").split("| file | message |")[1].split("\n\n")[0]
    assert len(re.findall(r"^\| (?!---)", table, re.MULTILINE)) == len(REFUSED)


# --- decisions and changes -------------------------------------------------------------------------------------------


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_its_four_parts_on_one_page(page: Path) -> None:
    text = read(page)
    assert text.startswith(f"# {page.name[:4]} ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences", "Alternatives"]
    assert text.count("\n") <= 60


def test_the_changelog_knows_the_present_version() -> None:
    headings = re.findall(r"^## \[(.+?)\]", read(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert VERSION in headings


# --- examples in docstrings ------------------------------------------------------------------------------------------


def modules_with_examples() -> list[str]:
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        for path in paths
        if ">>> " in path.read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples_in_docstrings_run(name: str) -> None:
    module: ModuleType = importlib.import_module(name)
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
