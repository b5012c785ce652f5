"""The table of all figures: on the terminal, and in docs/performance.md."""

import os
import platform
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from tests.benchmarks.measurement import Measurement

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
COMMAND = "python -m tests.benchmarks --write"

_BEGIN, _END = "<!-- figures: begin -->", "<!-- figures: end -->"
_LIBRARIES = ("streamlit", "scikit-learn", "numpy", "sqlalchemy", "rq")


def line(measurement: Measurement) -> str:
    """One row for the terminal."""
    limit = "" if measurement.limit is None else f"{number(measurement.limit):>8}"
    share = "" if measurement.ratio is None else f"{measurement.ratio:.2f}"
    verdict = "" if measurement.limit is None else "ok" if measurement.passed else "MISSED"
    value = f"{number(measurement.value)} {measurement.unit}"
    return f"{measurement.name:58} {value:>18} {limit:>8} {share:>6} {verdict:6} {measurement.note}".rstrip()


def heading() -> str:
    """What the columns of ``line`` are."""
    return f"{'figure':58} {'measured':>18} {'limit':>8} {'share':>6}"


def write(measurements: Sequence[Measurement], page: Path = PAGE) -> None:
    """Replace the table in ``page``.

    Raises:
        ValueError: The page has no place for it.
    """
    text = page.read_text(encoding="utf-8")
    if _BEGIN not in text or _END not in text:
        raise ValueError(f"{page} has no lines {_BEGIN} and {_END}.")
    table = "\n".join([_BEGIN, "", *_about(), "", *_markdown(measurements), "", _END])
    page.write_text(re.sub(f"{_BEGIN}.*{_END}", lambda _: table, text, flags=re.DOTALL), encoding="utf-8")


def _about() -> list[str]:
    memory = psutil.virtual_memory().total / 1e9
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    load, _, _ = os.getloadavg()
    return [
        f"Measured on {datetime.now(UTC):%Y-%m-%d} by `{COMMAND}`: {os.cpu_count()} cores ({_processor()}), "
        f"{memory:.0f} GB of memory, {platform.system()}, Python {platform.python_version()}, {libraries}.",
        f"Load average at the end: {load:.1f}.",
    ]


def _processor() -> str:
    try:
        facts = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or "unknown"
    found = re.search(r"model name\s*: (.+)", facts)
    return found[1].strip() if found else platform.machine()


def _markdown(measurements: Iterable[Measurement]) -> list[str]:
    rows = ["| Figure | Measured | Limit | Share of the limit | Remark |", "| --- | ---: | ---: | ---: | --- |"]
    for one in measurements:
        limit = "" if one.limit is None else number(one.limit)
        share = "" if one.ratio is None else f"{one.ratio:.2f}" + ("" if one.passed else " (missed)")
        rows.append(f"| {one.name} | {number(one.value)} {one.unit} | {limit} | {share} | {one.note} |")
    return rows


def number(value: float) -> str:
    """Three significant digits, thousands with commas."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
