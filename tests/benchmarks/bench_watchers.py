"""A class watches one run: delay on every screen, lost points, and what it costs the training."""

import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psutil

from tests import servers
from tests.benchmarks.client import Client, make_table
from tests.benchmarks.measurement import Measurement, at_most, percentile, reported
from tests.benchmarks.reruns import rerun_fragments
from tests.benchmarks.screens import drawings, open_chromium, open_screens, wait_for_points
from tests.benchmarks.streams import Arrivals, read_events, watch
from workers.reporter import BATCH_INTERVAL_S

N_WATCHERS = 30
TRAINING = {"epochs": 250, "layers": "large", "batch_size": 128}
"""Some fifteen seconds of training with several points a second."""
OPENING_S = 90.0
"""Time to open real pages in. A slow or busy machine gets fewer of them; the rest of its class reads the events."""
DELAY_S, SLOWDOWN = 2.0, 1.10


@dataclass
class Watched:
    """What came of all runs that were watched in one way."""

    delays: list[float] = field(default_factory=list)
    """Seconds from a point's writing to its arrival, over all points and watchers."""
    n_lost: int = 0
    training_s: list[float] = field(default_factory=list)
    cores: list[float] = field(default_factory=list)
    """Processor time of the web process, in cores, while the training ran."""

    def add(self, arrivals: list[Arrivals], born: dict[int, float], *, after: float) -> None:
        """Count what each watcher saw of the points ``born``; delays only of those born ``after`` that time."""
        for watcher in arrivals:
            self.n_lost += len(born.keys() - watcher.seen.keys())
            self.delays += [at - born[point] for point, at in watcher.seen.items() if born[point] > after]


@dataclass
class Screens:
    """A class that watched one run: real pages, and readers of events for those who have none."""

    n_pages: int
    drawn: Watched = field(default_factory=Watched)
    read: Watched = field(default_factory=Watched)

    @property
    def delay_s(self) -> float:
        """What 95 of 100 points do not exceed, on the worse of the two sides."""
        return max(percentile(watched.delays, 95) for watched in (self.drawn, self.read) if watched.delays)

    @property
    def n_lost(self) -> int:
        """Points that a watcher never saw, over all watchers."""
        return self.drawn.n_lost + self.read.n_lost


class Bench:
    """One instance with one dataset on which run after run is trained.

    Each run is paused at its first points until its watchers are there, as a class waits for its start; what they see
    of it afterwards counts.
    """

    def __init__(self, praxis: servers.PraxisInstance, client: Client) -> None:
        self._praxis = praxis
        self._client = client
        self._dataset_id = client.upload(make_table())
        self.alone, self.streams = Watched(), Watched()

    def train_alone(self) -> None:
        """The run that nobody watches."""
        self._train(self._begin(), self.alone)

    def train_before_screens(self) -> Screens:
        """The run on as many real pages as open in time; the rest of the class reads the events."""
        run_id = self._begin()
        with open_chromium() as chromium, ThreadPoolExecutor(1) as thread:
            pages = open_screens(
                chromium, f"{self._praxis.url}/runs?run={run_id}", wanted=N_WATCHERS, budget_s=OPENING_S
            )
            screens = Screens(len(pages))
            readers = thread.submit(self._read_events, run_id, N_WATCHERS - len(pages))
            resumed_at = self._train(run_id, screens.drawn)
            rows = [r for r in self._client.metrics(run_id) if r["name"] == "loss" and r["split"] == "validation"]
            for page in pages:
                wait_for_points(page, len(rows))
            # On a screen a point is known by its place in the curve.
            born = {place: _seconds(row["wall_time"]) for place, row in enumerate(rows, start=1)}
            screens.drawn.add([drawings(page) for page in pages], born, after=resumed_at)
            screens.read.add(readers.result(), self._born(run_id), after=resumed_at)
        return screens

    def train_before_streams(self) -> None:
        """The run followed by the same number of programs that read its events and draw nothing."""
        run_id = self._begin()
        with ThreadPoolExecutor(1) as thread:
            watching = thread.submit(self._read_events, run_id, N_WATCHERS)
            resumed_at = self._train(run_id, self.streams)
            self.streams.add(watching.result(), self._born(run_id), after=resumed_at)

    def _read_events(self, run_id: str, count: int) -> list[Arrivals]:
        return watch([lambda: read_events(self._praxis.url, run_id)] * count)

    def _born(self, run_id: str) -> dict[int, float]:
        return {row["seq"]: _seconds(row["wall_time"]) for row in self._client.metrics(run_id)}

    def _begin(self) -> str:
        run_id = self._client.start_run(self._dataset_id, "mlp", **TRAINING)
        self._client.wait_for_first_row(run_id)
        self._client.pause(run_id)
        return run_id

    def _train(self, run_id: str, watched: Watched) -> float:
        """Let the run go on to its end. Returns when it went on."""
        web = psutil.Process(self._praxis.children["web"])
        before, resumed_at = web.cpu_times(), time.time()
        self._client.resume(run_id)
        # Seldom enough to be no watcher itself.
        run = self._client.wait_for_end(run_id, pause_s=1.0)
        used = web.cpu_times()
        watched.cores.append((used.user + used.system - before.user - before.system) / (time.time() - resumed_at))
        watched.training_s.append(run["result"]["duration_s"])
        return resumed_at


def run() -> list[Measurement]:
    """Alone and watched in turns, then the way that reruns a fragment, on a server of its own."""
    with tempfile.TemporaryDirectory() as folder, servers.run_praxis(Path(folder) / "home") as praxis:
        client = Client(praxis.url)
        bench = Bench(praxis, client)
        bench.train_alone()
        screens = bench.train_before_screens()
        bench.train_alone()
        bench.train_before_streams()
        client.close()
    return [
        *judge(screens, bench.alone),
        *compare(bench.streams, bench.alone),
        *rerun_fragments(N_WATCHERS, is_settled=False),
        *rerun_fragments(N_WATCHERS, is_settled=True),
    ]


def judge(screens: Screens, alone: Watched) -> list[Measurement]:
    """The figures of a class in front of real pages, which draw on what the training leaves of the same cores."""
    plain_s, watched_s = statistics.median(alone.training_s), statistics.median(screens.drawn.training_s)
    median_s = statistics.median(screens.drawn.delays)
    note = (
        f"{screens.n_pages} real pages, median {median_s:.2f} s from writing to drawing, and "
        f"{N_WATCHERS - screens.n_pages} readers of events; with {BATCH_INTERVAL_S} s of waiting to be written"
    )
    return [
        at_most(f"{N_WATCHERS} watchers: point to screen, p95", screens.delay_s + BATCH_INTERVAL_S, "s", DELAY_S, note),
        at_most(f"{N_WATCHERS} watchers: lost points", screens.n_lost, "points", 0),
        at_most(
            f"{N_WATCHERS} watchers: training against nobody watching",
            watched_s / plain_s,
            "times",
            SLOWDOWN,
            f"{watched_s:.1f} s against {plain_s:.1f} s",
        ),
        reported(f"{N_WATCHERS} watchers: web process", statistics.mean(screens.drawn.cores), "cores"),
    ]


def compare(streams: Watched, alone: Watched) -> list[Measurement]:
    """The server's part alone: nobody draws."""
    return [
        reported(f"{N_WATCHERS} streams: point to watcher, p95", percentile(streams.delays, 95), "s"),
        reported(f"{N_WATCHERS} streams: web process", statistics.mean(streams.cores), "cores"),
        reported(
            f"{N_WATCHERS} streams: training against nobody watching",
            statistics.median(streams.training_s) / statistics.median(alone.training_s),
            "times",
            f"{streams.n_lost} points lost",
        ),
    ]


def _seconds(wall_time: str) -> float:
    return datetime.fromisoformat(wall_time).timestamp()
