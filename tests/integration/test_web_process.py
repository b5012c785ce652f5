"""What the web process loads: pages, services and routes, but nothing that learns."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "torch",
    "tensorflow",
    "transformers",
    "sentence_transformers",
    "keras",
    "sklearn",
    "scipy",
    "statsmodels",
    "matplotlib",
    "openai",
    "kaggle",
    "sqlglot",
    "fastexcel",
    "xlsxwriter",
    "duckdb",
    "xgboost",
    "chromadb",
    "onnxruntime",
    "tokenizers",
    "pypdfium2",
    "lxml",
    "docx",
    "pptx",
)

_LOAD = """
import ast, importlib, json, sys
from pathlib import Path

import app.server
from app.bootstrap import wire
from app.services.catalog import list_models
from core.settings import Settings

app.server.make_application(Settings(_env_file=None))
wire(Settings(_env_file=None, redis_url="redis://127.0.0.1:1/0", home=sys.argv[1]))
list_models()
modules = set()
for page in [*Path("pages").glob("*.py"), Path("app/main.py")]:
    for node in ast.walk(ast.parse(page.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module)
            for alias in node.names:  # a name may be a module of the package
                if importlib.util.find_spec(node.module).submodule_search_locations is not None:
                    try:
                        importlib.import_module(f"{node.module}.{alias.name}")
                    except ModuleNotFoundError:
                        continue
for module in sorted(modules):
    importlib.import_module(module)
print(json.dumps({"loaded": sorted({name.split(".")[0] for name in sys.modules}), "pages": sorted(modules)}))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Top-level packages of a fresh interpreter that has loaded all that the web process loads."""
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, str(tmp_path_factory.mktemp("home"))],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_pages_were_really_looked_at(loaded: dict[str, list[str]]) -> None:
    assert {"app", "core", "storage", "streamlit", "fastapi"} <= set(loaded["loaded"])
    assert "app.bootstrap" in loaded["pages"]


@pytest.mark.parametrize("package", HEAVY)
def test_the_web_process_does_not_load(loaded: dict[str, list[str]], package: str) -> None:
    assert package not in loaded["loaded"]
