"""How long a CSV file takes to become a dataset, and how much memory, against the engine's bare conversion to Parquet.

Each reading runs in a process of its own, ours and the bare one in turns, so that neither profits from a quieter
moment. ``python -m tests.benchmarks.bench_ingest <side> <source> <destination>`` is one such process.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measurement import Measurement, at_most, reported
from tests.benchmarks.memory import peak_bytes

N_ROWS = 3_000_000
N_TURNS = 3
N_TURNS_LARGE = 1
TIMES_LARGER = 4
N_COLUMNS, N_ROWS_WIDE = 10_000, 1_000
MEMORY_BYTES = 1_000_000_000
TIME_RATIO, MEMORY_RATIO = 1.2, 1.3
WIDE, WIDE_S = f"CSV of {N_ROWS_WIDE:,} x {N_COLUMNS:,} to dataset", 15.0
LARGE_TIME_RATIO, LARGE_MEMORY_RATIO = 4.4, 1.2

SELECT = """
    SELECT i AS row_id, 100000 + part(i, 1, 900000) AS customer, part(i, 2, 100) AS quantity,
        part(i, 3, 5000) - 2500 AS delta,
        round(part(i, 4, 1000000) / 100.0, 2) AS price, round(part(i, 5, 100000) / 100000.0, 5) AS rate,
        CASE WHEN part(i, 6, 20) > 0 THEN part(i, 7, 100000007) / 1000003.0 END AS measure,
        round(part(i, 8, 1800000) / 10000.0 - 90, 4) AS latitude,
        round(part(i, 9, 3600000) / 10000.0 - 180, 4) AS longitude,
        'item ' || part(i, 10, 20000) AS product, substr(md5(i::VARCHAR), 1, 10) AS code,
        ['north', 'south', 'east', 'west', 'centre'][part(i, 11, 5) + 1] AS region,
        ['red', 'green', 'blue', 'black', 'white', 'grey', 'pink'][part(i, 12, 7) + 1] AS colour,
        CASE WHEN part(i, 13, 10) > 0 THEN ['card', 'cash', 'transfer'][part(i, 14, 3) + 1] END AS payment,
        DATE '2015-01-01' + part(i, 15, 3650) AS ordered, DATE '2016-01-01' + part(i, 16, 3650) AS shipped,
        TIMESTAMP '2000-01-01' + INTERVAL (i * 20) SECOND AS seen_at, part(i, 17, 2) = 0 AS is_member,
        ['Amsterdam', 'Berlin', 'Dublin', 'Florence', 'Geneva', 'Helsinki'][part(i, 18, 6) + 1] || ' '
            || part(i, 19, 50) AS town
    FROM range({n_rows}) numbers(i)
"""
"""Integers, floats, texts, categories, dates, a flag; a few missing cells."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one reading took."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


def run() -> list[Measurement]:
    """Half a gigabyte against the bare conversion, and four times as much against half a gigabyte."""
    with tempfile.TemporaryDirectory(prefix="praxis-ingest-") as name:
        folder = Path(name)
        source = folder / "table.csv"
        make_csv(source, N_ROWS)
        ours, bare = in_turns(source, folder, N_TURNS)
        late = folder / "late.csv"
        make_late(source, late)
        repaired = measure("ours", late, folder)
        late.unlink()
        source.unlink()
        make_wide(source)
        wide = measure("ours", source, folder)
        make_csv(source, TIMES_LARGER * N_ROWS)
        large = [measure("ours", source, folder) for _ in range(N_TURNS_LARGE)]
    return [*judge(ours, bare, large, repaired), at_most(WIDE, wide.seconds, "s", WIDE_S)]


def judge(ours: list[Cost], bare: list[Cost], large: list[Cost], repaired: Cost) -> list[Measurement]:
    """The ratios, each of the medians over the turns."""
    times = f"{middle(ours, 'seconds'):.2f} s against {middle(bare, 'seconds'):.2f} s"
    peaks = f"{middle(ours, 'peak_bytes') / 1e6:.0f} MB against {middle(bare, 'peak_bytes') / 1e6:.0f} MB"
    what = f"CSV of {N_ROWS:,} x 19"
    grown = {name: middle(large, name) / middle(ours, name) for name in ("seconds", "peak_bytes")}
    return [
        at_most(f"{what} to dataset, by bare COPY", ratio(ours, bare, "seconds"), "times", TIME_RATIO, times),
        reported(f"{what} to dataset, processor time by bare COPY", ratio(ours, bare, "cpu_seconds"), "times"),
        at_most(f"{what}, peak memory by bare COPY", ratio(ours, bare, "peak_bytes"), "times", MEMORY_RATIO, peaks),
        at_most(f"{TIMES_LARGER} times the rows, time", grown["seconds"], "times", LARGE_TIME_RATIO),
        at_most(f"{TIMES_LARGER} times the rows, peak memory", grown["peak_bytes"], "times", LARGE_MEMORY_RATIO),
        reported(
            f"{what}, a type that fails near the end",
            repaired.seconds / middle(bare, "seconds"),
            "times",
            "the column becomes text, by a second pass",
        ),
    ]


def middle(costs: list[Cost], name: str) -> float:
    """The median of one kind of cost."""
    return float(statistics.median(getattr(cost, name) for cost in costs))


def ratio(ours: list[Cost], bare: list[Cost], name: str) -> float:
    """The median over the turns of what ours took by what the bare one took just before."""
    return float(statistics.median(getattr(a, name) / getattr(b, name) for a, b in zip(ours, bare, strict=True)))


def in_turns(source: Path, folder: Path, n_turns: int) -> tuple[list[Cost], list[Cost]]:
    """Costs of ours and of the bare conversion, after one of each that warms the disk."""
    pairs = [(measure("bare", source, folder), measure("ours", source, folder)) for _ in range(n_turns + 1)][1:]
    return [ours for _, ours in pairs], [bare for bare, _ in pairs]


def measure(side: str, source: Path, folder: Path) -> Cost:
    """One reading in a process of its own."""
    destination = folder / "table.parquet"
    command = [sys.executable, "-m", "tests.benchmarks.bench_ingest", side, str(source), str(destination)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    destination.unlink()
    return Cost(**json.loads(done.stdout))


def make_csv(path: Path, n_rows: int) -> None:
    """The same rows whenever it is called."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("CREATE MACRO part(i, salt, n) AS (hash(i * 1000 + salt) % n::UBIGINT)::INTEGER")
        connection.execute(f"COPY ({SELECT.format(n_rows=n_rows)}) TO '{path}' (HEADER)")


def make_wide(path: Path) -> None:
    """Integers and floats in turns."""
    cells = ",".join(f"{i % 1000}" if i % 2 else f"{i % 997}.{i % 89}" for i in range(2 * N_COLUMNS)).split(",")
    with path.open("w", encoding="ascii") as out:
        out.write(",".join(f"column {i}" for i in range(N_COLUMNS)) + "\n")
        for row in range(N_ROWS_WIDE):
            start = row * 2 % N_COLUMNS
            out.write(",".join(cells[start : start + N_COLUMNS]) + "\n")


def make_late(source: Path, path: Path) -> None:
    """``source`` with a word among the integers of a row that no sample of the beginning, middle or end meets."""
    with source.open("rb") as rows, path.open("wb") as out:
        place = int(source.stat().st_size * 0.967)
        while chunk := rows.read(min(2**24, max(1, place - rows.tell()) if rows.tell() < place else 2**24)):
            out.write(chunk)
            if rows.tell() == place:
                out.write(rows.readline())
                cells = rows.readline().split(b",")
                out.write(b",".join([*cells[:2], b"abc", *cells[3:]]))


def read_ours(source: Path, destination: Path) -> Callable[[], None]:
    """The ingest of a job, with everything imported as a worker has it."""
    import core.tables.delimited.reading  # noqa: F401
    from core.tables.ingest import ingest_table
    from core.tables.spec import ImportOptions, Limits

    def read() -> None:
        ingest_table(
            source,
            file_name="table.csv",
            destination=destination,
            options=ImportOptions(),
            limits=Limits(max_columns=10_000, memory_bytes=MEMORY_BYTES),
            on_progress=lambda _fraction, _stage: None,
        )

    return read


def read_bare(source: Path, destination: Path) -> Callable[[], None]:
    """The engine's own sniffing and conversion, and nothing else."""
    import duckdb

    def read() -> None:
        with duckdb.connect() as connection:
            connection.execute(f"COPY (FROM read_csv_auto('{source}')) TO '{destination}' (FORMAT PARQUET)")

    return read


def main(side: str, source: str, destination: str) -> None:
    """Read once and print the costs."""
    read = {"ours": read_ours, "bare": read_bare}[side](Path(source), Path(destination))
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    read()
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    cpu_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"seconds": seconds, "cpu_seconds": cpu_seconds, "peak_bytes": peak_bytes()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
