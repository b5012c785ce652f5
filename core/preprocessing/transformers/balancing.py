"""Training rows in which every class counts the same."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import Pipeline

N_NEIGHBOURS = 5


class BalancedPipeline(Pipeline):  # type: ignore[misc]  # the library has no types
    """A pipeline that balances the classes of the rows it is fitted on, and of no others.

    ``balance`` is ``class_weight``, or the name of one of ``RESAMPLERS``.
    """

    def __init__(self, steps: Any, *, balance: str = "class_weight", seed: int = 0) -> None:
        super().__init__(steps)
        self.balance = balance
        self.seed = seed

    def fit(self, X: Any, y: Any = None, **_: Any) -> Self:
        """Fit the steps before the estimator on all rows, and the estimator on balanced ones."""
        features = X
        for _name, step in self.steps[:-1]:
            features = step.fit_transform(features, y)
        estimator = self.steps[-1][1]
        if self.balance == "class_weight":
            estimator.set_params(class_weight=balanced_weights(y))
        else:
            features, y = RESAMPLERS[self.balance](np.asarray(features), y, self.seed)
        estimator.fit(features, y)
        return self


def balanced_weights(y: npt.NDArray[Any]) -> dict[int, float]:
    """The weight of each class code: all rows, divided by the number of classes and by the rows of the class."""
    codes, counts = np.unique(y, return_counts=True)
    return {int(code): float(len(y) / (len(codes) * count)) for code, count in zip(codes, counts, strict=True)}


def oversampled(X: npt.NDArray[Any], y: npt.NDArray[Any], seed: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """All rows, and rows of smaller classes once more, at random, until every class has as many as the largest."""
    rng = np.random.default_rng(seed)
    codes, counts = np.unique(y, return_counts=True)
    more = [
        rng.choice(np.flatnonzero(y == code), counts.max() - count) for code, count in zip(codes, counts, strict=True)
    ]
    rows = np.concatenate([np.arange(len(y)), *more])
    return X[rows], y[rows]


def undersampled(X: npt.NDArray[Any], y: npt.NDArray[Any], seed: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """As many rows of every class, at random, as the smallest class has; their order stays."""
    rng = np.random.default_rng(seed)
    codes, counts = np.unique(y, return_counts=True)
    rows = np.sort(
        np.concatenate([rng.choice(np.flatnonzero(y == code), counts.min(), replace=False) for code in codes])
    )
    return X[rows], y[rows]


def smote(X: npt.NDArray[Any], y: npt.NDArray[Any], seed: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """All rows, and invented ones of smaller classes, until every class has as many as the largest.

    An invented row lies at random between a row and one of its nearest neighbours of the same class. Features that
    hold whole numbers only, such as those of categories, are taken from one of the two, so that no half category comes
    about. A class with one row is repeated. After Chawla et al., JAIR 16, 2002.
    """
    rng = np.random.default_rng(seed)
    is_whole = np.asarray([((column == np.round(column)) | np.isnan(column)).all() for column in X.T])
    known = np.where(np.isnan(X), np.nansum(X, axis=0) / np.maximum((~np.isnan(X)).sum(axis=0), 1), X)
    deviations = known.std(axis=0)
    scaled = known / np.where(deviations > 0, deviations, 1.0)
    codes, counts = np.unique(y, return_counts=True)
    new_X, new_y = [X], [y]
    for code, count in zip(codes, counts, strict=True):
        n_new = int(counts.max() - count)
        if n_new:
            rows = np.flatnonzero(y == code)
            new_X.append(_between(X[rows], scaled[rows], n_new, is_whole, rng))
            new_y.append(np.full(n_new, code, dtype=y.dtype))
    return np.concatenate(new_X), np.concatenate(new_y)


def _between(
    X: npt.NDArray[Any], scaled: npt.NDArray[Any], n_new: int, is_whole: npt.NDArray[Any], rng: np.random.Generator
) -> npt.NDArray[Any]:
    """``n_new`` rows between those of ``X`` and neighbours of theirs."""
    firsts = rng.integers(len(X), size=n_new)
    if len(X) == 1:
        return X[firsts]
    n_neighbours = min(N_NEIGHBOURS, len(X) - 1)
    # The nearest of all is the row itself, or one that is equal to it.
    neighbours = NearestNeighbors(n_neighbors=n_neighbours + 1).fit(scaled).kneighbors(scaled, return_distance=False)
    seconds = neighbours[firsts, rng.integers(1, n_neighbours + 1, size=n_new)]
    shares = rng.random((n_new, 1))
    found = X[firsts] + shares * (X[seconds] - X[firsts])
    found = np.where(np.isnan(found), X[firsts], found)
    found[:, is_whole] = np.where(shares < 0.5, X[firsts], X[seconds])[:, is_whole]
    return found


RESAMPLERS = {"oversample": oversampled, "undersample": undersampled, "smote": smote}
