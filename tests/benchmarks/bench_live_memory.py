"""Memory that watching costs: the peak of a live training, against a plain fit; each in a process of its own."""

import subprocess
import sys

from core.types import LearningTask
from models.registry import MODELS
from tests.benchmarks.bench_live_training import make_data, run_live, run_plain
from tests.benchmarks.measurement import Measurement, at_most
from tests.benchmarks.memory import peak_bytes
from workers.worker import use_one_blas_thread

LIMIT = 1.3
KEYS = (
    "decision_tree",
    "extra_trees",
    "gradient_boosting",
    "hist_gradient_boosting",
    "k_neighbors",
    "lightgbm",
    "logistic_regression",
    "mlp",
    "random_forest",
    "sgd",
    "xgboost",
)
"""One or two of each way to watch; forests hold the most."""
TASK = LearningTask.CLASSIFICATION


def run() -> list[Measurement]:
    """Peak by peak: libraries, data and model are in both."""
    return [_compare(key) for key in KEYS]


def _compare(key: str) -> Measurement:
    plain, live = (_peak(key, how) for how in ("plain", "live"))
    note = f"{live / 1e6:.0f} MB against {plain / 1e6:.0f} MB"
    return at_most(f"live {key}: peak memory against a plain fit", live / plain, "times", LIMIT, note)


def _peak(key: str, how: str) -> int:
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.bench_live_memory", key, how]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Train once in the way asked for, and print the peak in bytes."""
    key, how = sys.argv[1:]
    use_one_blas_thread()
    data = make_data(TASK)
    (run_live if how == "live" else run_plain)(MODELS[key], data)
    print(peak_bytes())


if __name__ == "__main__":
    main()
