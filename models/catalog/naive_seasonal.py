"""Seasonal naive forecast."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live.history import HistoryTrainer
from models.spec import Cost, Estimator, ModelSpec


class NaiveSeasonalParams(Params):
    """Parameters of the seasonal naive forecast."""

    drift: Annotated[
        bool,
        Field(
            title="Go on changing",
            description="Adds the mean change over a season in the training part.",
            json_schema_extra={"front": True},
        ),
    ] = False
    level: Annotated[
        float,
        Field(
            ge=0.5,
            le=0.99,
            title="Interval",
            description="The share of truths that the interval around the forecast should hold.",
            json_schema_extra={"front": True},
        ),
    ] = 0.9


def build(params: NaiveSeasonalParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted naive forecaster; nothing in it is random."""
    del task, random_state, n_jobs
    from models.forecasting.naive import NaiveSeasonalForecaster

    return NaiveSeasonalForecaster(level=params.level, drift=params.drift)


SPEC = ModelSpec(
    key="naive_seasonal",
    label="Seasonal naive",
    family="Forecasts",
    tasks=frozenset({LearningTask.FORECASTING}),
    params=NaiveSeasonalParams,
    build=build,
    trainer=HistoryTrainer,
    live="Each point knows a longer stretch of the past; all are judged from the same moments.",
    cost=Cost.LIGHT,
    needs_scaling=False,
    summary="As it was a season ago: the forecast that any other one has to beat, and often a hard one.",
    technical="The forecast for a step is the last known value at the same place in the season: last Monday for a "
    "Monday, last March for a March. Without a season it is the last value. Nothing is learned but, on request, the "
    "mean change over a season. The interval comes from the errors that the same rule made in the last quarter of "
    "the training part.",
    kitchen="How many rolls for Saturday? As many as last Saturday. The baker needs no pencil for that, and a "
    "clever cousin with a machine has to show first that he throws away fewer.",
    strengths=("Needs no training", "Hard to beat on steady series", "Anybody can check it"),
    weaknesses=("Repeats every accident of the last season", "Follows no trend by itself", "Knows no other column"),
    source="Hyndman and Athanasopoulos 2021, Forecasting: principles and practice, section 5.2, otexts.com/fpp3; "
    "its error as a unit: Hyndman and Koehler 2006, doi:10.1016/j.ijforecast.2006.03.001",
)
