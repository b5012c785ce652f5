"""Which rows train, which choose, and which judge.

The code for a run takes this module as it stands, so it needs NumPy alone.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import UnsuitableData, UserInputError
from core.types import LearningTask, SplitParams

Indices = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FEWEST_ROWS = 10
FEWEST_ROWS_OF_CLASS = 3
GROUPS_DEALT = 4_000
"""A division of few groups is drawn again and again, and the most even one is kept; this many are dealt in all."""
MOST_DRAWS = 20
MICROSECONDS_PER_DAY = 86_400 * 10**6


@dataclass(frozen=True, kw_only=True)
class RowSplit:
    """Row numbers of the three parts, ascending; no row twice, and each row once unless some are left out."""

    train: Indices
    validation: Indices
    test: Indices
    n_unused: int = 0
    """Rows in no part: in the gap of a division by time, or without a time."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the row numbers, in hex: equal for equal splits on every machine."""
        hasher = hashlib.sha256()
        for part in (self.train, self.validation, self.test):
            hasher.update(len(part).to_bytes(8, "little"))
            hasher.update(part.astype("<i8").tobytes())
        return hasher.hexdigest()


def make_split(
    y: npt.ArrayLike,
    *,
    params: SplitParams,
    seed: int,
    task: LearningTask,
    labels: Sequence[str] = (),
    groups: Indices | None = None,
    times: Floats | None = None,
) -> RowSplit:
    """Divide the rows of a dataset, repeatably.

    Stratified keeps the shares of the classes in every part, with at least one row of each; for a regression, the
    shares of bins of about equally many rows. Grouped keeps all rows of a group in one part and comes as near to that
    as the groups allow. By time, the latest rows are the test part, those before them the validation part. Random looks
    at nothing; so do the tasks without a target.

    Args:
        y: The target of every row, without missing values: class names or codes, or numbers. Shape (n_samples,).
        params: The parts and the scheme.
        seed: Not negative; the same seed, targets and params give the same split. A split by time has no chance in it.
        task: What is learned.
        labels: Names of the classes where ``y`` holds their codes, for messages.
        groups: For the grouped scheme: codes from ``group_codes``.
        times: For a split by time: numbers from ``time_numbers``. Rows without one are left out.

    Raises:
        UserInputError: The validation and test parts leave nothing to train on, or the column that the scheme needs was
            not given.
        UnsuitableData: There are too few rows, groups or moments, or too few rows of one class to be in every part.
    """
    targets = np.asarray(y)
    has_target = task in (LearningTask.CLASSIFICATION, LearningTask.REGRESSION)
    _check_parts(len(targets), params, has_target=has_target)
    generator = np.random.default_rng(seed)
    if params.scheme == "time":
        return _by_time(_required(times, "time", params.time), params)
    if params.scheme == "grouped":
        strata = stratum_codes(targets, task, params.bins)
        return _by_group(_required(groups, "group", params.group), strata, params, generator)
    if params.scheme == "stratified" and task is LearningTask.CLASSIFICATION:
        return _stratified(targets, params, generator, labels)
    if params.scheme == "stratified" and task is LearningTask.REGRESSION:
        strata = stratum_codes(targets, task, params.bins)
        if np.bincount(strata).min() >= FEWEST_ROWS_OF_CLASS:
            return _stratified(strata, params, generator, ())
    order = generator.permutation(len(targets))
    n_validation, n_test = (_at_least_one(len(targets) * part) for part in (params.validation, params.test))
    return _assemble(order[n_validation + n_test :], order[:n_validation], order[n_validation : n_validation + n_test])


def group_codes(values: Any) -> Indices:
    """The groups of a pandas Series as codes from 0, in the order of their first rows; all missing ones are one."""
    codes: Indices = np.asarray(values.factorize(use_na_sentinel=False)[0], dtype=np.int64)
    return codes


def time_numbers(values: Any) -> Floats:
    """The moments of a pandas Series: dates as days since 1970, numbers as they are, NaN where there is none."""
    if values.dtype.kind == "M":
        moments = values.to_numpy(dtype="datetime64[us]")
        return np.where(np.isnat(moments), np.nan, moments.astype(np.int64) / MICROSECONDS_PER_DAY)
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def stratum_codes(targets: npt.NDArray[Any], task: LearningTask, n_bins: int) -> Indices:
    """What a split keeps the shares of, as codes from 0: classes, bins of a quantity, or nothing (all 0)."""
    if task is LearningTask.CLASSIFICATION:
        return _classes(targets)[1]
    if task is LearningTask.REGRESSION:
        edges = np.unique(np.quantile(targets, np.linspace(0, 1, n_bins + 1)[1:-1]))
        return np.unique(np.searchsorted(edges, targets, side="right"), return_inverse=True)[1].astype(np.int64)
    return np.zeros(len(targets), dtype=np.int64)


def deal_groups(groups: Indices, strata: Indices, shares: Floats, generator: np.random.Generator) -> Indices:
    """Parts of about the asked sizes, whole groups in each, every stratum in all of them as far as that goes.

    Groups come in random order, and each goes where the rows of its strata are missing most. Of few groups this is
    repeated, and the most even result is taken.

    Args:
        groups: Codes from 0 without holes, shape (n_samples,).
        strata: Codes from 0, shape (n_samples,).
        shares: Of all rows in each part, shape (n_parts,), in sum 1.
        generator: Decides the orders.

    Returns:
        The part of each group, shape (n_groups,); no part is empty unless there are fewer groups than parts.
    """
    n_groups, n_strata = int(groups.max()) + 1, int(strata.max()) + 1
    pairs, counts = np.unique(groups * n_strata + strata, return_counts=True)
    starts = np.searchsorted(pairs // n_strata, np.arange(n_groups + 1))
    totals = np.append(np.bincount(strata, minlength=n_strata), len(groups)).astype(np.float64)
    draws = [
        _deal(starts, pairs % n_strata, counts, totals, shares, generator.permutation(n_groups))
        for _ in range(min(MOST_DRAWS, max(1, GROUPS_DEALT // n_groups)))
    ]
    return min(draws, key=lambda draw: draw[1])[0]


def moments_between(times: Floats) -> Indices:
    """Positions at which a new moment begins among ascending ``times``: rows of one moment are never divided."""
    return np.flatnonzero(np.diff(times) > 0).astype(np.int64) + 1


def _required(values: npt.NDArray[Any] | None, kind: str, name: str | None) -> npt.NDArray[Any]:
    if values is None:
        raise UserInputError(
            f"The split needs a {kind} column, and none was given{f' as {name!r}' if name else ''}.",
            hint=f"Choose the {kind} column, or another scheme.",
            field=f"split.{kind}",
        )
    return values


def _check_parts(n_rows: int, params: SplitParams, *, has_target: bool) -> None:
    if params.validation + params.test >= 1:
        raise UserInputError(
            f"The validation part {params.validation:g} and the test part {params.test:g} leave no rows to train on.",
            hint="Their sum must stay below 1; 0.15 each is usual.",
            field="split",
        )
    if n_rows < FEWEST_ROWS:
        raise UnsuitableData(
            f"There {'is 1 row' if n_rows == 1 else f'are {n_rows} rows'}{' with a target' if has_target else ''}; at "
            f"least {FEWEST_ROWS} are needed to train, choose and test.",
            hint="Bring more rows" + (", or choose a target with fewer missing values." if has_target else "."),
        )
    if n_rows - _at_least_one(n_rows * params.validation) - _at_least_one(n_rows * params.test) < 1:
        raise UserInputError(
            f"Of {n_rows} rows, the validation part {params.validation:g} and the test part {params.test:g} leave none "
            "to train on.",
            hint="Make them smaller; 0.15 each is usual.",
            field="split",
        )


def _stratified(
    targets: npt.NDArray[Any], params: SplitParams, generator: np.random.Generator, labels: Sequence[str]
) -> RowSplit:
    names, codes, counts = _classes(targets)
    rarest = int(np.argmin(counts))
    if counts[rarest] < FEWEST_ROWS_OF_CLASS:
        name = labels[rarest] if labels else str(names[rarest])
        raise UnsuitableData(
            f"The class {name!r} has {counts[rarest]} row{'s' if counts[rarest] > 1 else ''}; the "
            f"stratified split needs at least {FEWEST_ROWS_OF_CLASS}, one for each part.",
            hint="Drop the rows of that class, join it with another one, or choose the random split.",
        )
    n_validation = _shares(counts, params.validation)
    n_test = _shares(counts, params.test)
    _leave_one_to_train(counts, n_validation, n_test)

    order = generator.permutation(len(codes))
    by_class = order[np.argsort(codes[order], kind="stable")]  # classes one after the other, shuffled within
    place = np.arange(len(codes)) - np.repeat(np.cumsum(counts) - counts, counts)
    is_validation = place < np.repeat(n_validation, counts)
    is_test = ~is_validation & (place < np.repeat(n_validation + n_test, counts))
    return _assemble(by_class[~is_validation & ~is_test], by_class[is_validation], by_class[is_test])


def _by_group(groups: Indices, strata: Indices, params: SplitParams, generator: np.random.Generator) -> RowSplit:
    n_groups = int(groups.max()) + 1
    if n_groups < 3:
        raise UnsuitableData(
            f"The column {params.group!r} has {n_groups} group{'s' if n_groups > 1 else ''}; a grouped split needs at "
            "least 3, one for each part.",
            hint="Choose a column with more groups, or another scheme.",
            field="split.group",
        )
    shares = np.array([1 - params.validation - params.test, params.validation, params.test])
    parts = deal_groups(groups, strata, shares, generator)[groups]
    return _assemble(*(np.flatnonzero(parts == part) for part in range(3)))


def _deal(
    starts: Indices, strata: Indices, counts: Indices, totals: Floats, shares: Floats, order: Indices
) -> tuple[Indices, float]:
    """The part of each group when groups come in this order, and how far the parts are from what was asked.

    The entries ``starts[g]`` to ``starts[g + 1]`` of ``strata`` and ``counts`` say which rows the group ``g`` has. The
    last entry of ``totals`` is the number of all rows, which are balanced like one more stratum.
    """
    missing = shares[:, None] * totals  # (n_parts, n_strata + 1)
    is_empty = np.ones(len(shares), dtype=bool)
    parts = np.empty(len(order), dtype=np.int64)
    all_rows = len(totals) - 1
    for n_done, group in enumerate(order):
        entries = slice(starts[group], starts[group + 1])
        held, n_rows = np.append(strata[entries], all_rows), np.append(counts[entries], counts[entries].sum())
        worth = missing[:, held] @ (n_rows / totals[held])
        if is_empty.sum() >= len(order) - n_done:  # the last groups go where there is none yet
            worth[~is_empty] = -np.inf
        part = int(np.argmax(worth))
        parts[group] = part
        missing[part, held] -= n_rows
        is_empty[part] = False
    return parts, float((missing**2 / totals).sum())


def _by_time(times: Floats, params: SplitParams) -> RowSplit:
    known = np.flatnonzero(~np.isnan(times))
    if len(known) < FEWEST_ROWS:
        raise UnsuitableData(
            f"Only {len(known)} rows have a value in the time column {params.time!r}; at least {FEWEST_ROWS} are "
            "needed.",
            hint="Fill the column, or choose another one or another scheme.",
            field="split.time",
        )
    order = known[np.argsort(times[known], kind="stable")]
    ordered = times[order]
    cuts = moments_between(ordered)
    if len(cuts) < 2:
        raise UnsuitableData(
            f"The time column {params.time!r} has {len(cuts) + 1} different moment{'s' if len(cuts) else ''}; a split "
            "by time needs at least 3, so that each part has its own.",
            hint="Choose another column or another scheme.",
            field="split.time",
        )
    n_test, n_validation = (len(order) * part for part in (params.test, params.validation))
    test_at = _nearest(cuts[1:], len(order) - n_test)
    validation_at = _nearest(cuts[cuts < test_at], len(order) - n_test - n_validation)
    positions = np.arange(len(order))
    train = positions[(positions < validation_at) & (ordered <= ordered[validation_at] - params.gap)]
    before_test = (positions >= validation_at) & (positions < test_at)
    validation = positions[before_test & (ordered <= ordered[test_at] - params.gap)]
    if not (len(train) and len(validation)):
        part = "validation" if len(train) else "training"
        raise UserInputError(
            f"A gap of {params.gap:g} leaves no {part} rows before the next part.",
            hint="Make the gap shorter, or the parts larger.",
            field="split.gap",
        )
    split = _assemble(order[train], order[validation], order[test_at:])
    n_used = len(train) + len(validation) + len(order) - test_at
    return RowSplit(train=split.train, validation=split.validation, test=split.test, n_unused=len(times) - n_used)


def _nearest(positions: Indices, wanted: float) -> int:
    return int(positions[np.argmin(np.abs(positions - wanted))])


def _classes(targets: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Indices, Indices]:
    """Names, the code of each row, and the rows of each class."""
    if targets.dtype == object:  # mixed types have no order of their own
        targets = targets.astype(str)
    names, codes, counts = np.unique(targets, return_inverse=True, return_counts=True)
    return names, codes.astype(np.int64), counts.astype(np.int64)


def _shares(counts: Indices, part: float) -> Indices:
    """How many rows of each class go into a part: at least one, and about ``part`` of all rows in sum.

    Rounded by largest remainder; rounding each class by itself would drift when there are many.
    """
    exact = counts * part
    shares: Indices = np.floor(exact).astype(np.int64)
    n_missing = round(float(exact.sum())) - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:n_missing]] += 1
    shares[shares == 0] = 1
    return shares


def _leave_one_to_train(counts: Indices, n_validation: Indices, n_test: Indices) -> None:
    """Shrink the larger of both parts, in place, where a class would have no row to train on."""
    while (is_short := n_validation + n_test >= counts).any():
        larger_validation = is_short & (n_validation >= n_test)
        n_validation[larger_validation] -= 1
        n_test[is_short & ~larger_validation] -= 1


def _at_least_one(n_rows: float) -> int:
    return max(1, round(n_rows))


def _assemble(train: Indices, validation: Indices, test: Indices) -> RowSplit:
    return RowSplit(train=np.sort(train), validation=np.sort(validation), test=np.sort(test))
