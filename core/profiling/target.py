"""What each column tells about the target by itself, and whether one tells too much."""

import numpy as np
import numpy.typing as npt

from core.profiling.associations import CodeArray, FloatArray, contingency, entropy, mutual_information

N_FOLDS = 2
SEED = 20_240_229


def binned(values: FloatArray, n_bins: int) -> CodeArray:
    """Numbers as categories: their own values when they are few, else bins of about equally many rows.

    Missing values are a category of their own, since being missing may tell something.
    """
    present = ~np.isnan(values)
    codes = np.full(values.size, 0, dtype=np.int64)
    known = np.unique(values[present])
    if known.size > n_bins:
        edges = np.unique(np.quantile(values[present], np.linspace(0, 1, n_bins + 1)[1:-1]))
        codes[present] = 1 + np.searchsorted(edges, values[present], side="right")
    else:
        codes[present] = 1 + np.searchsorted(known, values[present])
    return codes


def information(feature: CodeArray, target: CodeArray) -> tuple[float, float]:
    """Mutual information of two categorical columns in nats, and its share of the target's entropy.

    The share is taken after subtracting what unrelated columns of so many categories have by chance (Miller and Madow),
    so that it does not grow with the number of categories.
    """
    table = contingency(feature, target)
    amount = mutual_information(feature, target)
    whole = entropy(target[(feature >= 0) & (target >= 0)])
    if not table.size or whole <= 0:
        return amount, 0.0
    by_chance = (table.shape[0] - 1) * (table.shape[1] - 1) / (2 * table.sum())
    return amount, float(min(1.0, max(0.0, amount - by_chance) / whole))


def class_score(feature: CodeArray, target: CodeArray) -> float:
    """How well the most frequent class of each category predicts rows that it was not counted on.

    0 is no better than the most frequent class, 1 is always right: Goodman and Kruskal's lambda, cross-fitted, so that
    a column with its own value in every row gets nothing for it.
    """
    rows = target >= 0
    feature, target = feature[rows], target[rows]
    if not target.size:
        return 0.0
    n_right = n_guessed = 0
    for train, test in _folds(target.size):
        classes = np.bincount(target[train])
        guess = int(np.argmax(classes))
        table = np.zeros((int(feature.max()) + 1, classes.size))
        np.add.at(table, (feature[train], target[train]), 1)
        answers = np.where(table.sum(axis=1) > 0, table.argmax(axis=1), guess)
        n_right += int(np.count_nonzero(answers[feature[test]] == target[test]))
        n_guessed += int(np.count_nonzero(target[test] == guess))
    n_left = target.size - n_guessed
    return max(0.0, (n_right - n_guessed) / n_left) if n_left else 0.0


def number_score(feature: CodeArray, target: FloatArray) -> float:
    """How much of the target's variance the mean of each category explains in rows that it was not taken from."""
    rows = ~np.isnan(target)
    feature, target = feature[rows], target[rows]
    if target.size < 4 or np.ptp(target) == 0:
        return 0.0
    residual = total = 0.0
    for train, test in _folds(target.size):
        mean = float(target[train].mean())
        counts = np.bincount(feature[train], minlength=int(feature.max()) + 1)
        sums = np.bincount(feature[train], weights=target[train], minlength=counts.size)
        means = np.where(counts > 0, sums / np.maximum(counts, 1), mean)
        residual += float(((target[test] - means[feature[test]]) ** 2).sum())
        total += float(((target[test] - mean) ** 2).sum())
    return max(0.0, 1 - residual / total) if total else 0.0


def _folds(n: int) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Fixed pseudo-random halves, each once to learn from and once to be tried on."""
    order = np.random.default_rng(SEED).permutation(n)
    half = n // N_FOLDS
    return [(order[:half], order[half:]), (order[half:], order[:half])]
