"""The end of a training: the one look at the test rows, intervals, figures and the files that stay."""

import json
from io import BytesIO
from typing import Any

import joblib
import numpy as np
import numpy.typing as npt

from core.errors import TrainingDiverged
from core.preprocessing.naming import named_pipeline
from core.records import RunArtifacts, RunResult
from core.types import Score, Split
from evaluation.registry import METRICS, charts_for
from evaluation.resampling import bootstrap_replicates, score_interval
from evaluation.scoring import defined_metrics, score_keys, score_outputs
from evaluation.spec import Predictions
from workers.context import WorkerContext
from workers.preparing.prepared import Prepared
from workers.reporter import RunReporter

SCORED = (Split.VALIDATION, Split.TEST)


def conclude(
    context: WorkerContext,
    prepared: Prepared,
    *,
    estimator: Any,
    step: int,
    stop_reason: str,
    reporter: RunReporter,
    duration_s: float,
) -> tuple[RunResult, RunArtifacts]:
    """Score the finished ``estimator`` on validation and, for the first and only time, on test; store what stays."""
    reporter.update(stage="Scoring", eta_s=None)
    predictions = {split: prepared.predictions(split, prepared.predict(estimator, split)) for split in SCORED}
    _check_finite(predictions, step_name=reporter.progress.step_name, step=step)
    baselines = {split: prepared.baseline(split) for split in SCORED}
    metrics = _final_metrics(predictions, baselines)
    replicates = {
        split: bootstrap_replicates(predictions[split], metrics, seed_text=f"{prepared.split.digest}/{split}")
        for split in SCORED
    }
    scores = tuple(
        _score(metric, split, predictions[split], baselines[split], replicates[split][metric])
        for split in SCORED
        for metric in metrics
    )
    reporter.update(stage="Saving")
    result = RunResult(
        scores=scores,
        primary_metric=prepared.primary_metric,
        final_step=step,
        stop_reason=stop_reason,
        labels=prepared.labels,
        features=prepared.features,
        n_samples={split: len(rows) for split, rows in prepared.y.items()},
        notices=prepared.notices,
        duration_s=round(duration_s, 3),
    )
    return result, RunArtifacts(
        model=_save_model(context, prepared, estimator),
        split=prepared.split_artifact,
        evaluation=_save_evaluation(context, predictions, replicates),
        figures=_save_figures(context, prepared, predictions),
        script=prepared.script_artifact,
    )


def _check_finite(predictions: dict[Split, Predictions], *, step_name: str, step: int) -> None:
    """Refuse a model whose predictions are no numbers, or so large that their scores are none."""
    for split in SCORED:
        values = score_outputs(predictions[split]).values()
        if not (np.isfinite(predictions[split].y_out).all() and np.isfinite(list(values)).all()):
            raise TrainingDiverged(step_name=step_name, step=step)


def _final_metrics(predictions: dict[Split, Predictions], baselines: dict[Split, Predictions]) -> tuple[str, ...]:
    """Keys of the metrics that the model and the dummy have on both parts: what one lacks could not be compared."""
    scored = [*predictions.values(), *baselines.values()]
    keys = [spec.key for spec in defined_metrics(*scored)]
    values = [score_keys(each, keys) for each in scored]
    return tuple(key for key in keys if all(np.isfinite(each[key]) for each in values))


def _score(
    metric: str, split: Split, predictions: Predictions, baseline: Predictions, replicates: npt.NDArray[Any]
) -> Score:
    value = score_keys(predictions, [metric])[metric]
    low, high = score_interval(METRICS[metric], value, replicates)
    return Score(
        metric=metric,
        split=split,
        value=value,
        low=low,
        high=high,
        baseline=score_keys(baseline, [metric])[metric],
        n_samples=predictions.n_samples,
    )


def _save_model(context: WorkerContext, prepared: Prepared, estimator: Any) -> str:
    pipeline = named_pipeline(prepared.preprocessor, estimator, prepared.frame.iloc[:2])
    buffer = BytesIO()
    joblib.dump(
        {"pipeline": pipeline, "labels": prepared.labels, "target": prepared.run.config.target}, buffer, compress=3
    )
    return context.storage.artifacts.save_bytes(buffer.getvalue())


def _save_evaluation(
    context: WorkerContext,
    predictions: dict[Split, Predictions],
    replicates: dict[Split, dict[str, npt.NDArray[Any]]],
) -> str:
    arrays: dict[str, npt.NDArray[Any]] = {}
    for split in SCORED:
        arrays[f"{split}/y_true"] = predictions[split].y_true
        arrays[f"{split}/y_out"] = predictions[split].y_out
        arrays |= {f"{split}/replicates/{metric}": values for metric, values in replicates[split].items()}
    buffer = BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    return context.storage.artifacts.save_bytes(buffer.getvalue())


def _save_figures(context: WorkerContext, prepared: Prepared, predictions: dict[Split, Predictions]) -> str:
    figures = []
    for chart in charts_for(prepared.task, n_classes=len(prepared.labels)):
        for split in SCORED:
            table = chart.data(predictions[split], prepared.labels)
            figures.append(
                {
                    "key": chart.key,
                    "split": split.value,
                    "title": chart.label,
                    "explanation": chart.explanation,
                    "alt": chart.alt(table),
                    "table": table,
                    "figure": chart.draw(table),
                }
            )
    return context.storage.artifacts.save_bytes(json.dumps(figures).encode())
