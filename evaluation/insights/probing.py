"""Quick probes: how far a straight line and boosted trees get on a sample, judged on rows that they did not see."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from core.computing.spec import TableFile
from core.preprocessing.roles import ColumnRoles, assign_roles
from core.types import LearningTask
from evaluation.baseline import baseline_predictions
from evaluation.comparison import PairedTest, paired_difference
from evaluation.registry import primary_metric
from evaluation.resampling import bootstrap_replicates, interval
from evaluation.scoring import score_keys
from evaluation.spec import FloatArray, MetricSpec, Predictions

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 4_000
"""Rows of the sample: enough to tell a straight line from a curve, few enough for some seconds."""
FEWEST_ROWS = 60
MOST_COLUMNS = 200
MOST_CLASSES = 30
N_FOLDS = 5
N_RESAMPLES = 400
LARGEST = 1e150
"""Numbers beyond it count as missing: their squares are no numbers any more."""
LINEAR, BOOSTING = "linear", "boosting"
Report = Callable[[float, str], None]


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One simple model over all folds."""

    score: float
    low: float
    high: float
    replicates: FloatArray
    fit_s: float
    """Mean time of one fit."""


@dataclass(frozen=True, kw_only=True)
class Probes:
    """What the probes came to, on the same rows and folds."""

    metric: MetricSpec
    linear: Probe
    boosting: Probe
    baseline: float
    n_rows: int
    """Rows of the sample."""
    n_known: int
    """Rows whose target is known."""
    roles: ColumnRoles
    class_shares: tuple[float, ...]
    """By falling size; empty for a regression."""

    @property
    def boosting_gain(self) -> PairedTest:
        """How much better boosted trees are than a straight line."""
        return paired_difference(self.boosting.replicates, self.linear.replicates, self.metric.direction)


def probe(table: TableFile, *, target: str, task: LearningTask, report: Report) -> Probes | None:
    """Cross-validated scores of a linear model and of boosted trees on a sample.

    Args:
        table: The dataset.
        target: What is predicted.
        task: Classification or regression.
        report: Told how far it is.

    Returns:
        None where the rows or the classes do not suffice.

    Raises:
        UnsuitableData: No column is left to learn from.
    """
    from core.tables.preview import read_frame

    dataset = table.dataset
    roles = assign_roles(dataset.columns, target=target, n_rows=dataset.n_rows or 0)
    names = [name for name in roles.used if name not in roles.text][:MOST_COLUMNS]
    if not names:
        return None
    report(0.05, "Reading rows")
    frame = read_frame(table.path, columns=[*names, target])
    known = frame[frame[target].notna()]
    n_known = len(known)
    sample = known.sample(MOST_ROWS, random_state=0) if n_known > MOST_ROWS else known
    y, n_classes = _codes(sample[target], task)
    sample, y, n_classes = _without_rare(sample, y, n_classes)
    if len(y) < FEWEST_ROWS or (task is LearningTask.CLASSIFICATION and not 2 <= n_classes <= MOST_CLASSES):
        return None
    metric = primary_metric(task)
    folds = _folds(y, task)
    found = {}
    for place, kind in enumerate((LINEAR, BOOSTING)):
        report(0.1 + 0.4 * place, f"Probing: {'a straight line' if kind == LINEAR else 'boosted trees'}")
        found[kind] = _probe(kind, sample[names], y, roles, folds, task, n_classes, metric)
    report(0.9, "Weighing the probes")
    base = baseline_predictions(y, y, task=task, n_classes=n_classes)
    shares = np.sort(np.bincount(y, minlength=n_classes) / len(y))[::-1] if n_classes else np.array([])
    return Probes(
        metric=metric,
        linear=found[LINEAR],
        boosting=found[BOOSTING],
        baseline=score_keys(base, [metric.key])[metric.key],
        n_rows=len(y),
        n_known=n_known,
        roles=roles,
        class_shares=tuple(float(share) for share in shares),
    )


def _codes(values: pd.Series[Any], task: LearningTask) -> tuple[npt.NDArray[Any], int]:
    if task is LearningTask.REGRESSION:
        return values.to_numpy(dtype=np.float64), 0
    labels, codes = np.unique(values.astype(str).to_numpy(dtype=object), return_inverse=True)
    return codes.astype(np.intp), len(labels)


def _without_rare(frame: pd.DataFrame, y: npt.NDArray[Any], n_classes: int) -> tuple[pd.DataFrame, Any, int]:
    """Without classes that have fewer rows than folds: nothing could be said of them."""
    if not n_classes:
        is_usable = np.abs(y) < LARGEST
        return frame[is_usable], y[is_usable], 0
    is_kept = np.bincount(y, minlength=n_classes)[y] >= N_FOLDS
    labels, codes = np.unique(y[is_kept], return_inverse=True)
    return frame[is_kept], codes.astype(np.intp), len(labels)


def _folds(y: npt.NDArray[Any], task: LearningTask) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    from sklearn.model_selection import KFold, StratifiedKFold

    maker = StratifiedKFold if task is LearningTask.CLASSIFICATION else KFold
    return list(maker(N_FOLDS, shuffle=True, random_state=0).split(np.zeros(len(y)), y))


def _probe(
    kind: str,
    frame: pd.DataFrame,
    y: npt.NDArray[Any],
    roles: ColumnRoles,
    folds: list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]],
    task: LearningTask,
    n_classes: int,
    metric: MetricSpec,
) -> Probe:
    y_out = np.zeros((len(y), n_classes)) if n_classes else np.zeros(len(y))
    times = []
    for train, held_out in folds:
        model = _model(kind, roles, frame.columns, task)
        started = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a fit that does not converge shows in its score
            model.fit(frame.iloc[train], y[train])
        times.append(time.perf_counter() - started)
        rows = frame.iloc[held_out]
        y_out[held_out] = model.predict_proba(rows) if n_classes else model.predict(rows)
    predictions = Predictions(task=task, y_true=y, y_out=y_out, n_classes=n_classes)
    text = f"insight probes/{len(y)}"
    replicates = bootstrap_replicates(predictions, [metric.key], seed_text=text, n_resamples=N_RESAMPLES)[metric.key]
    low, high = interval(replicates)
    value = score_keys(predictions, [metric.key])[metric.key]
    return Probe(score=value, low=low, high=high, replicates=replicates, fit_s=float(np.mean(times)))


def _model(kind: str, roles: ColumnRoles, columns: Any, task: LearningTask) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

    used = set(columns)
    numbers = [name for name in roles.numeric if name in used]
    categories = [name for name in roles.categorical if name in used]
    times = [name for name in roles.datetime if name in used]
    is_linear = kind == LINEAR
    number_steps = [FunctionTransformer(_as_numbers)]
    if is_linear:
        number_steps += [SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()]
    encode = make_pipeline(
        FunctionTransformer(_as_texts),
        OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=20, sparse_output=False),
    )
    time_steps = [FunctionTransformer(_as_days)]
    if is_linear:
        time_steps += [SimpleImputer(keep_empty_features=True), StandardScaler()]
    columns_in = ColumnTransformer(
        [
            ("numbers", make_pipeline(*number_steps), numbers),
            ("categories", encode, categories),
            ("times", make_pipeline(*time_steps), times),
        ]
    )
    if task is LearningTask.CLASSIFICATION:
        estimator = LogisticRegression(max_iter=500) if is_linear else HistGradientBoostingClassifier(random_state=0)
    else:
        estimator = Ridge() if is_linear else HistGradientBoostingRegressor(random_state=0)
    return make_pipeline(columns_in, estimator)


def _as_numbers(frame: pd.DataFrame) -> npt.NDArray[np.float64]:
    values = np.column_stack([frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in frame])
    return np.where(np.abs(values) < LARGEST, values, np.nan)


def _as_texts(frame: pd.DataFrame) -> npt.NDArray[Any]:
    texts = [frame[name].astype("object").where(frame[name].notna(), "missing").astype(str) for name in frame]
    return np.column_stack(texts).astype(object)


def _as_days(frame: pd.DataFrame) -> npt.NDArray[np.float64]:
    import pandas as pd

    found = []
    for name in frame:
        times = pd.to_datetime(frame[name], utc=True).dt.tz_localize(None)
        days = (times - pd.Timestamp("2000-01-01")) / pd.Timedelta(days=1)
        found.append(days.to_numpy(dtype=np.float64))
    return np.column_stack(found)
