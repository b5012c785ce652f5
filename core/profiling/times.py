"""How moments follow each other: steps, gaps, repetitions."""

import numpy as np
import numpy.typing as npt

from core.profiling.facts import Gap, TimeFacts

N_GAPS = 5
USUAL = 0.5
"""A distance that at least half of the neighbours have is the usual one."""
MISSED = 1.5
"""Distances of more than so many usual ones are gaps."""
DAY_S = 86_400.0
_UNITS = ((604_800, "week"), (86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
_MONTHS = ((27.9, 31.1, "month"), (89.9, 92.1, "quarter"), (364.9, 366.1, "year"))

FloatArray = npt.NDArray[np.float64]


def time_facts(ordered: FloatArray) -> TimeFacts:
    """The facts of all moments of a column, in rising epoch seconds.

    Months, quarters and years are usual distances, too, although they differ in length.
    """
    moments = np.unique(ordered)
    n_repeated = int(ordered.size - moments.size)
    steps = np.diff(moments)
    if not steps.size:
        return TimeFacts(step_s=None, step_label="", regular_share=0.0, n_repeated=n_repeated, n_gaps=0)
    step_s, label, is_usual = _usual_step(steps)
    share = float(is_usual.mean())
    is_gap = steps > MISSED * step_s if share >= USUAL else np.zeros(steps.size, dtype=bool)
    largest = np.argsort(-steps, kind="stable")[:N_GAPS] if share < USUAL else _largest_gaps(steps, is_gap)
    return TimeFacts(
        step_s=step_s if share >= USUAL else None,
        step_label=label if share >= USUAL else "",
        regular_share=share,
        n_repeated=n_repeated,
        n_gaps=int(np.count_nonzero(is_gap)),
        largest_gaps=tuple(
            Gap(start=moment_text(moments[i]), end=moment_text(moments[i + 1]), seconds=float(steps[i]))
            for i in largest
        ),
    )


def _largest_gaps(steps: FloatArray, is_gap: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    places = np.flatnonzero(is_gap)
    return places[np.argsort(-steps[places], kind="stable")][:N_GAPS]


def _usual_step(steps: FloatArray) -> tuple[float, str, npt.NDArray[np.bool_]]:
    """The most frequent distance, its name, and which distances are it."""
    rounded = np.round(steps, 6)
    values, counts = np.unique(rounded, return_counts=True)
    usual = float(values[np.argmax(counts)])
    for low, high, name in _MONTHS:
        if low * DAY_S < usual < high * DAY_S:
            is_calendar = (rounded > low * DAY_S) & (rounded < high * DAY_S)
            return usual, name, is_calendar
    return usual, step_label(usual), rounded == usual


def step_label(seconds: float) -> str:
    """A length of time as one word or a number of them: "hour", "15 minutes"."""
    for size, name in _UNITS:
        if seconds >= size and seconds % size == 0:
            n = int(seconds // size)
            return name if n == 1 else f"{n:,} {name}s"
    return f"{seconds:g} seconds"


def moment_text(seconds: float) -> str:
    """A moment in epoch seconds as people read it; only the date at midnight."""
    day, _, time = str(np.datetime64(round(float(seconds) * 1e6), "us")).partition("T")
    time = time.removesuffix(".000000")
    return day if time in {"", "00:00:00"} else f"{day} {time}"
