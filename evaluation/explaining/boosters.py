"""The trees of XGBoost and LightGBM, read from the models' own descriptions."""

import json
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.explaining.trees import Ensemble, Tree, in_preorder

FloatArray = npt.NDArray[np.float64]


def xgboost_trees(estimator: Any) -> Ensemble | None:
    """The trees of an XGBoost estimator; None for its linear and its dart kind, whose sums are other ones."""
    booster = estimator.get_booster()
    learner = json.loads(bytes(booster.save_raw("json")))["learner"]
    if learner["gradient_booster"]["name"] != "gbtree":
        return None
    model = learner["gradient_booster"]["model"]
    n_outputs = max(model["tree_info"]) + 1
    n_used = _rounds(estimator, n_outputs, len(model["trees"]))
    trees = tuple(
        _xgboost_tree(tree, output, n_outputs)
        for tree, output in zip(model["trees"][:n_used], model["tree_info"][:n_used], strict=True)
    )
    margin = estimator.predict(np.zeros((1, estimator.n_features_in_)), output_margin=True)
    is_log = learner["objective"]["name"] in {"count:poisson", "reg:gamma", "reg:tweedie"}
    return _boosted(estimator, trees, margin, is_float32=True, is_log=is_log)


def _rounds(estimator: Any, n_outputs: int, n_trees: int) -> int:
    """Trees up to the best round, where training was stopped early and predictions end there."""
    try:
        return min(n_trees, (int(estimator.best_iteration) + 1) * n_outputs)
    except AttributeError:
        return n_trees


def _xgboost_tree(tree: dict[str, Any], output: int, n_outputs: int) -> Tree:
    left = np.asarray(tree["left_children"], dtype=np.int64)
    conditions = np.asarray(tree["split_conditions"], dtype=np.float64)
    values = np.zeros((len(left), n_outputs))
    values[:, output] = np.where(left < 0, conditions, np.asarray(tree["base_weights"], dtype=np.float64))
    # Its categories that are listed go right; codes are small, so those that are not listed can be named.
    right_codes: dict[int, set[int]] = {}
    for node, start, size in zip(
        tree["categories_nodes"], tree["categories_segments"], tree["categories_sizes"], strict=True
    ):
        right_codes[node] = set(tree["categories"][start : start + size])
    n_codes = 1 + max((max(codes, default=0) for codes in right_codes.values()), default=0) + 256
    return in_preorder(
        {
            "left": left,
            "right": tree["right_children"],
            "feature": tree["split_indices"],
            "threshold": conditions.astype(np.float32),
            "missing_left": tree["default_left"],
            "cover": tree["sum_hessian"],
            "value": values,
        },
        categories={node: frozenset(set(range(n_codes)) - codes) for node, codes in right_codes.items()},
        is_strict=True,
    )


def lightgbm_trees(estimator: Any) -> Ensemble | None:
    """The trees of a LightGBM estimator; None for its averaging kind, whose sums are other ones."""
    booster = estimator.booster_
    best = booster.best_iteration if booster.best_iteration > 0 else None
    model = booster.dump_model(num_iteration=best)
    if model.get("average_output"):
        return None
    n_outputs = model["num_tree_per_iteration"]
    trees = tuple(
        _lightgbm_tree(tree["tree_structure"], place % n_outputs, n_outputs)
        for place, tree in enumerate(model["tree_info"])
    )
    margin = booster.predict(np.zeros((1, booster.num_feature())), raw_score=True, num_iteration=best)
    is_log = str(model.get("objective", "")).split(" ")[0] in {"poisson", "gamma", "tweedie"}
    return _boosted(estimator, trees, margin, is_float32=False, is_log=is_log)


def _lightgbm_tree(root: dict[str, Any], output: int, n_outputs: int) -> Tree:
    nodes: list[dict[str, Any]] = []
    links: list[tuple[int, int]] = []
    waiting: list[tuple[dict[str, Any], int, bool]] = [(root, -1, True)]
    while waiting:
        node, parent, is_left = waiting.pop()
        place = len(nodes)
        nodes.append(node)
        links.append((-1, -1))
        if parent >= 0:
            links[parent] = (place, links[parent][1]) if is_left else (links[parent][0], place)
        if "split_feature" in node:
            waiting += [(node["right_child"], place, False), (node["left_child"], place, True)]
    values = np.zeros((len(nodes), n_outputs))
    values[:, output] = [float(node.get("leaf_value", node.get("internal_value", 0.0))) for node in nodes]
    categories = {
        place: frozenset(int(code) for code in str(node["threshold"]).split("||"))
        for place, node in enumerate(nodes)
        if node.get("decision_type") == "=="
    }
    return in_preorder(
        {
            "left": [left for left, _ in links],
            "right": [right for _, right in links],
            "feature": [node.get("split_feature", -1) for node in nodes],
            "threshold": [_threshold(node) for node in nodes],
            "missing_left": [_missing_left(node) for node in nodes],
            "cover": [node.get("internal_count", node.get("leaf_count", 1)) for node in nodes],
            "value": values,
        },
        categories=categories,
    )


def _threshold(node: dict[str, Any]) -> float:
    return float(node["threshold"]) if node.get("decision_type") == "<=" else 0.0


def _missing_left(node: dict[str, Any]) -> bool:
    """Without missing values in training, the library takes one for a 0."""
    if node.get("missing_type") == "None" and node.get("decision_type") == "<=":
        return _threshold(node) >= 0
    return bool(node.get("default_left", False)) and node.get("decision_type") == "<="


def _boosted(estimator: Any, trees: tuple[Tree, ...], margin: Any, *, is_float32: bool, is_log: bool) -> Ensemble:
    """The constant is what is left of the library's own sum for one row."""
    is_classifier = hasattr(estimator, "classes_")
    n_outputs = trees[0].value.shape[1]
    bare = Ensemble(trees=trees, constant=np.zeros(n_outputs), unit="log-odds", is_float32=is_float32)
    row = np.zeros((1, estimator.n_features_in_))
    constant = np.asarray(margin, dtype=np.float64).reshape(-1) - bare.total(row)[0]
    classes = estimator.classes_ if is_classifier else np.array([])
    if is_classifier and n_outputs == 1:
        outputs: tuple[tuple[int, int, float], ...] = ((int(classes[0]), 0, -1.0), (int(classes[1]), 0, 1.0))
    else:
        outputs = tuple((int(code), place, 1.0) for place, code in enumerate(classes))
    return Ensemble(
        trees=trees,
        constant=constant,
        unit="log-odds" if is_classifier else ("log of the value" if is_log else "value"),
        is_float32=is_float32,
        outputs_of=outputs,
    )
