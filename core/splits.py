"""Which rows train, which choose, and which judge."""

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

FEWEST_ROWS = 10
FEWEST_ROWS_OF_CLASS = 3


@dataclass(frozen=True, kw_only=True)
class RowSplit:
    """Row numbers of the three parts, ascending; together each row once."""

    train: Indices
    validation: Indices
    test: Indices

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the row numbers, in hex: equal for equal splits on every machine."""
        hasher = hashlib.sha256()
        for part in (self.train, self.validation, self.test):
            hasher.update(len(part).to_bytes(8, "little"))
            hasher.update(part.astype("<i8").tobytes())
        return hasher.hexdigest()


def make_split(
    y: npt.ArrayLike, *, params: SplitParams, seed: int, task: LearningTask, labels: Sequence[str] = ()
) -> RowSplit:
    """Divide the rows of a dataset, at random but repeatably.

    The stratified scheme keeps the class shares in every part, with at least one row of each class; a regression
    has no classes and is divided at random.

    Args:
        y: The target of every row, without missing values: class names or codes, or numbers. Shape (n_samples,).
        params: The parts and the scheme.
        seed: Not negative; the same seed, targets and params give the same split.
        task: What is learned.
        labels: Names of the classes where ``y`` holds their codes, for messages.

    Raises:
        UserInputError: The validation and test parts leave nothing to train on.
        UnsuitableData: There are too few rows, or too few of one class to be in every part.
    """
    targets = np.asarray(y)
    _check_parts(len(targets), params)
    generator = np.random.default_rng(seed)
    if task is LearningTask.CLASSIFICATION and params.scheme == "stratified":
        return _stratified(targets, params, generator, labels)
    order = generator.permutation(len(targets))
    n_validation, n_test = (_at_least_one(len(targets) * part) for part in (params.validation, params.test))
    return _assemble(order[n_validation + n_test :], order[:n_validation], order[n_validation : n_validation + n_test])


def _check_parts(n_rows: int, params: SplitParams) -> None:
    if params.validation + params.test >= 1:
        raise UserInputError(
            f"The validation part {params.validation:g} and the test part {params.test:g} leave no rows to train on.",
            hint="Their sum must stay below 1; 0.15 each is usual.",
            field="split",
        )
    if n_rows < FEWEST_ROWS:
        raise UnsuitableData(
            f"There are {n_rows} rows with a target; at least {FEWEST_ROWS} are needed to train, choose and test.",
            hint="Bring more rows, or choose a target with fewer missing values.",
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
