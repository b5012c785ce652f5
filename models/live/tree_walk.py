"""One decision tree, fitted once and then shown as it unfolds, the most useful question first."""

import copy
import heapq
from typing import Any

import numpy as np
import numpy.typing as npt

from core.types import LearningTask, Split
from models.live._estimators import rows, single_precision, spread_classes
from models.training import FloatArray, Outputs, Trainer, TrainingData

SPLITS = (Split.TRAIN, Split.VALIDATION)
MOST_POINTS = 40
NO_CHILD = -1
NO_FEATURE = -2
"""What the library writes where a leaf has no child and no question."""


class TreeWalkTrainer(Trainer):
    """Fits the whole tree, then opens its splits in the order in which growing it leaf by leaf would have made them.

    That order takes the split that lowers the impurity of the train rows most, among those whose parent is open. A
    point is the tree with some of its leaves; each row keeps its place and only steps down where its node has opened,
    so that the whole walk costs about as much as one prediction.
    """

    step_name = "leaves"
    volatile = frozenset({"data", "_X", "_at"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take an unfitted ``DecisionTreeClassifier`` or ``DecisionTreeRegressor``."""
        self._tree = copy.copy(estimator)
        self._rank: npt.NDArray[np.int64] | None = None
        self._stops: tuple[int, ...] = ()
        self.total = 1
        self._best_step = 0
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the rows; with a continued checkpoint they are walked down to where it stood."""
        super().attach(data)
        self._X = {split: single_precision(rows(data, split)[0]) for split in SPLITS}
        self._at = {split: np.zeros(len(X), dtype=np.int64) for split, X in self._X.items()}
        if self.step:
            self._walk()

    def advance(self) -> None:
        """Open the next splits; the first call fits the tree."""
        if self._rank is None:
            self._fit()
        self.step = next(stop for stop in self._stops if stop > self.step)
        self._walk()

    def outputs(self, split: Split) -> Outputs:
        """What the nodes that the rows have come to say."""
        y_out: FloatArray = self._tree.tree_.value[self._at[split], 0, :]
        if self.data.task is LearningTask.REGRESSION:
            return Outputs(y_true=rows(self.data, split)[1], y_out=y_out[:, 0])
        y_out = spread_classes(y_out, self._tree.classes_, self.data.n_classes)
        return Outputs(y_true=rows(self.data, split)[1], y_out=y_out)

    def mark_best(self) -> None:
        """Remember the number of leaves."""
        self._best_step = self.step

    def best_estimator(self) -> Any:
        """The tree with the leaves of the best point."""
        return self._cut(self._best_step)

    def estimator(self) -> Any:
        """The tree with the leaves it has so far."""
        return self._cut(self.step)

    def _fit(self) -> None:
        self._tree.fit(self._X[Split.TRAIN], self.data.y_train)
        self._rank = opening_order(self._tree.tree_)
        self.total = int(self._tree.get_n_leaves())
        self._stops = points(self.total)

    def _walk(self) -> None:
        """Take every row down to the first node on its way that is a leaf, or has not opened yet."""
        assert self._rank is not None, "the tree is fitted by the first advance"
        tree = self._tree.tree_
        for split, X in self._X.items():
            at = self._at[split]
            moving = np.flatnonzero(self._rank[at] < self.step - 1)
            while len(moving):
                node = at[moving]
                value = X[moving, tree.feature[node]]
                goes_left = np.where(
                    np.isnan(value), tree.missing_go_to_left[node].astype(bool), value <= tree.threshold[node]
                )
                at[moving] = np.where(goes_left, tree.children_left[node], tree.children_right[node])
                moving = moving[self._rank[at[moving]] < self.step - 1]

    def _cut(self, n_leaves: int) -> Any:
        if n_leaves == self.total:
            return copy.copy(self._tree)
        assert self._rank is not None, "the tree is fitted by the first advance"
        estimator = copy.copy(self._tree).set_params(max_leaf_nodes=max(n_leaves, 2))
        estimator.tree_ = cut(self._tree.tree_, self._rank < n_leaves - 1)
        return estimator


def opening_order(tree: Any) -> npt.NDArray[np.int64]:
    """For each node its place in the order of opening, from 0; leaves come after all others.

    Args:
        tree: The ``tree_`` of a fitted decision tree. A tie goes to the node with the lower number.
    """
    left, right, weight, impurity = (
        tree.children_left,
        tree.children_right,
        tree.weighted_n_node_samples,
        tree.impurity,
    )
    is_leaf = left == NO_CHILD
    gain = weight * impurity - weight[left] * impurity[left] - weight[right] * impurity[right]
    rank = np.full(tree.node_count, tree.node_count, dtype=np.int64)
    open_next = [] if is_leaf[0] else [(-gain[0], 0)]
    for place in range(int((~is_leaf).sum())):
        _, node = heapq.heappop(open_next)
        rank[node] = place
        for child in (left[node], right[node]):
            if not is_leaf[child]:
                heapq.heappush(open_next, (-gain[child], child))
    return rank


def points(n_leaves: int) -> tuple[int, ...]:
    """Numbers of leaves to show, ascending, close together at first; the last one is all of them.

    Example:
        >>> points(5)
        (2, 3, 4, 5)
    """
    if n_leaves <= 2:
        return (n_leaves,)
    return tuple(sorted({round(leaves) for leaves in np.geomspace(2, n_leaves, MOST_POINTS)}))


def cut(tree: Any, is_open: npt.NDArray[np.bool_]) -> Any:
    """A tree of the open nodes and their children, which become its leaves.

    Args:
        tree: The ``tree_`` of a fitted decision tree.
        is_open: For each node whether its question is asked; the parent of an open node is open.
    """
    from sklearn.tree._tree import Tree

    state = tree.__getstate__()
    nodes = state["nodes"]
    is_kept = np.zeros(len(nodes), dtype=bool)
    is_kept[0] = True
    for side in ("left_child", "right_child"):
        is_kept[nodes[side][is_open]] = True
    kept = nodes[is_kept].copy()
    new_number = np.cumsum(is_kept) - 1
    is_open = is_open[is_kept]
    for side in ("left_child", "right_child"):
        kept[side] = np.where(is_open, new_number[kept[side]], NO_CHILD)
    for name in ("feature", "threshold"):
        kept[name] = np.where(is_open, kept[name], NO_FEATURE)
    smaller = Tree(tree.n_features, np.asarray(tree.n_classes, dtype=np.intp), tree.n_outputs)
    smaller.__setstate__(
        {
            **state,
            "max_depth": _depth(kept),
            "node_count": len(kept),
            "nodes": kept,
            "values": np.ascontiguousarray(state["values"][is_kept]),
        }
    )
    return smaller


def _depth(nodes: npt.NDArray[Any]) -> int:
    """Questions on the longest way down; children have higher numbers than their parents."""
    depth = np.zeros(len(nodes), dtype=np.int64)
    for number in np.flatnonzero(nodes["left_child"] != NO_CHILD):
        depth[[nodes["left_child"][number], nodes["right_child"][number]]] = depth[number] + 1
    return int(depth.max())
