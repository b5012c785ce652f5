"""What a worker imports before its first fork is what its jobs need."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import Settings
from workers.encoding import preload_encoder

# Only a fresh interpreter shows what an import brings.
_SCRIPT = """
import json, sys
from pathlib import Path
from core.jobs import QueueName
from workers.worker import import_heavy_libraries

import_heavy_libraries(list(QueueName))
before = set(sys.modules)

import numpy as np
import pandas as pd
from core.preprocessing.params import PreprocessingParams
from core.preprocessing.pipeline import build_preprocessor
from core.preprocessing.roles import ColumnRoles
from core.tables.preview import read_frame
from core.types import Split
from models.registry import MODELS
from models.training import TrainingData

path = Path(sys.argv[1])
pd.DataFrame({"height": np.arange(40.0), "leaf": ["oval", "round"] * 20}).to_parquet(path)
frame = read_frame(path, columns=["height", "leaf"])
roles = ColumnRoles(numeric=("height",), categorical=("leaf",))
X = np.asarray(build_preprocessor(roles, PreprocessingParams()).fit_transform(frame), dtype=float)
y = np.arange(40) % 2
for spec in MODELS.values():
    for task in spec.tasks if not spec.combines_runs else ():
        data = TrainingData(task=task, X_train=X, y_train=y, X_validation=X, y_validation=y, n_classes=2)
        trainer = spec.trainer(spec.build(spec.params(), task, 0, 1), data)
        trainer.advance()
        trainer.outputs(Split.VALIDATION)

print(json.dumps(sorted(set(sys.modules) - before)))
"""

# pandas itself loads one small module when it first sees Parquet.
_HEAVY = ("sklearn", "scipy", "pyarrow", "duckdb", "numpy")


def test_a_job_imports_no_heavy_module_that_its_worker_has_not(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(tmp_path / "table.parquet")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    late = [name for name in json.loads(done.stdout) if name.split(".")[0] in _HEAVY]
    assert late == []


# What a worker for documents has when it forks, and what a question costs after that.
_DOCUMENTS = """
import json, os, sys, time
from pathlib import Path
from core.jobs import QueueName
from core.settings import Settings
from workers.encoding import encoder_of, preload_encoder
from workers.worker import import_heavy_libraries

settings = Settings(_env_file=None, home=Path(sys.argv[1]), n_jobs=1)
import_heavy_libraries([QueueName.DOCUMENTS])
preload_encoder(settings)
before = set(sys.modules)
reading, writing = os.pipe()
if os.fork() == 0:
    encoder = encoder_of(settings)
    encoder.encode(["When are the apples ripe?"])
    os.write(writing, json.dumps(sorted(set(sys.modules) - before)).encode())
    os._exit(0)
os.close(writing)
late = json.loads(os.fdopen(reading).read())
print(json.dumps([sorted(before), late]))
"""


def test_a_worker_for_documents_is_light_and_its_jobs_have_the_encoder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _DOCUMENTS, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    present, late = json.loads(done.stdout)
    assert {"onnxruntime", "tokenizers"} <= set(present)
    assert {"sklearn", "torch", "transformers", "xgboost", "lightgbm", "chromadb"}.isdisjoint(present)
    assert [name for name in late if name.split(".")[0] in ("onnxruntime", "onnx", "tokenizers", "numpy")] == []


def test_a_worker_whose_encoder_cannot_be_loaded_says_so_and_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    preload_encoder(Settings(_env_file=None, home=tmp_path, embedding_model=str(tmp_path / "absent")))  # type: ignore[call-arg]
    assert "cannot be loaded" in caplog.text
    assert "folder of a model" in caplog.text
