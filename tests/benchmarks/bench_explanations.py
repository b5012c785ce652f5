"""Explanations of a forest of 500 trees that learned from a table of 20,000 rows: from the question to the answer."""

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from app.services.configuring import StartRun
from core.records import Run
from core.types import ComputationStatus, RunStatus
from tests.benchmarks.measurement import Measurement, at_most, reported
from tests.servers import run_redis
from tests.stacks import Stack, run_stack

N_ROWS, N_COLUMNS, N_TREES = 20_000, 20, 500
LIMIT_S = 20.0
TRAINING_S = 150.0
JUDGED: dict[str, tuple[str, dict[str, Any]]] = {
    "SHAP values": ("shap_values", {}),
    "permutation importance": ("permutation_importance", {}),
}
OTHERS: dict[str, tuple[str, dict[str, Any]]] = {
    "permutation importance of groups": ("permutation_importance", {"together": True}),
    "partial dependence": ("partial_dependence", {"column": "x0"}),
    "partial dependence of two columns": ("partial_dependence", {"column": "x0", "second": "x1"}),
    "decision boundary": ("decision_boundary", {"first": "x0", "second": "x1"}),
}


def run() -> list[Measurement]:
    """Each as a job of a worker: opening the model, the work, storing the answer."""
    with (
        tempfile.TemporaryDirectory() as folder,
        run_redis(Path(folder)) as redis_url,
        run_stack(Path(folder) / "home", redis_url=redis_url, n_jobs=-1) as stack,
    ):
        trained = train(stack)
        measurements = []
        for label, (kind, params) in {**JUDGED, **OTHERS}.items():
            seconds, answer = explain(stack, trained, kind, params)
            name = f"{label}, {N_TREES} trees, {N_ROWS:,} rows"
            note = note_of(kind, answer)
            is_judged = label in JUDGED
            measurements.append(
                at_most(name, seconds, "s", LIMIT_S, note) if is_judged else reported(name, seconds, "s", note)
            )
    return measurements


def make_table() -> str:
    """Eight columns with a say, four that copy them with noise, eight without any; a tenth of the labels is wrong."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N_ROWS, N_COLUMNS))
    X[:, 8:12] = X[:, :4] + rng.normal(0, 0.5, size=(N_ROWS, 4))
    signal = X[:, 0] + X[:, 1] * X[:, 2] + np.sin(2 * X[:, 3]) + 0.5 * X[:, 4] - 0.5 * (X[:, 5] > 0) * X[:, 6] + X[:, 7]
    label = (signal > 0) ^ (rng.random(N_ROWS) < 0.1)
    frame = pd.DataFrame(X.round(5), columns=[f"x{number}" for number in range(N_COLUMNS)])
    frame["label"] = np.where(label, "yes", "no")
    text: str = frame.to_csv(index=False)
    return text


def train(stack: Stack) -> Run:
    """A forest with the default depth, 500 trees."""
    dataset = stack.ready(make_table())
    request = StartRun(dataset_id=dataset.id, target="label", model="random_forest", params={"n_estimators": N_TREES})
    started = stack.runs.start(request)
    deadline = time.monotonic() + TRAINING_S
    while time.monotonic() < deadline:
        found = stack.runs.get(started.id)
        if found.status is RunStatus.FINISHED:
            return found
        if found.status.is_terminal:
            raise RuntimeError(f"The training is {found.status}: {found.error}")
        time.sleep(0.2)
    raise RuntimeError(f"The training took longer than {TRAINING_S:g} s.")


def explain(stack: Stack, trained: Run, kind: str, params: dict[str, Any]) -> tuple[float, Any]:
    """Seconds until the answer is there and read, and the answer."""
    service = stack.wiring.services.explanations
    started = time.perf_counter()
    computation = service.start(trained.id, kind, params)
    computation = stack.computations.wait(computation.id, timeout_s=120.0)
    if computation.status is not ComputationStatus.FINISHED:
        raise RuntimeError(f"The computation is {computation.status}: {computation.error}")
    answer = stack.computations.result(computation)
    return time.perf_counter() - started, answer


def note_of(kind: str, answer: Any) -> str:
    """How many rows the answer rests on."""
    if kind == "shap_values":
        return f"exact, {len(answer.row_numbers):,} rows"
    if kind == "permutation_importance":
        return f"{answer.n_rows:,} validation rows, {len(answer.repeats[0])} repeats of {len(answer.names)} columns"
    return ""
