"""From a question about a table to its answer: what a page waits for."""

import tempfile
import time
from pathlib import Path

from core.types import ComputationStatus
from tests.benchmarks.measurement import Measurement, at_most, percentile, reported
from tests.factories import make_csv
from tests.servers import run_redis
from tests.stacks import Stack, run_stack

N_QUESTIONS = 30
FIRST_S, AGAIN_S = 0.5, 0.05


def run() -> list[Measurement]:
    """Delay of new questions, which a warm worker answers by a forked job, and of the same ones asked again."""
    with (
        tempfile.TemporaryDirectory() as folder,
        run_redis(Path(folder)) as redis_url,
        run_stack(Path(folder) / "home", redis_url=redis_url) as stack,
    ):
        dataset_id = stack.ready(make_csv()).id
        ask(stack, dataset_id, 1)  # the first job of all waits for the worker's own start
        first = [ask(stack, dataset_id, 2 + number) for number in range(N_QUESTIONS)]
        again = [ask(stack, dataset_id, 2 + number) for number in range(N_QUESTIONS)]
    return [
        at_most("question to answer, p95", percentile(first, 95), "s", FIRST_S, f"{N_QUESTIONS} pages of rows"),
        reported("question to answer, median", percentile(first, 50), "s"),
        at_most("the same question again, p95", percentile(again, 95), "s", AGAIN_S),
    ]


def ask(stack: Stack, dataset_id: str, limit: int) -> float:
    """Seconds until the answer is there, read and checked."""
    started = time.perf_counter()
    computation = stack.computations.start("rows", {"dataset_id": dataset_id, "limit": limit})
    computation = stack.computations.wait(computation.id, timeout_s=30.0)
    if computation.status is not ComputationStatus.FINISHED:
        raise RuntimeError(f"The computation is {computation.status}: {computation.error}")
    stack.computations.result(computation)
    return time.perf_counter() - started
