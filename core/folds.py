"""The folds of a cross-validation: each row is held out once, the scheme of the split respected."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import UnsuitableData, UserInputError
from core.splits import Floats, Indices, deal_groups, moments_between, stratum_codes
from core.types import LearningTask, SplitParams


@dataclass(frozen=True, kw_only=True)
class Fold:
    """One division into rows to learn from and rows to be judged by, both ascending."""

    repeat: int
    """From 0."""
    number: int
    """From 0, within the repeat."""
    train: Indices
    validation: Indices


def make_folds(
    y: npt.ArrayLike,
    rows: Indices,
    *,
    params: SplitParams,
    n_folds: int,
    n_repeats: int = 1,
    seed: int,
    task: LearningTask,
    labels: Sequence[str] = (),
    groups: Indices | None = None,
    times: Floats | None = None,
) -> tuple[Fold, ...]:
    """The folds over ``rows``, in an order that depends on nothing but the arguments.

    Two models with one split, seed and number of folds so have the same rows in the same fold, and their scores can be
    compared pairwise. Stratified and grouped are what they are in ``make_split``. By time, the rows are cut into
    ``n_folds + 1`` stretches; each after the first is held out once, and what came before it is learned from.

    Args:
        y: Targets of all rows of the dataset, shape (n_samples,).
        rows: Numbers of the rows to divide: train and validation, never test.
        params: The scheme, and what it needs.
        n_folds: At least 2.
        n_repeats: Of the whole division, each with other chances.
        seed: Not negative.
        task: What is learned.
        labels: Names of the classes where ``y`` holds their codes, for messages.
        groups: As for ``make_split``, of all rows.
        times: As for ``make_split``, of all rows.

    Raises:
        UserInputError: Repeats of a division by time, in which there is no chance.
        UnsuitableData: There are fewer rows, groups or moments than folds ask for, or one row only of a class.
    """
    _check(len(rows), params, n_folds, n_repeats)
    targets = np.asarray(y)[rows]
    if params.scheme == "time":
        assert times is not None, "the split has asked for it"
        return tuple(_expanding(rows, times[rows], n_folds, params))
    strata = np.zeros(len(rows), dtype=np.int64)
    if params.scheme != "random":
        strata = stratum_codes(targets, task, params.bins)
    if params.scheme == "stratified" and task is LearningTask.CLASSIFICATION:
        _check_classes(targets, strata, labels)
    found = []
    for repeat in range(n_repeats):
        generator = np.random.default_rng([seed, repeat])
        if params.scheme == "grouped":
            assert groups is not None, "the split has asked for it"
            fold_of = _dealt_by_group(groups[rows], strata, n_folds, params, generator)
        else:
            fold_of = _dealt(strata, n_folds, generator)
        for number in range(n_folds):
            is_held_out = fold_of == number
            found.append(Fold(repeat=repeat, number=number, train=rows[~is_held_out], validation=rows[is_held_out]))
    return tuple(found)


def folds_digest(folds: Sequence[Fold]) -> str:
    """SHA-256 of the held-out rows of each fold, in hex: equal where scores may be compared fold by fold."""
    hasher = hashlib.sha256()
    for fold in folds:
        hasher.update(len(fold.validation).to_bytes(8, "little"))
        hasher.update(fold.validation.astype("<i8").tobytes())
    return hasher.hexdigest()


def _check(n_rows: int, params: SplitParams, n_folds: int, n_repeats: int) -> None:
    if params.scheme == "time" and n_repeats > 1:
        raise UserInputError(
            "A division by time has no chance in it, so repeats of it would all be the same.",
            hint="Choose k-fold instead of repeated k-fold.",
            field="resampling.kind",
        )
    if n_rows < 2 * n_folds:
        raise UnsuitableData(
            f"There are {n_rows:,} rows to train and choose with; {n_folds} folds need at least {2 * n_folds}.",
            hint="Ask for fewer folds, or bring more rows.",
            field="resampling.folds",
        )


def _check_classes(targets: npt.NDArray[np.generic], strata: Indices, labels: Sequence[str]) -> None:
    counts = np.bincount(strata)
    rarest = int(np.argmin(counts))
    if counts[rarest] < 2:
        value = targets[strata == rarest][0]
        name = labels[int(value)] if labels else str(value)
        raise UnsuitableData(
            f"The class {name!r} has one row to train and choose with, so the fold that holds it out has none to learn "
            "from.",
            hint="Drop that class, join it with another one, or choose the random split.",
            field="resampling.kind",
        )


def _dealt(strata: Indices, n_folds: int, generator: np.random.Generator) -> Indices:
    """The fold of each row: of every stratum, each fold has the same number of rows or one more."""
    order = generator.permutation(len(strata))
    order = order[np.argsort(strata[order], kind="stable")]
    fold_of = np.empty(len(strata), dtype=np.int64)
    fold_of[order] = np.arange(len(strata)) % n_folds
    return fold_of


def _dealt_by_group(
    groups: Indices, strata: Indices, n_folds: int, params: SplitParams, generator: np.random.Generator
) -> Indices:
    present, codes = np.unique(groups, return_inverse=True)
    if len(present) < n_folds:
        raise UnsuitableData(
            f"The column {params.group!r} has {len(present):,} groups to train and choose with; {n_folds} folds need "
            "as many.",
            hint="Ask for fewer folds, or choose a column with more groups.",
            field="resampling.folds",
        )
    parts = deal_groups(codes.astype(np.int64), strata, np.full(n_folds, 1 / n_folds), generator)
    return parts[codes]


def _expanding(rows: Indices, times: Floats, n_folds: int, params: SplitParams) -> Iterator[Fold]:
    order = np.argsort(times, kind="stable")
    ordered = times[order]
    cuts = moments_between(ordered)
    if len(cuts) < n_folds:
        raise UnsuitableData(
            f"The time column {params.time!r} has {len(cuts) + 1:,} different moments to train and choose with; "
            f"{n_folds} folds by time need at least {n_folds + 1}.",
            hint="Ask for fewer folds.",
            field="resampling.folds",
        )
    starts = _spread(cuts, [len(rows) * (number + 1) / (n_folds + 1) for number in range(n_folds)])
    ends = [*starts[1:], len(rows)]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        train = order[:start][ordered[:start] <= ordered[start] - params.gap]
        if not len(train):
            raise UserInputError(
                f"A gap of {params.gap:g} leaves fold {number + 1} of {n_folds} no rows to learn from.",
                hint="Make the gap shorter, or ask for fewer folds.",
                field="split.gap",
            )
        yield Fold(repeat=0, number=number, train=np.sort(rows[train]), validation=np.sort(rows[order[start:end]]))


def _spread(cuts: Indices, wanted: Sequence[float]) -> list[int]:
    """Ascending, different ``cuts``, each near to what is wanted and with enough left for those after it."""
    chosen: list[int] = []
    first = 0
    for number, position in enumerate(wanted):
        open_cuts = cuts[first : len(cuts) - (len(wanted) - number - 1)]
        index = int(np.argmin(np.abs(open_cuts - position)))
        chosen.append(int(open_cuts[index]))
        first += index + 1
    return chosen
