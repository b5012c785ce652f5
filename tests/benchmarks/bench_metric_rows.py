"""How fast metric rows are written and the newest ones read."""

import statistics
import tempfile
import time
from pathlib import Path

from core.types import MetricPoint, RunStatus, Split
from storage.storage import Storage, sqlite_url
from tests.benchmarks.measurement import Measurement, at_least, at_most, reported
from tests.benchmarks.stored import open_database
from tests.factories import make_dataset, make_run
from tests.servers import run_postgres

N_STORED = 500_000
N_LAST = 100
N_READS = 200
BATCHES = {100: 200, 1_000: 40}
"""Batch size, and how many of them are timed."""
ROWS_PER_S, READ_MS = 20_000.0, 2.0


def run() -> list[Measurement]:
    """SQLite with limits, PostgreSQL for comparison."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        storage = open_database(sqlite_url(home), home)
        measurements = on(storage, "SQLite", has_limits=True)
        storage.close()
        with run_postgres() as server:
            storage = open_database(server.create_database(), home)
            measurements += on(storage, "PostgreSQL", has_limits=False)
            storage.close()
    return measurements


def on(storage: Storage, where: str, *, has_limits: bool) -> list[Measurement]:
    """Writes in batches up to the full length, then reads of its end."""
    run_id = add_run(storage)
    measurements = []
    written = 0
    for size, n_batches in BATCHES.items():
        seconds = write(storage, run_id, written, size, n_batches)
        written += size * n_batches
        name, rate = f"{where}, rows written in batches of {size:,}", size * n_batches / seconds
        limit = at_least(name, rate, "rows/s", ROWS_PER_S) if has_limits else reported(name, rate, "rows/s")
        measurements.append(limit)
    seconds = write(storage, run_id, written, 10_000, (N_STORED - written) // 10_000)
    read_ms = read(storage, run_id) * 1000
    name = f"{where}, last {N_LAST} of {N_STORED:,} rows"
    measurements.append(at_most(name, read_ms, "ms", READ_MS) if has_limits else reported(name, read_ms, "ms"))
    return measurements


def add_run(storage: Storage) -> str:
    """A run to write to. Returns its id."""
    dataset = make_dataset()
    run = make_run(dataset, status=RunStatus.RUNNING)
    with storage.write() as unit:
        unit.datasets.add(dataset)
        unit.runs.add(run)
    return run.id


def write(storage: Storage, run_id: str, first: int, size: int, n_batches: int) -> float:
    """Append ``n_batches`` batches, one transaction each. Returns the seconds they took."""
    batches = [make_points(first + number * size, size) for number in range(n_batches)]
    started = time.perf_counter()
    for batch in batches:
        with storage.write() as unit:
            unit.metrics.append(run_id, batch)
    return time.perf_counter() - started


def make_points(first: int, size: int) -> list[MetricPoint]:
    """Train and validation losses from position ``first`` on."""
    splits = (Split.TRAIN, Split.VALIDATION)
    return [
        MetricPoint(step=index // 2 + 1, name="loss", split=splits[index % 2], value=1 / (index + 1))
        for index in range(first, first + size)
    ]


def read(storage: Storage, run_id: str) -> float:
    """Median seconds of reading the last rows."""
    seconds = []
    for _ in range(N_READS):
        started = time.perf_counter()
        with storage.read() as unit:
            rows = unit.metrics.list_since(run_id, unit.metrics.last_seq(run_id) - N_LAST)
        seconds.append(time.perf_counter() - started)
        assert len(rows) == N_LAST
    return statistics.median(seconds)
