"""How long the quick profile takes: against the engine's own SUMMARIZE, and against a profiling library's minimal mode.

Ours and SUMMARIZE run in turns, each in a process of its own that has imported its libraries before the clock starts.
The library needs an environment of its own, which is made in a temporary folder; without a way to install it, its row
says so and has no limit. ``python -m tests.benchmarks.bench_profile <side> <source>`` is one such process.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.measurement import Measurement, at_most, reported
from tests.benchmarks.memory import peak_bytes

LIBRARY = "fg-data-profiling"
LARGE, WIDE = (1_000_000, 20), (200_000, 30)
N_TURNS = 5
MEMORY_BYTES = 750_000_000
SUMMARIZE_RATIO, LIBRARY_RATIO, PEAK_MB = 1.2, 0.1, 750.0
INSTALL_S = 900
LIBRARY_S = 600

SCRIPT = """
import json, sys, time
import pandas as pd
from data_profiling import ProfileReport
frame = pd.read_parquet(sys.argv[1])
started = time.perf_counter()
ProfileReport(frame, minimal=True, progress_bar=False).to_json()
print(json.dumps({"seconds": time.perf_counter() - started}))
"""


def run() -> list[Measurement]:
    """Ours by SUMMARIZE on a million rows, its peak memory, and ours by the library on 200,000 rows."""
    with tempfile.TemporaryDirectory(prefix="praxis-profile-") as name:
        folder = Path(name)
        large, wide = folder / "large.parquet", folder / "wide.parquet"
        make_table(large, *LARGE)
        make_table(wide, *WIDE)
        return [*by_summarize(large), by_library(wide, folder)]


def by_summarize(source: Path) -> list[Measurement]:
    """The median ratio of neighbouring turns, and the largest peak of ours."""
    turns = [(measure("ours", source), measure("summarize", source)) for _ in range(N_TURNS + 1)][1:]
    ratio = statistics.median(ours["seconds"] / bare["seconds"] for ours, bare in turns)
    seconds = [statistics.median(turn[side]["seconds"] for turn in turns) for side in (0, 1)]
    what = f"Quick profile of {LARGE[0]:,} x {LARGE[1]}"
    note = f"{seconds[0]:.2f} s against {seconds[1]:.2f} s"
    peak_mb = max(ours["peak_bytes"] for ours, _ in turns) / 1e6
    return [
        at_most(f"{what}, by SUMMARIZE", ratio, "times", SUMMARIZE_RATIO, note),
        at_most(f"{what}, peak memory", peak_mb, "MB", PEAK_MB),
    ]


def by_library(source: Path, folder: Path) -> Measurement:
    """Ours before and after the library's minimal mode; neither counts its imports, nor the library its reading."""
    name = f"Quick profile of {WIDE[0]:,} x {WIDE[1]}, by {LIBRARY} minimal"
    python = folder / "environment" / "bin" / "python"
    try:
        subprocess.run([sys.executable, "-m", "venv", str(python.parent.parent)], check=True, capture_output=True)
        command = [str(python), "-m", "pip", "install", "--quiet", LIBRARY, "pyarrow", "setuptools<81"]
        subprocess.run(command, check=True, capture_output=True, timeout=INSTALL_S)
        ours = [measure("ours", source)["seconds"] for _ in range(N_TURNS)]
        command = [str(python), "-W", "ignore", "-c", SCRIPT, str(source)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=LIBRARY_S)
        ours += [measure("ours", source)["seconds"] for _ in range(N_TURNS)]
    except (subprocess.SubprocessError, OSError) as error:
        ours_s = measure("ours", source)["seconds"]
        return reported(name, ours_s, "s", f"the library could not be run: {str(error)[:120]}")
    ours_s, library_s = statistics.median(ours), json.loads(done.stdout.strip().splitlines()[-1])["seconds"]
    return at_most(name, ours_s / library_s, "times", LIBRARY_RATIO, f"{ours_s:.2f} s against {library_s:.1f} s")


def measure(side: str, source: Path) -> dict[str, float]:
    """One profile in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_profile", side, str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    cost: dict[str, float] = json.loads(done.stdout)
    return cost


def make_table(path: Path, n_rows: int, n_columns: int) -> None:
    """Numbers with gaps, whole numbers, categories, texts, flags and moments; the same rows whenever it is called."""
    import duckdb

    kinds = (
        "CASE WHEN part(i, {k}, 33) > 0 THEN part(i, {k} + 100, 100000007) / 1000003.0 END",
        "part(i, {k}, {size})",
        "'value ' || part(i, {k}, 30)",
        "'item ' || part(i, {k}, {half})",
        "TIMESTAMP '2020-01-01' + INTERVAL (part(i, {k}, 100000000)) SECOND",
        "part(i, {k}, 10) < 3",
    )
    columns = ", ".join(
        kinds[k % len(kinds)].format(k=k, size=10 ** (1 + k % 6), half=n_rows // 2) + f" AS c{k}"
        for k in range(n_columns)
    )
    with duckdb.connect() as connection:
        connection.execute("CREATE MACRO part(i, salt, size) AS (hash(i, salt) % size)::BIGINT")
        connection.execute(
            f"COPY (SELECT {columns} FROM range({n_rows}) numbers(i)) TO '{path}' "
            "(FORMAT PARQUET, COMPRESSION ZSTD, ROW_GROUP_SIZE 122880)"
        )


def profile(source: Path) -> float:
    """Seconds of ours."""
    import pyarrow.compute

    from core.profiling.alerts.registry import find_alerts
    from core.profiling.table import profile_table

    assert pyarrow.compute is not None
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        facts = profile_table(source, folder=Path(folder), memory_bytes=MEMORY_BYTES, level="quick")
        find_alerts(facts)
        return time.perf_counter() - started


def summarize(source: Path) -> float:
    """Seconds of the engine's own summary, with the same settings."""
    from core.tables.engine import Engine, text_sql

    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with Engine(Path(folder), readable=[source], memory_bytes=MEMORY_BYTES) as engine:
            engine.rows(f"SUMMARIZE SELECT * FROM read_parquet({text_sql(str(source))})")
        return time.perf_counter() - started


if __name__ == "__main__":
    _, chosen, file = sys.argv
    seconds = {"ours": profile, "summarize": summarize}[chosen](Path(file))
    print(json.dumps({"seconds": seconds, "peak_bytes": peak_bytes()}))
