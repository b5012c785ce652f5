import pytest

from core.errors import UserInputError
from core.split_rules import settled_resampling, settled_split
from core.types import ColumnType, LearningTask, ResamplingParams, SplitParams
from tests.factories import make_column

COLUMNS = (
    make_column("y"),
    make_column("who", ColumnType.STRING),
    make_column("at", ColumnType.DATETIME),
    make_column("same", ColumnType.STRING, is_constant=True),
)


def settled(task: LearningTask = LearningTask.CLASSIFICATION, **params: object) -> SplitParams:
    return settled_split(SplitParams(**params), columns=COLUMNS, target="y", task=task)


def test_what_a_scheme_does_not_use_is_forgotten_so_that_equal_divisions_look_equal() -> None:
    assert settled(group="who", time="at", gap=3, bins=4) == SplitParams()
    assert settled(scheme="grouped", group="who", time="at") == SplitParams(scheme="grouped", group="who")
    assert settled(scheme="time", time="at", group="who", gap=2) == SplitParams(scheme="time", time="at", gap=2)
    assert settled(LearningTask.REGRESSION, bins=4).bins == 4


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"scheme": "grouped"}, "needs a group column, and none was chosen"),
        ({"scheme": "grouped", "group": "whom"}, "'whom' is not one of the dataset's columns"),
        ({"scheme": "grouped", "group": "same"}, "'same' has the same value in every row"),
        ({"scheme": "time", "time": "who"}, "'who' holds string values, which have no order in time"),
        ({"scheme": "time", "time": "y"}, "'y' is what is predicted"),
        ({"validation": 0.5, "test": 0.48}, "leave nothing to train on"),
    ],
)
def test_columns_that_do_not_fit_are_refused_by_name(params: dict[str, object], message: str) -> None:
    with pytest.raises(UserInputError, match=message):
        settled(**params)


def test_resampling_keeps_what_its_kind_uses() -> None:
    asked = ResamplingParams(kind="kfold", folds=7, repeats=9, candidates=40)
    kept = settled_resampling(asked, split=SplitParams(), task=LearningTask.REGRESSION)
    assert kept == ResamplingParams(kind="kfold", folds=7)
    off = settled_resampling(ResamplingParams(folds=7), split=SplitParams(), task=LearningTask.CLUSTERING)
    assert off == ResamplingParams()


def test_what_cannot_be_repeated_or_judged_is_refused() -> None:
    by_time = SplitParams(scheme="time", time="at")
    with pytest.raises(UserInputError, match="no chance in it"):
        settled_resampling(ResamplingParams(kind="repeated"), split=by_time, task=LearningTask.REGRESSION)
    with pytest.raises(UserInputError, match="needs a target to judge by"):
        settled_resampling(ResamplingParams(kind="kfold"), split=SplitParams(), task=LearningTask.CLUSTERING)


def test_a_forecast_is_not_cross_validated() -> None:
    with pytest.raises(UserInputError, match="folds would learn from what comes later"):
        settled_resampling(ResamplingParams(kind="kfold"), split=SplitParams(), task=LearningTask.FORECASTING)
