"""The trees of a fitted estimator, whatever library grew them, so that their sum is what the estimator says."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.explaining.boosters import lightgbm_trees, xgboost_trees
from evaluation.explaining.trees import Ensemble, Tree, in_preorder

FloatArray = npt.NDArray[np.float64]


def find_ensemble(estimator: Any) -> Ensemble | None:
    """The trees of ``estimator``, or None when it is not made of trees that add up."""
    for kind in type(estimator).__mro__:
        way = WAYS.get(kind.__name__)
        if way is not None:
            return way(estimator)
    return None


def _of_sklearn(estimator: Any, values: FloatArray, columns: npt.NDArray[Any] | None = None) -> Tree:
    """A tree of scikit-learn with these values by node, and its columns renumbered where it saw only some."""
    tree = estimator.tree_
    feature = tree.feature.copy()
    if columns is not None:
        feature = np.where(feature >= 0, np.asarray(columns)[np.maximum(feature, 0)], feature)
    return in_preorder(
        {
            "left": tree.children_left,
            "right": tree.children_right,
            "feature": feature,
            "threshold": tree.threshold,
            "missing_left": tree.missing_go_to_left,
            "cover": tree.weighted_n_node_samples,
            "value": values,
        }
    )


def _class_outputs(codes: npt.NDArray[Any]) -> tuple[tuple[int, int, float], ...]:
    return tuple((int(code), place, 1.0) for place, code in enumerate(codes))


def _two_signs(classes: npt.NDArray[Any]) -> tuple[tuple[int, int, float], ...]:
    """Two classes on one output: the second one's score, and its opposite; else an output for each class."""
    if len(classes) == 2:
        return ((int(classes[0]), 0, -1.0), (int(classes[1]), 0, 1.0))
    return _class_outputs(classes)


def _answers(tree: Any) -> FloatArray:
    """What the nodes of one fitted scikit-learn tree answer: class shares or a mean, shape (n_nodes, n_outputs)."""
    found: FloatArray = tree.tree_.value[:, 0, :]
    return found


def _averaged(estimator: Any, members: list[tuple[Any, npt.NDArray[Any] | None]]) -> Ensemble:
    is_classifier = hasattr(estimator, "classes_")
    scale = 1.0 / len(members)
    trees = tuple(_of_sklearn(tree, _answers(tree) * scale, columns) for tree, columns in members)
    n_outputs = trees[0].value.shape[1]
    return Ensemble(
        trees=trees,
        constant=np.zeros(n_outputs),
        unit="probability" if is_classifier else "value",
        is_float32=True,
        tree_weight=scale,
        outputs_of=_class_outputs(estimator.classes_) if is_classifier else (),
    )


def _single(estimator: Any) -> Ensemble:
    return _averaged(estimator, [(estimator, None)])


def _forest(estimator: Any) -> Ensemble:
    return _averaged(estimator, [(tree, None) for tree in estimator.estimators_])


def _bagging(estimator: Any) -> Ensemble | None:
    members = list(zip(estimator.estimators_, estimator.estimators_features_, strict=True))
    n_classes = len(getattr(estimator, "classes_", ()))
    for tree, _ in members:
        if not hasattr(tree, "tree_") or (n_classes and tree.tree_.value.shape[2] != n_classes):
            return None
    return _averaged(estimator, members)


def _adaboost(estimator: Any) -> Ensemble | None:
    """The weighted votes of a classifier; the regressor takes a weighted median, which does not add up."""
    if not hasattr(estimator, "classes_") or any(not hasattr(tree, "tree_") for tree in estimator.estimators_):
        return None
    classes = estimator.classes_
    weights = estimator.estimator_weights_[: len(estimator.estimators_)]
    trees = []
    scale = (2.0 if len(classes) == 2 else 1.0) / weights.sum()  # of two classes, the score is the lead of the second
    for tree, weight in zip(estimator.estimators_, weights, strict=True):
        votes = np.full((tree.tree_.node_count, len(classes)), -1.0 / (len(classes) - 1))
        chosen = np.searchsorted(classes, tree.classes_[np.argmax(_answers(tree), axis=1)])
        votes[np.arange(len(votes)), chosen] = 1.0
        trees.append(_of_sklearn(tree, votes * weight * scale))
    return Ensemble(
        trees=tuple(trees),
        constant=np.zeros(len(classes)),
        unit="score",
        is_float32=True,
        outputs_of=_class_outputs(classes),
    )


def _gradient_boosting(estimator: Any) -> Ensemble:
    stages = estimator.estimators_
    n_outputs = stages.shape[1]
    trees = []
    for stage in stages:
        for output, tree in enumerate(stage):
            values = np.zeros((tree.tree_.node_count, n_outputs))
            values[:, output] = tree.tree_.value[:, 0, 0] * estimator.learning_rate
            trees.append(_of_sklearn(tree, values))
    start = estimator._raw_predict_init(np.zeros((1, estimator.n_features_in_), dtype=np.float32))
    is_classifier = hasattr(estimator, "classes_")
    return Ensemble(
        trees=tuple(trees),
        constant=np.asarray(start, dtype=np.float64).reshape(-1),
        unit="log-odds" if is_classifier else "value",
        is_float32=True,
        outputs_of=_two_signs(estimator.classes_) if is_classifier else (),
    )


def _hist_gradient_boosting(estimator: Any) -> Ensemble:
    stages = estimator._predictors
    columns, known_codes = _hist_columns(estimator)
    trees = []
    for stage in stages:
        for output, predictor in enumerate(stage):
            trees.append(_hist_tree(predictor, output, len(stage), columns, known_codes))
    is_classifier = hasattr(estimator, "classes_")
    loss = str(estimator.loss)
    return Ensemble(
        trees=tuple(trees),
        constant=np.asarray(estimator._baseline_prediction, dtype=np.float64).reshape(-1),
        unit="log-odds" if is_classifier else ("log of the value" if loss in {"poisson", "gamma"} else "value"),
        is_float32=False,
        outputs_of=_two_signs(estimator.classes_) if is_classifier else (),
    )


def _hist_columns(estimator: Any) -> tuple[npt.NDArray[Any], list[npt.NDArray[Any]]]:
    """The columns in the order in which its trees count them, and the codes that it knows of those with categories.

    Columns of categories come first.
    """
    is_category = estimator.is_categorical_
    if is_category is None:
        return np.arange(estimator.n_features_in_), []
    columns = np.concatenate([np.flatnonzero(is_category), np.flatnonzero(~is_category)])
    encoder = estimator._preprocessor.named_transformers_["encoder"]
    return columns, list(encoder.categories_)


def _hist_tree(
    predictor: Any, output: int, n_outputs: int, columns: npt.NDArray[Any], known_codes: list[npt.NDArray[Any]]
) -> Tree:
    nodes = predictor.nodes
    is_leaf = nodes["is_leaf"].astype(bool)
    feature = nodes["feature_idx"].astype(np.int64)
    values = np.zeros((len(nodes), n_outputs))
    values[:, output] = nodes["value"]
    categories: dict[int, frozenset[int]] = {}
    for node in np.flatnonzero(nodes["is_categorical"].astype(bool) & ~is_leaf):
        bits = predictor.raw_left_cat_bitsets[int(nodes["bitset_idx"][node])]
        codes = known_codes[int(feature[node])]
        left = {int(code) for place, code in enumerate(codes) if code == code and bits[place // 32] >> (place % 32) & 1}
        unknown = {-1} if nodes["missing_go_to_left"][node] else set()
        categories[int(node)] = frozenset(left | unknown)
    return in_preorder(
        {
            "left": np.where(is_leaf, -1, nodes["left"].astype(np.int64)),
            "right": np.where(is_leaf, -1, nodes["right"].astype(np.int64)),
            "feature": columns[np.where(is_leaf, 0, feature)],
            "threshold": nodes["num_threshold"],
            "missing_left": nodes["missing_go_to_left"].astype(bool),
            "cover": nodes["count"],
            "value": values,
        },
        categories=categories,
    )


WAYS: Mapping[str, Callable[[Any], Ensemble | None]] = MappingProxyType(
    {
        "BaseDecisionTree": _single,
        "BaseForest": _forest,
        "BaseBagging": _bagging,
        "BaseWeightBoosting": _adaboost,
        "BaseGradientBoosting": _gradient_boosting,
        "BaseHistGradientBoosting": _hist_gradient_boosting,
        "XGBModel": xgboost_trees,
        "LGBMModel": lightgbm_trees,
    }
)
"""By the name of a class among the ancestors of an estimator, so that no library is loaded only to be asked."""
