"""What a worker imports before its first fork is what its jobs need."""

import json
import subprocess
import sys
from pathlib import Path

# Only a fresh interpreter shows what an import brings.
_SCRIPT = """
import json, sys
from pathlib import Path
from workers.worker import import_heavy_libraries

import_heavy_libraries(has_training=True)
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
