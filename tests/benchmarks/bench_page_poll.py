"""What a look at a run costs after a hundred points and after a million."""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from core.ids import utc_now
from core.types import RunStatus, Split
from storage.storage import Storage
from storage.tables import MetricTableRow
from tests.benchmarks.client import Client
from tests.benchmarks.measurement import Measurement, at_most, reported
from tests.benchmarks.stored import open_sqlite, run_service
from tests.factories import make_dataset, make_run
from tests.servers import run_praxis

FEW, MANY = 100, 1_000_000
LIMIT = 1.5
N_POLLS = 200
N_NEW = 10
"""Rows that each poll returns: what a run writes between two looks."""

SERIES = [
    (name, split) for name in ("loss", "accuracy", "f1", "precision", "recall") for split in Split if split != "test"
]


def run() -> list[Measurement]:
    """Polls and first pictures of two runs side by side, in this process and over HTTP."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        storage = open_sqlite(home)
        dataset = make_dataset()
        runs = {n_rows: make_run(dataset, status=RunStatus.FINISHED, finished_at=utc_now()) for n_rows in (FEW, MANY)}
        with storage.write() as unit:
            unit.datasets.add(dataset)
            for stored in runs.values():
                unit.runs.add(stored)
        ids = {n_rows: stored.id for n_rows, stored in runs.items()}
        for n_rows, run_id in ids.items():
            fill(storage, run_id, n_rows)
        measurements = in_process(storage, home, ids)
        storage.close()
        with run_praxis(home) as praxis:
            client = Client(praxis.url)
            measurements.insert(1, over_http(client, ids))
            client.close()
    return measurements


def in_process(storage: Storage, home: Path, ids: dict[int, str]) -> list[Measurement]:
    """The service alone, which is where a growing cost would show most."""
    service = run_service(storage, home)

    def poll(n_rows: int) -> None:
        service.metrics_since(ids[n_rows], n_rows - N_NEW)
        service.live_status(service.get(ids[n_rows]))

    polls = alternate(poll)
    pictures = {n_rows: statistics.median(timed(service.snapshot, ids[n_rows]) for _ in range(3)) for n_rows in ids}
    n_points = len(service.snapshot(ids[MANY])["metrics"])
    return [
        at_most(
            f"poll at {MANY:,} rows against {FEW}",
            polls[MANY] / polls[FEW],
            "times",
            LIMIT,
            f"{polls[MANY] * 1000:.2f} ms against {polls[FEW] * 1000:.2f} ms in the service",
        ),
        reported(f"first picture at {MANY:,} rows", pictures[MANY], "s", f"{n_points:,} points after thinning"),
        reported(f"first picture at {FEW} rows", pictures[FEW], "s"),
    ]


def over_http(client: Client, ids: dict[int, str]) -> Measurement:
    """GET /metrics?since= and GET /runs/{id}, as a panel without a stream polls."""

    def poll(n_rows: int) -> None:
        client.metrics(ids[n_rows], since=n_rows - N_NEW)
        client.get(f"/runs/{ids[n_rows]}")

    polls = alternate(poll)
    return at_most(
        f"HTTP poll at {MANY:,} rows against {FEW}",
        polls[MANY] / polls[FEW],
        "times",
        LIMIT,
        f"{polls[MANY] * 1000:.1f} ms against {polls[FEW] * 1000:.1f} ms",
    )


def fill(storage: Storage, run_id: str, n_rows: int) -> None:
    """Store a run's points as training would have left them, in bulk."""
    began = utc_now()
    batch_size = 50_000
    for start in range(0, n_rows, batch_size):
        rows = [make_row(run_id, index, began) for index in range(start, min(start + batch_size, n_rows))]
        with storage.engine.begin() as connection:
            connection.execute(insert(MetricTableRow), rows)


def make_row(run_id: str, index: int, began: Any) -> dict[str, Any]:
    """Row ``index`` of a noisy falling curve."""
    step = index // len(SERIES) + 1
    name, split = SERIES[index % len(SERIES)]
    value = 1 / (1 + step / 1000) + ((index * 7919) % 1000) / 10_000
    wall_time = began + timedelta(milliseconds=step)
    return {
        "run_id": run_id,
        "seq": index + 1,
        "step": step,
        "name": name,
        "split": split.value,
        "value": value,
        "wall_time": wall_time,
    }


def alternate(poll: Callable[[int], None]) -> dict[int, float]:
    """Median seconds of a poll by the run's length, taken in turns, so that a busy machine hits both alike."""
    seconds: dict[int, list[float]] = {FEW: [], MANY: []}
    for _ in range(N_POLLS):
        for n_rows, values in seconds.items():
            values.append(timed(poll, n_rows))
    return {n_rows: statistics.median(values) for n_rows, values in seconds.items()}


def timed(call: Callable[..., Any], *arguments: Any) -> float:
    """Seconds that one call takes."""
    started = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - started
