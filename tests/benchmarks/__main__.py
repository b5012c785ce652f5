"""Measures the figures of docs/performance.md: ``python -m tests.benchmarks [--write] [bench ...]``."""

import argparse
import importlib
import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

# As in a worker, which sets it too: to be done before any library with OpenMP is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from tests.benchmarks import report
from tests.benchmarks.measurement import Measurement

ORDER = (
    "idle_memory",
    "metric_rows",
    "page_poll",
    "computations",
    "submit_to_first_metric",
    "charts",
    "explanations",
    "profile",
    "insights",
    "ingest",
    "watchers",
    "live_training",
    "live_memory",
    "default_scores",
)


def main() -> int:
    """Run the chosen benches. 1 when a limit was missed or a bench broke."""
    arguments = _parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that every started process is ended
    for name in [name for name in os.environ if name.startswith("PRAXIS_")]:
        del os.environ[name]  # nobody's settings change what is measured
    print(report.heading())
    everything: list[Measurement] = []
    is_good = True
    for bench in arguments.benches:
        started = time.monotonic()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                measurements = _load(bench)()
        except Exception:  # noqa: BLE001  (one broken bench does not cost the figures of the others)
            traceback.print_exc()
            is_good = False
            continue
        for measurement in measurements:
            print(report.line(measurement))
        print(f"  ({bench}: {time.monotonic() - started:.0f} s)", flush=True)
        everything += measurements
        is_good = is_good and all(measurement.passed for measurement in measurements)
    if arguments.write:
        report.write(everything)
        print(f"Written to {report.PAGE}.")
    return 0 if is_good else 1


def _parse() -> argparse.Namespace:
    known = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure the figures of Praxis.")
    parser.add_argument("benches", nargs="*", metavar="bench", help=f"which ones: {', '.join(known)}; all if none")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    arguments = parser.parse_args()
    if unknown := set(arguments.benches) - set(known):
        parser.error(f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    if arguments.write and arguments.benches:
        parser.error("--write needs all benches: the page holds one table of one machine and one day")
    arguments.benches = arguments.benches or sorted(known, key=lambda name: (name not in ORDER, _place(name), name))
    return arguments


def _place(name: str) -> int:
    """Idle first, then light, then heavy, so that no bench meets the heat of the one before."""
    return ORDER.index(name) if name in ORDER else len(ORDER)


def _load(name: str) -> Callable[[], list[Measurement]]:
    if name == "live_training":
        return _live_training
    run: Callable[[], list[Measurement]] = importlib.import_module(f"tests.benchmarks.bench_{name}").run
    return run


def _live_training() -> list[Measurement]:
    """That bench also runs by itself and has rows of its own kind: a ratio, or some seconds on top."""
    from tests.benchmarks import bench_live_training as bench

    measurements = []
    for row in bench.run():
        limit = bench.LIMITS.get(row["name"].split()[1], bench.OTHER)
        allowed_s = max(limit.ratio * row["plain_s"], row["plain_s"] + limit.extra_s)
        measurements.append(
            Measurement(
                name=row["name"],
                value=row["value"],
                unit="times",
                limit=row["limit"],
                passed=row["passed"],
                ratio=row["live_s"] / allowed_s,
                note=f"{row['live_s']:.2f} s against {row['plain_s']:.2f} s with {row['n_points']} points; "
                f"or +{limit.extra_s} s",
            )
        )
    return measurements


if __name__ == "__main__":
    sys.exit(main())
