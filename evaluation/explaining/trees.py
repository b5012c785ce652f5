"""Trees of every library in one form."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evaluation.explaining.compiling import compiled

FloatArray = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Tree:
    """One binary tree. Nodes lie in preorder: each before its children, the left subtree before the right one."""

    left: Places
    """Node where the answer is yes; -1 in a leaf. Shape (n_nodes,), as all that follow."""
    right: Places
    feature: Places
    """Column that a node asks about; -1 in a leaf."""
    threshold: FloatArray
    """A row goes left when its value is at most this (or below it, where ``is_strict``)."""
    missing_left: npt.NDArray[np.bool_]
    """Where a missing value goes."""
    cover: FloatArray
    """Training rows (or their weight) that came by."""
    value: FloatArray
    """What a node answers, shape (n_nodes, n_outputs): only that of a leaf counts towards a prediction."""
    is_strict: bool = False
    categories: dict[int, frozenset[int]] = field(default_factory=dict)
    """By node: the category codes that go left, in place of a threshold."""

    @property
    def n_leaves(self) -> int:
        """Number of answers."""
        return int((self.left < 0).sum())

    @property
    def means(self) -> FloatArray:
        """What each node says on average over the training rows below it, shape (n_nodes, n_outputs)."""
        found = self.value * self.cover[:, None]
        for node in range(len(self.left) - 1, -1, -1):  # preorder backwards: children before their parent
            if self.left[node] >= 0:
                found[node] = found[self.left[node]] + found[self.right[node]]
        below = np.where(self.left < 0, self.cover, 0.0)
        for node in range(len(self.left) - 1, -1, -1):
            if self.left[node] >= 0:
                below[node] = below[self.left[node]] + below[self.right[node]]
        means: FloatArray = found / np.maximum(below, 1e-300)[:, None]
        return means

    def goes_left(self, X: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """Whether each row would go left at each node, shape (n_samples, n_nodes); meaningless at leaves."""
        values = X[:, np.maximum(self.feature, 0)]
        answers: npt.NDArray[np.bool_] = values < self.threshold if self.is_strict else values <= self.threshold
        missing = np.isnan(values)
        if missing.any():
            answers = np.where(missing, self.missing_left, answers)
        for node, codes in self.categories.items():
            column = values[:, node]
            inside = np.isin(column, list(codes))
            answers[:, node] = np.where(np.isnan(column), self.missing_left[node], inside)
        return answers

    def leaves(self, X: npt.NDArray[Any]) -> Places:
        """The leaf of each row, shape (n_samples,)."""
        answers = self.goes_left(X)
        at = np.zeros(len(X), dtype=np.int64)
        rows = np.arange(len(X))
        while (is_inner := self.left[at] >= 0).any():
            step = np.where(answers[rows, at], self.left[at], self.right[at])
            at = np.where(is_inner, step, at)
        return at


@dataclass(frozen=True, kw_only=True)
class Ensemble:
    """Trees whose outputs add up, with a constant, to what a model says before the last touch."""

    trees: tuple[Tree, ...]
    """Weights and learning rates are in their values."""
    constant: FloatArray
    """Shape (n_outputs,)."""
    unit: Literal["probability", "log-odds", "score", "value", "log of the value"]
    """What the sum is."""
    is_float32: bool
    """Whether the library compares in single precision, so that rows have to be rounded to it first."""
    tree_weight: float = 1.0
    """By what the trees' own answers were multiplied: 1 / n where the model is their mean."""
    outputs_of: tuple[tuple[int, int, float], ...] = ()
    """For each class code: (class code, output, sign); two classes may share one output with two signs."""

    def rounded(self, X: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Rows as the library compares them."""
        return np.ascontiguousarray(X, dtype=np.float32 if self.is_float32 else np.float64)

    def total(self, X: npt.NDArray[Any]) -> FloatArray:
        """The sum for each row, shape (n_samples, n_outputs)."""
        rows = self.rounded(X)
        result = np.tile(self.constant, (len(X), 1))
        for tree in self.trees:
            result += tree.value[tree.leaves(rows)]
        return result


def in_preorder(tree: dict[str, Any], *, categories: dict[int, frozenset[int]] | None = None, **facts: Any) -> Tree:
    """A tree from arrays by name in any order of nodes, the root first."""
    left, right = np.asarray(tree["left"], dtype=np.int64), np.asarray(tree["right"], dtype=np.int64)
    places = np.zeros(len(left), dtype=np.int64)
    _compiled_order()(left, right, places)
    if len(places) > 1 and not places[-1]:
        places = places[: 1 + int(np.flatnonzero(places)[-1])]  # some nodes hang on nothing
    new = np.full(len(left) + 1, -1, dtype=np.int64)  # the last place answers for -1
    new[places] = np.arange(len(places))
    is_leaf = left[places] < 0
    return Tree(
        left=np.where(is_leaf, -1, new[left[places]]),
        right=np.where(is_leaf, -1, new[right[places]]),
        feature=np.where(is_leaf, -1, np.asarray(tree["feature"], dtype=np.int64)[places]),
        threshold=np.asarray(tree["threshold"], dtype=np.float64)[places],
        missing_left=np.asarray(tree["missing_left"], dtype=bool)[places],
        cover=np.asarray(tree["cover"], dtype=np.float64)[places],
        value=np.asarray(tree["value"], dtype=np.float64)[places],
        categories={int(new[node]): codes for node, codes in (categories or {}).items()},
        **facts,
    )


@cache
def _compiled_order() -> Callable[..., None]:
    """Fills in the nodes in preorder."""

    def order(left: Any, right: Any, places: Any) -> None:
        waiting = np.zeros(len(left) + 1, dtype=np.int64)
        n_waiting, n_done = 1, 0
        while n_waiting > 0:
            n_waiting -= 1
            node = waiting[n_waiting]
            places[n_done] = node
            n_done += 1
            if left[node] >= 0:
                waiting[n_waiting] = right[node]
                waiting[n_waiting + 1] = left[node]
                n_waiting += 2

    return compiled(order)
