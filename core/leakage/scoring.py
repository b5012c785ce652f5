"""How well one column alone predicts the target in rows that it was not tried on."""

from typing import Any

import numpy as np
import numpy.typing as npt

from core.types import LearningTask

SEED = 20_240_229
DEPTH = 4
FEWEST_IN_LEAF = 5


def single_score(values: npt.NDArray[Any], y: npt.NDArray[Any], task: LearningTask) -> float:
    """The score of a small model on one column, on each half of the rows after learning from the other.

    Numbers are asked by a tree of depth 4, categories by what was most telling of each. For classes it is the balanced
    accuracy, rescaled so that guessing is 0 (rare classes weigh as much as frequent ones); for numbers it is R2.

    Args:
        values: Floats with NaN, or integer codes with -1 for missing, shape (n_samples,).
        y: Class codes or floats.
        task: Classification or regression.

    Returns:
        At most 1; 0 for what is no better than a dummy.
    """
    predicted = np.empty(len(y), dtype=np.float64)
    half = _halves(y, task)
    for held_out in (0, 1):
        train, test = half != held_out, half == held_out
        if values.dtype.kind == "f":
            predicted[test] = _by_tree(values[train], y[train], values[test], task)
        else:
            predicted[test] = _by_category(values[train], y[train], values[test], task)
    return max(0.0, class_score(y, predicted) if task is LearningTask.CLASSIFICATION else _r2(y, predicted))


def _halves(y: npt.NDArray[Any], task: LearningTask) -> npt.NDArray[np.int64]:
    """0 or 1 for each row, at random; of each class about as many."""
    order = np.random.default_rng(SEED).permutation(len(y))
    if task is LearningTask.CLASSIFICATION:
        order = order[np.argsort(y[order], kind="stable")]
    half = np.empty(len(y), dtype=np.int64)
    half[order] = np.arange(len(y)) % 2
    return half


def _by_tree(
    known: npt.NDArray[Any], y: npt.NDArray[Any], asked: npt.NDArray[Any], task: LearningTask
) -> npt.NDArray[Any]:
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    facts = {"max_depth": DEPTH, "min_samples_leaf": FEWEST_IN_LEAF, "random_state": 0}
    if task is LearningTask.CLASSIFICATION:
        tree = DecisionTreeClassifier(class_weight="balanced", **facts)
    else:
        tree = DecisionTreeRegressor(**facts)
    # Single precision, as trees compare: what is too large for it is as large as can be.
    known, asked = (np.clip(each, -1e38, 1e38)[:, None].astype(np.float32) for each in (known, asked))
    return np.asarray(tree.fit(known, y).predict(asked))


def _by_category(
    known: npt.NDArray[Any], y: npt.NDArray[Any], asked: npt.NDArray[Any], task: LearningTask
) -> npt.NDArray[Any]:
    known, asked = known + 1, asked + 1  # missing is a category of its own
    n_categories = int(max(known.max(initial=0), asked.max(initial=0))) + 1
    counts = np.bincount(known, minlength=n_categories)
    if task is not LearningTask.CLASSIFICATION:
        sums = np.bincount(known, weights=y, minlength=n_categories)
        means = np.where(counts > 0, sums / np.maximum(counts, 1), y.mean())
        return np.asarray(means[asked])
    n_classes = int(y.max()) + 1
    table = np.bincount(known * n_classes + y, minlength=n_categories * n_classes).reshape(-1, n_classes)
    per_class = np.maximum(table.sum(axis=0), 1)
    likeliest = np.argmax(table / per_class, axis=1)
    usual = int(np.argmax(table.sum(axis=0)))
    return np.asarray(np.where(counts > 0, likeliest, usual)[asked])


def class_score(y: npt.NDArray[Any], predicted: npt.NDArray[Any]) -> float:
    """Balanced accuracy rescaled so that one guess for all rows is 0: ``balanced_accuracy_score(adjusted=True)``."""
    totals = np.bincount(y)
    present = totals > 0
    if present.sum() < 2:
        return 0.0
    hits = np.bincount(y[predicted == y], minlength=len(totals))
    balanced = float((hits[present] / totals[present]).mean())
    by_chance = 1 / int(present.sum())
    return (balanced - by_chance) / (1 - by_chance)


def _r2(y: npt.NDArray[Any], predicted: npt.NDArray[Any]) -> float:
    total = float(((y - y.mean()) ** 2).sum())
    return 1 - float(((y - predicted) ** 2).sum()) / total if total > 0 else 0.0
