"""Exact Shapley values of many trees, in time linear in their size.

A tree is a sum of games, one for each leaf: a coalition of features either follows the row or, where a feature is
absent, splits as the training rows did. Such a game is a product over the features on the way to the leaf, and the
Shapley value of a product has a short form, the integral over t in [0, 1] of a polynomial. Gauss's quadrature gives
that integral exactly from a handful of points, and sums over leaves can be taken on the way back up the tree. So a row
costs one walk over the nodes with a short vector in hand, instead of a walk over all pairs of features for each leaf.

Source:
    Lundberg et al. 2020, doi:10.1038/s42256-019-0138-9 (the game); Owen 1972, doi:10.1287/mnsc.18.5.64 (the integral);
    Yu et al. 2022, Linear TreeShap, arXiv:2209.08192 (sums on the way up).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.explaining.compiling import compiled
from evaluation.explaining.trees import Tree

FloatArray = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
ROWS_AT_ONCE = 500
"""Whether each of them goes left at each node is known beforehand: a few megabytes for a large tree."""
SMALLEST_SHARE = 1e-12
"""Stands in for the share of a branch that no training row took, by which nothing can be divided."""


@dataclass(frozen=True, kw_only=True)
class Paths:
    """How each node of a tree is reached. A node is entered by the feature that its parent asks."""

    parents: Places
    depth: Places
    before: Places
    """Depth of the last node above that was entered by the same feature; -1 without one."""
    along: FloatArray
    """Share of training rows that went this way at every question about the same feature so far."""
    earlier: FloatArray
    """The same one question about that feature before."""
    most_features: int
    """Different features on the way to any leaf, at most."""


def tree_contributions(tree: Tree, X: npt.NDArray[Any], output: int) -> FloatArray:
    """What each feature adds to one output of ``tree``, shape (n_samples, n_features).

    The sum of a row's contributions is the tree's output for it, less the tree's mean over its training rows.

    Args:
        tree: In preorder, as ``trees.Tree`` promises.
        X: Features, float32 or float64 as the tree compares them, shape (n_samples, n_features).
        output: Column of the tree's values.
    """
    found = np.zeros(X.shape)
    if len(tree.left) == 1:
        return found
    paths = tree_paths(tree)
    points, weights = np.polynomial.legendre.leggauss((paths.most_features + 1) // 2)
    factors, slopes = _tables(paths, (points + 1) / 2, weights / 2)
    walk = compiled_walk()
    for start in range(0, len(X), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        walk(
            tree.goes_left(X[rows]),
            tree.left,
            paths.parents,
            paths.depth,
            paths.before,
            tree.feature,
            np.where(tree.left < 0, tree.value[:, output], 0.0),
            factors,
            slopes,
            found[rows],
        )
    return found


def tree_mean(tree: Tree, output: int) -> float:
    """The tree's output averaged over the training rows that it was grown from."""
    is_leaf = tree.left < 0
    weights = tree.cover[is_leaf]
    return float(weights @ tree.value[is_leaf, output] / weights.sum())


def tree_work(tree: Tree) -> int:
    """About how much one row costs, in units of one node and one point of the quadrature."""
    return len(tree.left) * ((tree_paths(tree).most_features + 1) // 2) if len(tree.left) > 1 else 1


def tree_paths(tree: Tree) -> Paths:
    """See ``Paths``."""
    n_nodes = len(tree.left)
    parents = np.full(n_nodes, -1, dtype=np.int64)
    inner = np.flatnonzero(tree.left >= 0)
    parents[tree.left[inner]] = inner
    parents[tree.right[inner]] = inner
    share = np.ones(n_nodes)
    share[1:] = np.maximum(tree.cover[1:] / np.maximum(tree.cover[parents[1:]], SMALLEST_SHARE), SMALLEST_SHARE)
    depth = np.zeros(n_nodes, dtype=np.int64)
    before = np.full(n_nodes, -1, dtype=np.int64)
    n_features = np.zeros(n_nodes, dtype=np.int64)
    along, earlier = share.copy(), np.ones(n_nodes)
    compiled_paths()(parents, tree.feature, share, depth, before, n_features, along, earlier)
    return Paths(
        parents=parents,
        depth=depth,
        before=before,
        along=along,
        earlier=earlier,
        most_features=int(n_features.max()),
    )


def _tables(paths: Paths, points: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """By node and by what the row does: the factor of a path's product, and the weight of the subtree below.

    The second axis has three cases: the row has followed its feature so far and does here; it has, but not here; it
    had left before. Shapes (n_nodes, 3, n_points).
    """
    factors = np.empty((len(paths.parents), 3, len(points)))
    slopes = np.empty_like(factors)
    along, earlier = paths.along[:, None], paths.earlier[:, None]
    for case, (followed, follows) in enumerate(((1.0, 1.0), (1.0, 0.0), (0.0, 0.0))):
        new = points * follows + (1 - points) * along
        old = points * followed + (1 - points) * earlier
        factors[:, case] = new / old
        slopes[:, case] = weights * ((follows - along) / new - (followed - earlier) / old)
    return factors, slopes


@cache
def compiled_paths() -> "Callable[..., None]":
    """Fills in depth and what follows from the questions above, node by node."""

    def paths(
        parents: Any,
        feature: Any,
        share: Any,
        depth: Any,
        before: Any,
        n_features: Any,
        along: Any,
        earlier: Any,
    ) -> None:
        for node in range(1, len(parents)):
            parent = parents[node]
            depth[node] = depth[parent] + 1
            asked = feature[parent]
            above = parent
            while above > 0 and feature[parents[above]] != asked:
                above = parents[above]
            n_features[node] = n_features[parent] + (1 if above <= 0 else 0)
            if above > 0:
                before[node] = depth[above]
                earlier[node] = along[above]
                along[node] = share[node] * along[above]

    return compiled(paths)


@cache
def compiled_walk() -> "Callable[..., None]":
    """The walk over one tree for all rows."""

    def walk(
        goes_left: Any,
        left: Any,
        parents: Any,
        depth: Any,
        before: Any,
        feature: Any,
        answers: Any,
        factors: Any,
        slopes: Any,
        found: Any,
    ) -> None:
        n_nodes, n_points = len(left), factors.shape[2]
        deepest = depth.max() + 1
        product = np.ones((deepest, n_points))
        below = np.zeros((deepest, n_points))
        case = np.zeros(deepest, dtype=np.int64)
        way = np.zeros(deepest, dtype=np.int64)
        for row in range(goes_left.shape[0]):
            for node in range(1, n_nodes):
                at = depth[node]
                parent = parents[node]
                way[at] = node
                last = before[node]
                if last >= 0 and case[last] != 0:
                    now = 2
                elif goes_left[row, parent] == (left[parent] == node):
                    now = 0
                else:
                    now = 1
                case[at] = now
                for k in range(n_points):
                    product[at, k] = product[at - 1, k] * factors[node, now, k]
                    below[at, k] = product[at, k] * answers[node]
                if left[node] >= 0:
                    continue
                upto = depth[node + 1] if node + 1 < n_nodes else 1
                for back in range(at, upto - 1, -1):
                    entered = way[back]
                    total = 0.0
                    for k in range(n_points):
                        total += below[back, k] * slopes[entered, case[back], k]
                        below[back - 1, k] += below[back, k]
                    found[row, feature[parents[entered]]] += total

    return compiled(walk)
