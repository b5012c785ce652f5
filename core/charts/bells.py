"""Densities of groups of values, smoothed from counts in fine cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.charts.arithmetic import bandwidth_of, density_cells, smooth, thinned
from core.charts.dividing import Divided
from core.expressions.quoting import name_sql


@dataclass(frozen=True, kw_only=True)
class Bell:
    """The density of one group, at equally spaced values."""

    labels: dict[str, str]
    n: int
    x: list[float]
    density: list[float]


def bells(divided: Divided, column: str, factor: float) -> tuple[list[Bell], list[str]]:
    """The density of ``column`` in each group of ``divided``, and the names of groups without any spread.

    Each value becomes a Gaussian bell as wide as Scott's rule says for its group, times ``factor``. Values are counted
    in cells of at most a quarter of the narrowest bell first, so that the cost does not grow with the rows.
    """
    cell = f"{name_sql(column)}::DOUBLE"
    moments = divided.aggregate([], ["count(*)", f"stddev_samp({cell})", f"min({cell})", f"max({cell})"])
    widths = {_key(labels): bandwidth_of(values[0], values[1] or 0.0, factor) for labels, values in moments}
    flat = [" · ".join(labels.values()) or column for labels, _ in moments if not widths[_key(labels)]]
    wide = [width for width in widths.values() if width]
    if not wide:
        return [], flat
    low, high = min(values[2] for _, values in moments), max(values[3] for _, values in moments)
    start, step, n_cells = density_cells(low, high, min(wide), max(wide))
    counted = divided.aggregate([f"floor(({cell} - {start!r}::DOUBLE) / {step!r}::DOUBLE)::BIGINT"], ["count(*)"])
    counts: dict[tuple[str, ...], Any] = {}
    for labels, (place, n) in counted:
        counts.setdefault(_key(labels), np.zeros(n_cells))[min(place, n_cells - 1)] += n
    every = thinned(n_cells)
    middles = (start + (np.arange(n_cells) + 0.5) * step)[::every].tolist()
    found = [
        Bell(
            labels=labels,
            n=values[0],
            x=middles,
            density=smooth(counts[_key(labels)], step, widths[_key(labels)])[::every].tolist(),
        )
        for labels, values in moments
        if widths[_key(labels)]
    ]
    return found, flat


def flat_remarks(flat: Sequence[str]) -> tuple[str, ...]:
    """What to say of groups that cannot have a density."""
    if not flat:
        return ()
    return (f"Without a curve, because all values are the same or there is only one: {', '.join(flat[:5])}.",)


def _key(labels: dict[str, str]) -> tuple[str, ...]:
    return tuple(labels.values())


def density_of(values: Any, low: float, high: float, narrowest: float, widest: float, bandwidth: float) -> Any:
    """Middles of cells and the density of ``values`` there, for scripts."""
    start, step, n_cells = density_cells(low, high, narrowest, widest)
    place = np.minimum(np.floor((values - start) / step).astype(int), n_cells - 1)
    density = smooth(np.bincount(place, minlength=n_cells), step, bandwidth)
    every = thinned(n_cells)
    return (start + (np.arange(n_cells) + 0.5) * step)[::every], density[::every]


def bells_python(parts: Sequence[str], factor: float, *, name: str = "x") -> list[str]:
    """Lines that make ``result`` with values called ``name`` and ``density`` for each group of ``work["value"]``."""
    by = list(parts) or ["all"]
    first = [] if parts else ['work["all"] = 0']
    return [
        *first,
        f'groups = work.groupby({by!r}, observed=True)["value"]',
        f"widths = {{key: bandwidth_of(len(some), some.std(ddof=1), {factor!r}) for key, some in groups}}",
        "wide = [width for width in widths.values() if width]",
        'low, high = work["value"].min(), work["value"].max()',
        "pieces = []",
        "for key, some in groups:",
        "    if widths[key]:",
        "        at, density = density_of(some.to_numpy(), low, high, min(wide), max(wide), widths[key])",
        f'        pieces.append(pd.DataFrame({{**dict(zip({by!r}, key)), {name!r}: at, "density": density}}))',
        "result = pd.concat(pieces)" + ("" if parts else '.drop(columns="all")'),
    ]


BELL_HELPERS = (bandwidth_of, density_cells, smooth, thinned, density_of)
