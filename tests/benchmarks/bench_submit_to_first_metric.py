"""From the click on "start" to the first point of the curve, on a warm worker."""

import tempfile
import time
from pathlib import Path

from tests.benchmarks.client import Client, make_table
from tests.benchmarks.measurement import Measurement, at_most, percentile, reported
from tests.servers import run_praxis

MODELS = ("logistic_regression", "random_forest", "hist_gradient_boosting", "mlp", "k_neighbors")
N_REPEATS = 4
LIMIT_S = 1.0


def run() -> list[Measurement]:
    """Delay from POST /runs to the first row that GET /metrics returns, over several runs of several models."""
    with tempfile.TemporaryDirectory() as folder, run_praxis(Path(folder) / "home") as praxis:
        client = Client(praxis.url)
        dataset_id = client.upload(make_table())
        measure(client, dataset_id, MODELS[0])  # the first job of all waits for the worker's own start
        delays = {model: [measure(client, dataset_id, model) for _ in range(N_REPEATS)] for model in MODELS}
        client.close()
    everything = [delay for per_model in delays.values() for delay in per_model]
    slowest = max(delays, key=lambda model: percentile(delays[model], 50))
    note = f"{len(everything)} runs of {len(MODELS)} models; slowest: {slowest} {percentile(delays[slowest], 50):.2f} s"
    return [
        at_most("submit to first metric, p95", percentile(everything, 95), "s", LIMIT_S, note),
        reported("submit to first metric, median", percentile(everything, 50), "s"),
    ]


def measure(client: Client, dataset_id: str, model: str) -> float:
    """Seconds until the first point. The run is then stopped and waited for: the next one meets a free worker."""
    started = time.perf_counter()
    run_id = client.start_run(dataset_id, model)
    client.wait_for_first_row(run_id)
    delay = time.perf_counter() - started
    client.stop(run_id)
    return delay
