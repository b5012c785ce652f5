"""What each column adds to what a model says of a row: Shapley values by the way that suits the model.

Trees that add up are taken apart exactly, linear models have a closed form, and everything else is asked about rows
that are mixed from the explained row and from rows of the training part.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from evaluation.explaining.columns import ColumnMap
from evaluation.explaining.ensembles import find_ensemble
from evaluation.explaining.linear import linear_parts
from evaluation.explaining.mixing import mixed_contributions
from evaluation.explaining.subject import OnFraction, Subject, silent
from evaluation.explaining.tree_shap import tree_contributions, tree_mean, tree_work
from evaluation.explaining.trees import Ensemble, Tree

FloatArray = npt.NDArray[np.float64]
MOST_WORK = 5_000_000_000
"""Nodes times rows times points of the quadrature: about eight seconds on two cores, by our own measurement."""
N_CHUNKS = 16
"""Trees are summed in this many groups, however many threads there are, so that the sum never changes."""
Method = Literal["trees", "linear", "mixing"]


@dataclass(frozen=True, kw_only=True)
class Contributions:
    """Shapley values of some rows."""

    values: FloatArray
    """Shape (n_rows, n_players): base + their sum = output."""
    base: float
    """What is said of nobody in particular."""
    outputs: FloatArray
    """What the model says of each row, on the scale of ``unit``; asked apart from ``values``. Shape (n_rows,)."""
    players: tuple[str, ...]
    """Raw columns; features that mix several columns stand for themselves."""
    method: Method
    unit: str
    """"probability", "log-odds", "score", "value" or "log of the value"."""
    error: float = 0.0
    """Typical (root mean square) standard error of one value; 0 where the values are exact."""

    @property
    def gap(self) -> float:
        """Largest distance between base + contributions and the output."""
        return float(np.abs(self.base + self.values.sum(axis=1) - self.outputs).max(initial=0.0))


def affordable_rows(subject: Subject, class_code: int, n_rows: int, *, most_mixed: int) -> int:
    """``n_rows``, or as many as the model allows in reasonable time; the same on every machine.

    Args:
        subject: Whose model is explained.
        class_code: The class that is asked about.
        n_rows: Rows that are wished for.
        most_mixed: Most rows of a model that can only be asked.
    """
    ensemble = find_ensemble(subject.estimator)
    if ensemble is None:
        return n_rows if linear_parts(subject.estimator) is not None else min(n_rows, most_mixed)
    output, _ = _output(ensemble, class_code)
    work = sum(tree_work(tree) for tree in ensemble.trees if np.any(tree.value[:, output]))
    return max(1, min(n_rows, MOST_WORK // max(1, work)))


def contributions(
    subject: Subject,
    columns: ColumnMap,
    *,
    class_code: int,
    seed: int,
    n_threads: int = 1,
    on_fraction: OnFraction = silent,
) -> Contributions:
    """The Shapley values of every row of ``subject`` for one class or for the predicted value.

    Args:
        subject: What is explained.
        columns: Which features belong to which raw column.
        class_code: The class; 0 for a regression.
        seed: Decides which rows are mixed, where rows are mixed.
        n_threads: Threads to work with; the result does not depend on them.
        on_fraction: Told how far it is.
    """
    players = columns.players()
    names = tuple(name for name, _ in players)
    ensemble = find_ensemble(subject.estimator)
    if ensemble is not None:
        by_feature, base, outputs = _of_trees(ensemble, subject.X, class_code, n_threads, on_fraction)
        return Contributions(
            values=_gathered(by_feature, players),
            base=base,
            outputs=_said(subject, ensemble.unit, class_code, otherwise=outputs),
            players=names,
            method="trees",
            unit=ensemble.unit,
        )
    linear = linear_parts(subject.estimator)
    if linear is not None:
        (coefficients, intercept), unit = linear.of_class(class_code), linear.unit
        mean = subject.X_background.mean(axis=0)
        return Contributions(
            values=_gathered((subject.X - mean) * coefficients, players),
            base=float(intercept + mean @ coefficients),
            outputs=_said(subject, unit, class_code, otherwise=subject.X @ coefficients + intercept),
            players=names,
            method="linear",
            unit=unit,
        )
    values, base, outputs, error = mixed_contributions(
        subject, players, class_code=class_code, seed=seed, on_fraction=on_fraction
    )
    return Contributions(
        values=values,
        base=base,
        outputs=outputs,
        players=names,
        method="mixing",
        unit="value" if subject.is_regression else "probability",
        error=error,
    )


def _output(ensemble: Ensemble, class_code: int) -> tuple[int, float]:
    for code, output, sign in ensemble.outputs_of:
        if code == class_code:
            return output, sign
    return 0, 1.0


def _of_trees(
    ensemble: Ensemble, X: FloatArray, class_code: int, n_threads: int, on_fraction: OnFraction
) -> tuple[FloatArray, float, FloatArray]:
    output, sign = _output(ensemble, class_code)
    rows = ensemble.rounded(X)
    # Of several classes, each has trees of its own: the others add nothing.
    trees = [tree for tree in ensemble.trees if np.any(tree.value[:, output])]
    groups = [trees[start::N_CHUNKS] for start in range(N_CHUNKS)]

    def add_up(group: list[Tree]) -> FloatArray:
        total = np.zeros(X.shape)
        for tree in group:
            total += tree_contributions(tree, rows, output)
        return total

    values = np.zeros(X.shape)
    with ThreadPoolExecutor(n_threads) as pool:
        pending = [pool.submit(add_up, group) for group in groups if group]
        try:
            for number, part in enumerate(pending):
                values += part.result()
                on_fraction((number + 1) / len(pending))
        except BaseException:  # cancelled, among others: what has not begun shall not begin
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    base = float(ensemble.constant[output] + sum(tree_mean(tree, output) for tree in trees))
    outputs = ensemble.constant[output] + sum(
        (tree.value[tree.leaves(rows), output] for tree in trees), start=np.zeros(len(X))
    )
    return sign * values, sign * base, sign * outputs


def _said(subject: Subject, unit: str, class_code: int, *, otherwise: FloatArray) -> FloatArray:
    """What the model itself says on the scale in which it adds up; ``otherwise`` where it does not tell."""
    estimator = subject.estimator
    if unit in {"probability", "value"}:
        return subject.one_output(subject.X, class_code)
    if unit == "log of the value":
        return np.log(subject.one_output(subject.X, class_code))
    if hasattr(estimator, "decision_function"):
        scores = np.asarray(estimator.decision_function(subject.as_learned(subject.X)), dtype=np.float64)
    elif hasattr(estimator, "get_booster"):
        scores = np.asarray(estimator.predict(subject.as_learned(subject.X), output_margin=True), dtype=np.float64)
    elif hasattr(estimator, "booster_"):
        scores = np.asarray(estimator.booster_.predict(subject.X, raw_score=True), dtype=np.float64)
    else:
        return otherwise
    classes = list(estimator.classes_)
    if scores.ndim == 1:
        return scores if class_code == classes[1] else -scores
    return scores[:, classes.index(class_code)]


def _gathered(by_feature: FloatArray, players: list[tuple[str, npt.NDArray[np.int64]]]) -> FloatArray:
    return np.column_stack([by_feature[:, places].sum(axis=1) for _, places in players])
