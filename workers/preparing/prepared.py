"""What every way to prepare hands over, and the parts that all of them share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.records import Dataset, Provenance, Run
from core.splits import Floats, Indices, RowSplit
from core.types import LearningTask, Notice, Split
from core.version import code_version
from evaluation.baseline import baseline_predictions
from evaluation.scoring import score_outputs
from evaluation.spec import Predictions
from models.live._estimators import spread_classes
from models.training import Outputs, Trainer, TrainingData
from workers.context import WorkerContext
from workers.reporter import RunReporter


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Everything a training of one run needs, and what its evaluation needs afterwards."""

    run: Run
    preprocessor: Any
    """Fitted on the training rows."""
    data: TrainingData
    frame: pd.DataFrame
    """The raw columns that are learned from, all parts in the order of the split's row numbers."""
    targets: npt.NDArray[Any]
    """Class codes or floats of the same rows."""
    new_pipeline: Callable[[], Any]
    """An unfitted ``Pipeline`` of preprocessing and estimator, from ``frame`` to predictions: for another fit."""
    new_trainer: Callable[[], Trainer]
    """Starts a training from nothing; a checkpoint may take its place."""
    split: RowSplit
    groups: Indices | None = None
    """The group of each row of ``frame``, where the split keeps groups whole."""
    times: Floats | None = None
    """The moment of each row of ``frame``, where the split goes by time."""
    split_artifact: str
    script_artifact: str
    X: dict[Split, npt.NDArray[Any]]
    y: dict[Split, npt.NDArray[Any]]
    labels: tuple[str, ...]
    """Class names by code; empty for a regression."""
    features: tuple[str, ...]
    notices: tuple[Notice, ...]
    primary_metric: str
    provenance: Provenance

    @property
    def task(self) -> LearningTask:
        """What is learned."""
        return self.data.task

    def predict(self, estimator: Any, split: Split) -> npt.NDArray[Any]:
        """What a fitted ``estimator`` says of the rows of ``split``, laid out as the task wants it."""
        return predict(estimator, self.X[split], n_classes=len(self.labels))

    def predictions(self, split: Split, y_out: npt.NDArray[Any]) -> Predictions:
        """Some outputs for the rows of ``split`` beside their truth."""
        return Predictions(task=self.task, y_true=self.y[split], y_out=y_out, n_classes=len(self.labels))

    def baseline(self, split: Split) -> Predictions:
        """What a dummy says of the rows of ``split``."""
        return baseline_predictions(self.y[Split.TRAIN], self.y[split], task=self.task, n_classes=len(self.labels))

    @property
    def score(self) -> Callable[[Outputs], Mapping[str, float]]:
        """All metrics of the task, for the training loop."""
        return lambda outputs: score_outputs(
            Predictions(task=self.task, y_true=outputs.y_true, y_out=outputs.y_out, n_classes=len(self.labels))
        )


def predict(estimator: Any, X: npt.NDArray[Any], *, n_classes: int) -> npt.NDArray[Any]:
    """Probabilities of shape (n_samples, n_classes), or values of shape (n_samples,).

    A class without a training row, which the estimator does not know, has the probability 0.
    """
    if not hasattr(estimator, "predict_proba"):
        return np.asarray(estimator.predict(X), dtype=float)
    return spread_classes(np.asarray(estimator.predict_proba(X), dtype=float), estimator.classes_, n_classes)


class Prepare(Protocol):
    """One way to prepare a run."""

    def __call__(self, context: WorkerContext, run: Run, reporter: RunReporter) -> Prepared:
        """See ``workers.preparing.prepare``."""
        ...


def dense(values: Any) -> npt.NDArray[Any]:
    """``values`` as float64 in rows that lie beside each other in memory."""
    return np.ascontiguousarray(np.asarray(values, dtype=float))


def save_split(context: WorkerContext, split: RowSplit) -> str:
    """Store the row numbers of each part. Returns their content hash."""
    buffer = BytesIO()
    np.savez_compressed(buffer, train=split.train, validation=split.validation, test=split.test)
    return context.storage.artifacts.save_bytes(buffer.getvalue())


def provenance_of(dataset: Dataset, split: RowSplit) -> Provenance:
    """Where the numbers of a run on ``dataset`` come from."""
    return Provenance(
        dataset_sha256=dataset.content_sha256 or "",
        code_version=code_version(),
        split_sha256=split.digest,
        libraries={name: version(name) for name in ("scikit-learn", "numpy", "pandas")},
    )


def report_preparation(prepared: Prepared, reporter: RunReporter) -> None:
    """Tell people what came of the preparation, unless they were told before a checkpoint."""
    reporter.update(baseline=score_outputs(prepared.baseline(Split.VALIDATION)))
    if not prepared.run.checkpoint_sha256:
        sizes = ", ".join(f"{part.value} {len(rows):,}" for part, rows in prepared.y.items())
        reporter.log(f"Rows: {sizes}. Features after preprocessing: {len(prepared.features):,}.")
        for notice in prepared.notices:
            reporter.log(notice.text, notice.severity)
