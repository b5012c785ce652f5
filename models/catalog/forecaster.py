"""Forecaster: any regressor on the values before."""

from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live.history import HistoryTrainer
from models.spec import Cost, Estimator, ModelSpec


class ForecasterParams(Params):
    """Hyper-parameters of the forecaster."""

    regressor: Annotated[
        Literal["ridge", "random_forest", "hist_gradient_boosting", "k_neighbors"],
        Field(
            title="Learns by",
            description="The model that predicts the next value, with its usual settings.",
            json_schema_extra={"front": True},
        ),
    ] = "ridge"
    lags: Annotated[
        int,
        Field(
            ge=1,
            le=200,
            title="Past values",
            description="How many of the last values it is shown; those one and two seasons before come on top.",
            json_schema_extra={"front": True},
        ),
    ] = 14
    rolling: Annotated[
        bool,
        Field(
            title="Rolling means", description="Also shows the mean of the last three values and of the last seasons."
        ),
    ] = True
    calendar: Annotated[
        bool,
        Field(
            title="Calendar",
            description="Also shows the hour, weekday, month or place in the year, as suits the spacing.",
        ),
    ] = True
    level: Annotated[
        float,
        Field(
            ge=0.5,
            le=0.99,
            title="Interval",
            description="The share of truths that the interval around the forecast should hold.",
        ),
    ] = 0.9


def build(params: ForecasterParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted forecaster around the chosen model of the registry."""
    del task
    from models.forecasting.lags import LagForecaster
    from models.registry import MODELS

    inner = MODELS[params.regressor]
    return LagForecaster(
        regressor=inner.build(inner.params(), LearningTask.REGRESSION, random_state, n_jobs),
        level=params.level,
        lags=params.lags,
        rolling=params.rolling,
        calendar=params.calendar,
    )


SPEC = ModelSpec(
    key="forecaster",
    label="Forecaster",
    family="Forecasts",
    tasks=frozenset({LearningTask.FORECASTING}),
    params=ForecasterParams,
    build=build,
    trainer=HistoryTrainer,
    live="Each point has learned from a longer stretch of the past; all are judged from the same moments.",
    cost=Cost.MEDIUM,
    needs_scaling=False,
    summary="Forecasts one series with any regression model that is shown the last values, the season and the "
    "calendar.",
    technical="Each step of the past becomes a row: the last values, those one and two seasons before, rolling "
    "means, and calendar parts; the target is the value itself. All values are taken as distances from the mean of "
    "the last season, so that a trend can be followed. Longer forecasts feed on their own values, step by step. A "
    "first fit without the last quarter of the training part gives errors for each step ahead, and their quantiles "
    "make the interval.",
    kitchen="The cook looks at the last two weeks of the order book, at the same days a season ago, and at the "
    "calendar: a Friday in December. From many such pages she has learned what usually came next. For the day after "
    "tomorrow she pencils in tomorrow's guess first and goes on from there, less sure with each page.",
    strengths=(
        "Any regression model can be put to work",
        "Sees season, trend and calendar",
        "Intervals from errors it really made",
    ),
    weaknesses=(
        "Errors add up over a long horizon",
        "Needs several seasons of past",
        "Knows nothing of events the past does not show",
    ),
    source="Hyndman and Athanasopoulos 2021, Forecasting: principles and practice, chapters 7 and 12, "
    "otexts.com/fpp3; stepping on own forecasts: Ben Taieb et al. 2012, doi:10.1016/j.eswa.2012.01.039",
)
