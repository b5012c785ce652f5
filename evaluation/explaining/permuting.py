"""Permutation importance: how much worse a score gets when a column no longer belongs to its rows.

The rows of one column are shuffled, which leaves its values as they are and cuts their tie to the target. Shuffling
features that come from one column alone is the same as shuffling the column before preprocessing, only cheaper.

Source:
    Breiman 2001, doi:10.1023/A:1010933404324; Fisher, Rudin and Dominici 2019, JMLR 20(177).
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.types import Direction
from evaluation.explaining.columns import ColumnMap
from evaluation.explaining.subject import OnFraction, Subject, silent
from evaluation.resampling import interval
from evaluation.spec import MetricSpec

FloatArray = npt.NDArray[np.float64]
Group = tuple[str, tuple[str, ...]]
"""A name to show, and the columns (or features) that are shuffled together under it."""
N_RESAMPLES = 200
MOST_VALUES = 12_000_000
"""Numbers in one question to the model: 96 MB."""


@dataclass(frozen=True, kw_only=True)
class Importance:
    """What one column, group of columns, or feature is worth."""

    name: str
    members: tuple[str, ...]
    mean: float
    """By how much the score gets worse on average over the repeats; negative: shuffling helped, by chance."""
    deviation: float
    """Standard deviation over the repeats."""
    low: float
    high: float
    """95 % interval of the mean: other rows of the same kind, drawn with replacement."""
    repeats: tuple[float, ...]


def permutation_importances(
    subject: Subject,
    columns: ColumnMap,
    groups: Sequence[Group],
    *,
    metric: MetricSpec,
    of_features: bool,
    n_repeats: int,
    seed: int,
    n_threads: int = 1,
    on_fraction: OnFraction = silent,
) -> list[Importance]:
    """The importance of each group, in the order of ``groups``.

    Args:
        subject: What is explained, on rows that it did not learn from.
        columns: Which features belong to which raw column.
        groups: What is shuffled together: raw columns, or features.
        metric: The score; importance is its change for the worse.
        of_features: Whether ``groups`` names features instead of raw columns.
        n_repeats: Shufflings of each group; at least 2 for a deviation.
        seed: The same one shuffles in the same way, and in that of ``sklearn.inspection.permutation_importance``.
        n_threads: Groups that are asked about side by side; the numbers do not depend on it.
        on_fraction: Told how far it is.
    """
    orders = shuffled_orders(len(subject.frame), n_repeats, seed)
    weights = _weights(len(subject.y), f"{seed}")
    sign = 1.0 if metric.direction is Direction.HIGHER else -1.0
    base = metric.score(subject.predictions(subject.outputs(subject.X)), weights)

    def ask(group: Group) -> Importance:
        drops = []
        for said in _shuffled_outputs(subject, columns, group, orders, of_features=of_features):
            drops.append(sign * (base - metric.score(subject.predictions(said), weights)))
        found = np.array(drops)  # (n_repeats, 1 + n_resamples); the first weighting is that of all rows alike
        low, high = interval(found[:, 1:].mean(axis=0))
        plain = found[:, 0]
        return Importance(
            name=group[0],
            members=group[1],
            mean=float(plain.mean()),
            deviation=float(plain.std()),
            low=min(low, float(plain.mean())),
            high=max(high, float(plain.mean())),
            repeats=tuple(map(float, plain)),
        )

    found = []
    with ThreadPoolExecutor(n_threads) as pool:
        pending = [pool.submit(ask, group) for group in groups]
        try:
            for number, part in enumerate(pending):
                found.append(part.result())
                on_fraction((number + 1) / len(pending))
        except BaseException:  # cancelled, among others: what has not begun shall not begin
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return found


def shuffled_orders(n_rows: int, n_repeats: int, seed: int) -> list[npt.NDArray[np.int64]]:
    """The orders in which scikit-learn's function of the same name shuffles, one for each repeat."""
    first = np.random.RandomState(seed).randint(np.iinfo(np.int32).max + 1)
    generator = np.random.RandomState(first)
    index, order = np.arange(n_rows), np.arange(n_rows)
    orders = []
    for _ in range(n_repeats):
        generator.shuffle(index)
        order = order[index]  # each repeat shuffles what the one before has left
        orders.append(order)
    return orders


def _weights(n_rows: int, seed_text: str) -> FloatArray:
    generator = np.random.default_rng(
        np.frombuffer(hashlib.sha256(f"{seed_text}|{n_rows}".encode()).digest(), dtype="<u4")
    )
    n_resamples = max(20, min(N_RESAMPLES, 4_000_000 // max(1, n_rows)))
    weights = np.ones((1 + n_resamples, n_rows))
    for row in weights[1:]:
        row[:] = np.bincount(generator.integers(n_rows, size=n_rows), minlength=n_rows)
    return weights


def _shuffled_outputs(
    subject: Subject,
    columns: ColumnMap,
    group: Group,
    orders: list[npt.NDArray[np.int64]],
    *,
    of_features: bool,
) -> list[FloatArray]:
    """Outputs for each order of the group's values, as many orders in one question as memory allows."""
    X = subject.X
    per_question = max(1, MOST_VALUES // X.size)
    places = _places(subject, columns, group, of_features=of_features)
    found: list[FloatArray] = []
    for start in range(0, len(orders), per_question):
        asked = orders[start : start + per_question]
        if places is None:
            rows = np.vstack([_shuffled_before(subject, group[1], order) for order in asked])
        else:
            rows = np.tile(X, (len(asked), 1))
            for number, order in enumerate(asked):
                rows[number * len(X) : (number + 1) * len(X), places] = X[np.ix_(order, places)]
        found += np.split(subject.outputs(rows), len(asked))
    return found


def _places(subject: Subject, columns: ColumnMap, group: Group, *, of_features: bool) -> npt.NDArray[np.int64] | None:
    """The features to shuffle; None when the raw columns have to be, since features mix them with others."""
    if of_features:
        return np.array([subject.features.index(name) for name in group[1]])
    chosen = np.isin([probe.column for probe in columns.probes], group[1])
    inside, outside = columns.depends[chosen].any(axis=0), columns.depends[~chosen].any(axis=0)
    return None if (inside & outside).any() else np.flatnonzero(inside)


def _shuffled_before(subject: Subject, names: tuple[str, ...], order: npt.NDArray[np.int64]) -> FloatArray:
    frame = subject.frame.copy()
    for name in names:
        frame[name] = subject.frame[name].iloc[order].set_axis(frame.index)
    return subject.transform(frame)
