"""One series in time order: read, put on even steps, divide by time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import EmptyTarget, UnsuitableData
from core.records import Dataset, Run
from core.splits import RowSplit
from core.tables.preview import read_frame
from core.types import LearningTask, Split, SplitParams
from evaluation.registry import primary_metric
from evaluation.scoring import score_outputs
from evaluation.spec import Predictions
from models.forecasting.grid import Grid, build_grid
from models.forecasting.naive import NaiveSeasonalForecaster
from models.forecasting.outputs import forecast_outputs
from models.forecasting.seasons import seasonal_scale
from models.forecasting.steps import DAY_S, YEARLY_FROM_DAYS, TimeSteps
from models.registry import MODELS
from models.training import Outputs, TrainingData
from workers.context import WorkerContext
from workers.preparing.prepared import Prepared, dense, provenance_of, report_preparation, save_split
from workers.preparing.series_rules import check_varies, series_notices, settled_origins, settled_season
from workers.preparing.targets import encode_target
from workers.reporter import RunReporter
from workers.series_script import series_script

FEWEST_STEPS = 30
"""Below it no part has enough steps to show anything."""


@dataclass(frozen=True, kw_only=True)
class SeriesPrepared(Prepared):
    """``Prepared`` for forecasting: the rows are steps, and a sample is an origin with its horizon."""

    steps: npt.NDArray[Any]
    """Number and calendar parts of every step, shape (n_steps, n_features)."""
    at: npt.NDArray[Any]
    """The moment of every step, in seconds since 1970 or numbers."""
    kind: str
    """"datetime" or "number"."""
    origins: dict[Split, npt.NDArray[np.intp]]
    horizon: int
    season: int
    scale: float

    def predict(self, estimator: Any, split: Split) -> npt.NDArray[Any]:
        """Forecasts from every origin of ``split``; at each the values before it are known."""
        return forecast_outputs(estimator, self.origins[split], self.steps, self.targets, self.scale)

    def predictions(self, split: Split, y_out: npt.NDArray[Any]) -> Predictions:
        """See ``Prepared.predictions``."""
        ahead = self.origins[split][:, None] + np.arange(self.horizon)
        return Predictions(
            task=self.task, y_true=self.targets[ahead], y_out=y_out, X=self.at[ahead], columns=(self.kind,)
        )

    def baseline(self, split: Split) -> Predictions:
        """The seasonal naive forecast from the same origins."""
        return self.predictions(split, self.predict(self._naive, split))

    @property
    def score(self) -> Callable[[Outputs], Mapping[str, float]]:
        """See ``Prepared.score``."""
        return lambda outputs: score_outputs(Predictions(task=self.task, y_true=outputs.y_true, y_out=outputs.y_out))

    @cached_property
    def _naive(self) -> NaiveSeasonalForecaster:
        naive = NaiveSeasonalForecaster(horizon=self.horizon, season=self.season)
        return naive.fit(self.data.X_train, self.data.y_train)


def prepare_series(context: WorkerContext, run: Run, reporter: RunReporter) -> Prepared:
    """See ``workers.preparing.prepare``; for forecasting."""
    from sklearn.pipeline import Pipeline

    config = run.config
    params = config.series
    assert params is not None, "a forecast is configured with its series"
    reporter.update(stage="Reading the series")
    with context.storage.read() as unit:
        dataset = unit.datasets.get(run.dataset_id)
    grid = _read(context, dataset, config.target, params.time)

    reporter.update(stage="Splitting")
    split = _divide(len(grid.y), config.split)
    season = settled_season(grid, split, params)
    parts = {Split.TRAIN: split.train, Split.VALIDATION: split.validation, Split.TEST: split.test}
    origins = settled_origins(split, params, season)
    scale = seasonal_scale(grid.y[split.train], season)
    check_varies(grid, split, origins, params, scale, config.target)

    reporter.update(stage="Preprocessing")
    frame = grid.frame(params.time)
    preprocessor = time_steps(grid).fit(frame)
    steps = dense(preprocessor.transform(frame))
    spec = MODELS[config.model]
    data = TrainingData(
        task=config.task,
        X_train=steps[split.train],
        y_train=grid.y[split.train],
        X_validation=steps[split.validation],
        y_validation=grid.y[split.validation],
        feature_names=tuple(map(str, preprocessor.get_feature_names_out())),
    )
    model_params = spec.params.model_validate(config.params)

    def build() -> Any:
        estimator = spec.build(model_params, config.task, config.seed, context.settings.n_jobs)
        return estimator.set_params(horizon=params.horizon, season=season)

    prepared = SeriesPrepared(
        run=run,
        preprocessor=preprocessor,
        data=data,
        frame=frame,
        targets=grid.y,
        new_pipeline=lambda: Pipeline([("preprocessing", time_steps(grid)), ("estimator", build())]),
        new_trainer=lambda: spec.trainer(build(), data),
        split=split,
        split_artifact=save_split(context, split),
        script_artifact=context.storage.artifacts.save_bytes(
            series_script(run, dataset, preprocessor=preprocessor, estimator=build(), season=season).encode()
        ),
        X={part: steps[rows] for part, rows in parts.items()},
        y={part: grid.y[rows] for part, rows in parts.items()},
        labels=(),
        features=data.feature_names,
        notices=series_notices(grid, params, season, config.target),
        primary_metric=primary_metric(config.task).key,
        provenance=provenance_of(dataset, split),
        steps=steps,
        at=grid.at,
        kind="datetime" if grid.is_calendar else "number",
        origins=origins,
        horizon=params.horizon,
        season=season,
        scale=scale,
    )
    report_preparation(prepared, reporter)
    return prepared


def time_steps(grid: Grid) -> TimeSteps:
    """The unfitted transformer from the time column to numbers and calendar parts."""
    span_days = (grid.at[-1] - grid.at[0]) / DAY_S
    return TimeSteps(
        kind=grid.spacing.kind,
        start=grid.spacing.start,
        step=grid.spacing.step,
        is_calendar=grid.is_calendar,
        yearly=bool(grid.is_calendar and span_days >= YEARLY_FROM_DAYS),
    )


def _read(context: WorkerContext, dataset: Dataset, target: str, time: str) -> Grid:
    assert dataset.content_sha256 is not None, "runs start only on ready datasets"
    with context.storage.artifacts.local_file(dataset.content_sha256) as path:
        frame = read_frame(path, columns=[time, target])
    known = frame[target].dropna()
    if known.empty:
        raise EmptyTarget(target)
    # The same checks as for a regression: numbers, finite, not all the same.
    encode_target(known, LearningTask.REGRESSION)
    try:
        grid = build_grid(frame[time], frame[target])
    except ValueError as error:
        raise UnsuitableData(
            f"The time column {time!r} has the same moment in every row, or none.",
            hint="Choose the column that puts the rows in order.",
            field="series.time",
        ) from error
    if len(grid.y) < FEWEST_STEPS:
        raise UnsuitableData(
            f"The series has {len(grid.y)} steps; at least {FEWEST_STEPS} are needed to learn, choose and test.",
            hint="Bring a longer series, or a finer time column.",
            field="series.time",
        )
    return grid


def _divide(n: int, params: SplitParams) -> RowSplit:
    """The first steps train, the next ones choose, the last ones judge."""
    n_validation, n_test = max(1, round(n * params.validation)), max(1, round(n * params.test))
    rows = np.arange(n, dtype=np.int64)
    first, second = n - n_validation - n_test, n - n_test
    return RowSplit(train=rows[:first], validation=rows[first:second], test=rows[second:])
