"""The comparison for the live panel: the same class on a fragment that reruns with a Plotly figure."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests import servers
from tests.benchmarks.measurement import Measurement, percentile, reported
from tests.benchmarks.streams import rerun_fragment, watch

RERUN_S = 12.0
RERUN_POINTS = 250
"""Points that the curve has to begin with."""
RERUN_POINTS_PER_S = 10.0
LATE_S = 2.0
"""Points of the last seconds may still be on their way and do not count."""

_APP = Path(__file__).with_name("rerun_app.py")


def rerun_fragments(n_watchers: int, *, is_settled: bool) -> list[Measurement]:
    """``n_watchers`` sessions on a server of their own, whose fragment reruns each second; nobody draws."""
    began = time.time() - RERUN_POINTS / RERUN_POINTS_PER_S
    with tempfile.TemporaryDirectory() as folder, rerun_app(Path(folder), began, is_settled=is_settled) as app:
        url, process = app
        before, opened_at = process.cpu_times(), time.time()
        arrivals = watch([lambda: rerun_fragment(url, RERUN_S)] * n_watchers)
        used, ended_at = process.cpu_times(), time.time()
    # The first third of the time goes into the first run of thirty new sessions, which is no fair measure; what was
    # born at the very end may still be on its way.
    born = {
        point: at
        for point in range(1, int((ended_at - began) * RERUN_POINTS_PER_S))
        if opened_at + RERUN_S / 3 < (at := began + point / RERUN_POINTS_PER_S) < opened_at + RERUN_S - LATE_S
    }
    delays = [watcher.seen.get(point, ended_at) - at for watcher in arrivals for point, at in born.items()]
    rate = sum(watcher.n_updates for watcher in arrivals) / (ended_at - opened_at)
    cores = (used.user + used.system - before.user - before.system) / (ended_at - opened_at)
    what = f"{n_watchers} fragment reruns a second" + (", gc.freeze" if is_settled else ", plain server")
    return [
        reported(f"{what}: point to watcher, p95", percentile(delays, 95), "s", f"{rate:.0f} figures a second arrived"),
        reported(f"{what}: web process", cores, "cores"),
    ]


@contextlib.contextmanager
def rerun_app(folder: Path, began: float, *, is_settled: bool) -> Iterator[tuple[str, psutil.Process]]:
    """A plain Streamlit server with ``rerun_app.py``. Gives its address and its process."""
    port = servers.free_port()
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    environment = os.environ | {
        "BENCH_BEGAN": str(began),
        "BENCH_POINTS_PER_S": str(RERUN_POINTS_PER_S),
        "BENCH_SETTLED": "yes" if is_settled else "no",
    }
    log_path = folder / "rerun.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(_APP), *flags],
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
        )
    try:
        servers.wait_until(lambda: "http://" in log_path.read_text(encoding="utf-8"), process, log_path)
        yield f"http://127.0.0.1:{port}", psutil.Process(process.pid)
    finally:
        servers.end(process)
