"""Runs whose predictions are constructed, so that it is known what there is to find in them."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.computing.spec import RunFiles, TableFile
from core.insights.said_numbers import is_known, numbers_said, plain_numbers
from core.insights.spec import Finding
from core.records import Run, RunArtifacts, RunProgress, RunResult
from core.types import LearningTask, MetricPoint, RunStatus, Score, Split
from evaluation.baseline import baseline_predictions
from evaluation.insights.comparison_evidence import ComparisonEvidence, gather
from evaluation.insights.looking import Progress
from evaluation.insights.run_evidence import RunEvidence
from evaluation.registry import METRICS, primary_metric
from evaluation.resampling import bootstrap_replicates, score_interval
from evaluation.scoring import defined_metrics, score_keys
from evaluation.spec import Predictions
from tests.factories import make_config, make_dataset, make_run
from tests.workspaces import LocalWorkspace

SPLIT = "5b" * 32
Codes = npt.NDArray[Any]


def two_classes(n: int = 400, *, share: float = 0.5, seed: int = 0) -> Codes:
    """Class codes, ``share`` of them 1."""
    return (np.random.default_rng(seed).random(n) < share).astype(np.int64)


def said_of(y: Codes, *, strength: float = 2.0, shift: float = 0.0, seed: int = 1) -> npt.NDArray[np.float64]:
    """Probabilities of two classes that go with ``y``; a shift makes them too high or too low."""
    noise = np.random.default_rng(seed).normal(0, 1, len(y))
    p = 1 / (1 + np.exp(-(strength * (y - 0.5) + noise + shift)))
    return np.column_stack([1 - p, p])


def make_files(
    folder: Path,
    parts: dict[Split, tuple[Codes, npt.NDArray[np.float64]]],
    *,
    task: LearningTask = LearningTask.CLASSIFICATION,
    model: str = "logistic_regression",
    params: dict[str, Any] | None = None,
    duration_s: float = 2.0,
    dataset_id: str = "dataset",
    **changes: Any,
) -> RunFiles:
    """A finished run that said these things; its scores are worked out as a training works them out."""
    n_classes = 2 if task is LearningTask.CLASSIFICATION else 0
    scores: list[Score] = []
    arrays: dict[str, Any] = {}
    for split, (y_true, y_out) in parts.items():
        predictions = Predictions(task=task, y_true=y_true, y_out=y_out, n_classes=n_classes)
        baseline = baseline_predictions(y_true, y_true, task=task, n_classes=n_classes)
        keys = [spec.key for spec in defined_metrics(predictions, baseline)]
        replicates = bootstrap_replicates(predictions, keys, seed_text=f"{SPLIT}/{split}", n_resamples=300)
        arrays |= {f"{split}/y_true": y_true, f"{split}/y_out": y_out}
        arrays |= {f"{split}/replicates/{key}": values for key, values in replicates.items()}
        for key in keys:
            value = score_keys(predictions, [key])[key]
            low, high = score_interval(METRICS[key], value, replicates[key])
            dummy = score_keys(baseline, [key])[key]
            scores.append(
                Score(metric=key, split=split, value=value, low=low, high=high, baseline=dummy, n_samples=len(y_true))
            )
    folder.mkdir(parents=True, exist_ok=True)
    evaluation = folder / "evaluation.npz"
    np.savez(evaluation, **arrays)
    dataset = make_dataset(id=dataset_id)
    facts: dict[str, Any] = {
        "config": make_config(task=task, model=model, params=params or {}),
        "status": RunStatus.FINISHED,
        "progress": RunProgress(step_name="epochs"),
        "artifacts": RunArtifacts(model="m", split="s", evaluation="e"),
    }
    result_facts: dict[str, Any] = {
        "scores": tuple(scores),
        "primary_metric": primary_metric(task).key,
        "final_step": 100,
        "labels": ("no", "yes")[:n_classes],
        "n_samples": {Split.TRAIN: 1_000, **{split: len(y) for split, (y, _) in parts.items()}},
        "duration_s": duration_s,
    }
    result_facts |= changes.pop("result", {})
    run = make_run(dataset, **{**facts, **changes, "result": RunResult(**result_facts)})
    run = run.model_copy(update={"provenance": run.provenance.model_copy(update={"split_sha256": SPLIT})})
    table = TableFile(dataset=dataset, path=folder / "table.parquet")
    return RunFiles(run=run, table=table, model=folder / "model", split=folder / "split", evaluation=evaluation)


def evidence_of(
    files: RunFiles, folder: Path, *, points: tuple[MetricPoint, ...] = (), others: tuple[Run, ...] = ()
) -> RunEvidence:
    """What finders of one run look at; nothing is trained anew."""
    workspace = LocalWorkspace(folder, runs={files.run.id: files})
    workspace.points[files.run.id] = points
    workspace.known_runs = (files.run, *others)
    return RunEvidence(
        workspace=workspace, files=files, progress=Progress(lambda _fraction, _stage: None), is_deep=False
    )


def comparison_of(all_files: list[RunFiles], folder: Path) -> ComparisonEvidence:
    """What finders of a comparison look at."""
    workspace = LocalWorkspace(folder, runs={files.run.id: files for files in all_files})
    return gather([files.run.id for files in all_files], workspace, Progress(lambda _fraction, _stage: None))


def curve(name: str, split: Split, values: npt.NDArray[np.float64], *, every: int = 1) -> tuple[MetricPoint, ...]:
    """Points of one series."""
    return tuple(
        MetricPoint(step=every * step, name=name, split=split, value=float(value))
        for step, value in enumerate(values, start=1)
    )


def assert_sound(finding: Finding) -> None:
    """What holds of every finding: its numbers are its evidence, and it says what to do."""
    evidence = plain_numbers(finding.numbers, finding.statement)
    plain = finding.statement
    for name in finding.subject:
        plain = plain.replace(name, " ")
    unknown = [said.text for said in numbers_said(plain) if not is_known(said, evidence)]
    assert not unknown, (finding.statement, unknown, finding.numbers)
    assert finding.title
    assert finding.statement.rstrip().endswith((".", "?"))
    assert 0 <= finding.interest <= 1
    assert finding.advice
    assert finding.actions
    lengths = {len(column) for column in finding.table.values()}
    assert len(lengths) <= 1
