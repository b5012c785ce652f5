"""Cross-validation inside a run: the whole pipeline fitted anew in each fold, on train and validation rows only.

It stands between the training and the look at the test rows. Folds that are done travel in the run's checkpoint, so
that a new worker goes on with the next one; where a training cannot be checkpointed they are computed again, with the
same result, since nothing in them depends on anything but configuration, seed and data.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import UserInputError
from core.folds import Fold, folds_digest, make_folds
from core.param_draws import draw_params
from core.records import RunArtifacts, RunResult
from core.resampling import FoldScores, Resampling, ResamplingSummary
from core.types import Direction, Severity
from evaluation.baseline import baseline_predictions
from evaluation.cross_validation import summarise
from evaluation.registry import METRICS
from evaluation.scoring import score_all
from evaluation.spec import Predictions
from models.live._estimators import spread_classes
from models.registry import MODELS
from workers.context import WorkerContext
from workers.preparing.featuring import tell_categories
from workers.preparing.prepared import Prepared
from workers.reporter import RunReporter

STAGE = "Cross-validating"
INNER_SEED = 1_000_003
"""Sets the inner divisions of nested cross-validation apart from the outer ones of the same seed."""
Rows = npt.NDArray[np.int64]
Cells = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The folds of a run and, for nested cross-validation, the settings to choose among in each."""

    folds: tuple[Fold, ...]
    inner: tuple[tuple[Fold, ...], ...] = ()
    """Nested only: the inner folds of each fold."""
    candidates: tuple[Cells, ...] = ()
    """Nested only: complete parameters of the model, the run's own first."""

    @property
    def n_fits(self) -> int:
        """Trainings in all."""
        return len(self.folds) + len(self.candidates) * sum(len(inner) for inner in self.inner)


def plan_folds(prepared: Prepared) -> Plan | None:
    """The folds that the run's configuration asks for; None when it asks for none.

    Raises:
        UserInputError: The data has too few rows, groups or moments for them.
    """
    config = prepared.run.config
    asked = config.resampling
    if asked.kind == "none":
        return None
    rows = np.union1d(prepared.split.train, prepared.split.validation)
    folds = _folds(
        prepared, rows, asked.folds, seed=config.seed, n_repeats=asked.repeats if asked.kind == "repeated" else 1
    )
    if asked.kind != "nested":
        return Plan(folds=folds)
    spec = MODELS[config.model]
    return Plan(
        folds=folds,
        inner=tuple(
            _folds(prepared, fold.train, asked.inner_folds, seed=config.seed + INNER_SEED + fold.number)
            for fold in folds
        ),
        candidates=draw_params(spec.params, config.params, asked.candidates, np.random.default_rng(config.seed)),
    )


def _folds(prepared: Prepared, rows: Rows, n_folds: int, *, seed: int, n_repeats: int = 1) -> tuple[Fold, ...]:
    return make_folds(
        prepared.targets,
        rows,
        params=prepared.run.config.split,
        n_folds=n_folds,
        n_repeats=n_repeats,
        seed=seed,
        task=prepared.task,
        labels=prepared.labels,
        groups=prepared.groups,
        times=prepared.times,
    )


class CrossValidator:
    """Works through a plan, fold by fold."""

    def __init__(
        self,
        prepared: Prepared,
        plan: Plan,
        reporter: RunReporter,
        *,
        n_jobs: int,
        done: Sequence[FoldScores] = (),
        interruption: Callable[[], str] = lambda: "",
        on_fold: Callable[[tuple[FoldScores, ...]], None] = lambda _: None,
    ) -> None:
        """Get ready.

        Args:
            prepared: The run's data.
            plan: What ``plan_folds`` made of it.
            reporter: Told how far it is.
            n_jobs: Cores for one fit.
            done: The first folds, from a checkpoint.
            interruption: Why to end now; empty to go on. Asked before every fit.
            on_fold: Told of all folds so far after each one.
        """
        self._prepared = prepared
        self._plan = plan
        self._reporter = reporter
        self._n_jobs = n_jobs
        self._interruption = interruption
        self._on_fold = on_fold
        self._metric = METRICS[prepared.primary_metric]
        self._started = time.monotonic()
        self._n_fits = 0
        self.done: list[FoldScores] = list(done)

    def run(self) -> str:
        """Do the folds that are left. Returns why it ended early; empty when all are done."""
        self._started, self._n_fits = time.monotonic(), 0
        for number in range(len(self.done), len(self._plan.folds)):
            started = time.monotonic()
            scores = self._fold(number)
            if scores is None:
                return self._interruption()
            self.done.append(scores.model_copy(update={"duration_s": round(time.monotonic() - started, 3)}))
            self._on_fold(tuple(self.done))
        return ""

    def result(self, *, is_stopped: bool) -> Resampling:
        """All folds that are done, and their summary."""
        config, done = self._prepared.run.config, tuple(self.done)
        inner = [fold.inner_score for fold in done if fold.inner_score is not None]
        assert config.resampling.kind != "none", "a plan was made"
        summary = ResamplingSummary(
            kind=config.resampling.kind,
            folds=config.resampling.folds,
            repeats=max(fold.repeat for fold in self._plan.folds) + 1,
            n_planned=len(self._plan.folds),
            n_done=sum(bool(fold.scores) for fold in done),
            n_failed=sum(not fold.scores for fold in done),
            is_stopped=is_stopped,
            metrics=summarise(done),
            inner_mean=float(np.mean(inner)) if inner else None,
        )
        return Resampling(
            summary=summary,
            primary_metric=self._metric.key,
            scheme=config.split.scheme,
            seed=config.seed,
            folds_sha256=folds_digest(self._plan.folds),
            n_rows=len(self._prepared.split.train) + len(self._prepared.split.validation),
            candidates=self._plan.candidates,
            folds=done,
        )

    def _fold(self, number: int) -> FoldScores | None:
        """One fold; None when it was interrupted."""
        fold = self._plan.folds[number]
        facts: Cells = {
            "repeat": fold.repeat,
            "fold": fold.number,
            "n_train": len(fold.train),
            "n_validation": len(fold.validation),
        }
        try:
            if self._plan.candidates:
                best = self._best_candidate(number)
                if best is None:
                    return None
                facts |= {"params": best[0], "inner_score": best[1]}
            if not self._may_go_on(number):
                return None
            scores, baseline = self._score(fold, facts.get("params"))
        except (UserInputError, ValueError, np.linalg.LinAlgError) as error:
            reason = error.message if isinstance(error, UserInputError) else f"The model refused: {error}"
            self._reporter.log(f"Fold {number + 1} of {len(self._plan.folds)} failed: {reason}", Severity.WARNING)
            return FoldScores(**facts, error=reason[:500])
        return FoldScores(**facts, scores=scores, baseline=baseline)

    def _best_candidate(self, number: int) -> tuple[Cells, float] | None:
        """The settings that do best on the inner folds, and how well they do; None when it was interrupted."""
        sign = 1.0 if self._metric.direction is Direction.HIGHER else -1.0
        best: tuple[Cells, float] | None = None
        for place, candidate in enumerate(self._plan.candidates):
            values = []
            for inner in self._plan.inner[number]:
                if not self._may_go_on(number, f", setting {place + 1} of {len(self._plan.candidates)}"):
                    return None
                with suppress(UserInputError, ValueError, np.linalg.LinAlgError):  # it is not the best one then
                    values.append(self._score(inner, candidate)[0].get(self._metric.key, float("nan")))
            mean = float(np.mean(values)) if len(values) == len(self._plan.inner[number]) else float("nan")
            if np.isfinite(mean) and (best is None or sign * mean > sign * best[1]):
                best = candidate, mean
        if best is None:
            raise UserInputError("No setting could be scored on the inner folds.")
        return best

    def _may_go_on(self, number: int, detail: str = "") -> bool:
        """Say how far it is, and ask whether to do the next fit."""
        n_before = number * self._plan.n_fits // len(self._plan.folds)
        fraction = max(n_before, self._n_fits) / self._plan.n_fits
        spent_s = time.monotonic() - self._started
        n_left = self._plan.n_fits - max(n_before, self._n_fits)
        self._reporter.update(
            stage=f"{STAGE}: fold {number + 1} of {len(self._plan.folds)}{detail}",
            fraction=fraction,
            eta_s=round(spent_s / self._n_fits * n_left, 1) if self._n_fits else None,
        )
        return not self._interruption()

    def _score(self, fold: Fold, params: Cells | None) -> tuple[dict[str, float], dict[str, float]]:
        """Scores of one fit and of a dummy, of all metrics that both have."""
        prepared = self._prepared
        pipeline = prepared.new_pipeline()
        if params is not None:
            config, spec = prepared.run.config, MODELS[prepared.run.config.model]
            estimator = spec.build(spec.params.model_validate(params), config.task, config.seed, self._n_jobs)
            pipeline.set_params(estimator=estimator)
        y_train, y_true = prepared.targets[fold.train], prepared.targets[fold.validation]
        if len(prepared.labels) and (y_train == y_train[0]).all():
            raise UserInputError("All rows to learn from belong to one class.")
        if prepared.data.categorical:
            tell_categories(pipeline, prepared.frame.iloc[fold.train], y_train)
        pipeline.fit(prepared.frame.iloc[fold.train], y_train)
        y_out = _outputs(pipeline, prepared.frame.iloc[fold.validation], len(prepared.labels))
        self._n_fits += 1
        facts: Cells = {"task": prepared.task, "n_classes": len(prepared.labels)}
        scores = score_all(Predictions(y_true=y_true, y_out=y_out, **facts))
        baseline = score_all(baseline_predictions(y_train, y_true, **facts))
        keys = [key for key in scores if np.isfinite(scores[key]) and np.isfinite(baseline.get(key, float("nan")))]
        return {key: scores[key] for key in keys}, {key: baseline[key] for key in keys}


def with_resampling(
    context: WorkerContext, resampling: Resampling, result: RunResult, artifacts: RunArtifacts
) -> tuple[RunResult, RunArtifacts]:
    """What a run has left, with its cross-validation: the summary in the result, all of it in a file."""
    sha256 = context.storage.artifacts.save_bytes(resampling.model_dump_json().encode())
    return (
        result.model_copy(update={"resampling": resampling.summary}),
        artifacts.model_copy(update={"resampling": sha256}),
    )


def _outputs(pipeline: Any, rows: Any, n_classes: int) -> npt.NDArray[np.float64]:
    """Probabilities with a column for each class of the dataset, or values."""
    if not n_classes:
        return np.asarray(pipeline.predict(rows), dtype=np.float64)
    known = np.asarray(pipeline.predict_proba(rows), dtype=np.float64)
    return np.asarray(spread_classes(known, pipeline.classes_, n_classes), dtype=np.float64)
