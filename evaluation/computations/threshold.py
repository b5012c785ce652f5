"""What thresholds are worth when outcomes cost or bring something, on validation rows."""

from typing import Annotated

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from core.params import Params
from core.types import Split, Value

MOST_VALUE = 1e12

OutcomeValue = Annotated[float, Field(ge=-MOST_VALUE, le=MOST_VALUE, allow_inf_nan=False)]


class OutcomeParams(Params):
    """What one row of each outcome brings, in a unit of one's own; negative where it costs."""

    true_positive: Annotated[OutcomeValue, Field(title="A case is found")] = 0.0
    false_positive: Annotated[OutcomeValue, Field(title="A false alarm")] = -1.0
    false_negative: Annotated[OutcomeValue, Field(title="A case is missed")] = -1.0
    true_negative: Annotated[OutcomeValue, Field(title="Others are left in peace")] = 0.0


class ThresholdParams(Params):
    """Which run, and what outcomes bring."""

    run_id: Annotated[str, Field(min_length=1, max_length=64, title="Run")]
    values: Annotated[OutcomeParams, Field(title="What outcomes bring")] = OutcomeParams()


class ThresholdPoint(Value):
    """Rows of each outcome at one threshold, and what they are worth."""

    threshold: float
    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int
    value: float
    """Mean of a row."""
    low: float | None = None
    high: float | None = None


class ThresholdCurve(Value):
    """The value of every threshold, and the best one."""

    positive: str
    """The class that is called."""
    points: tuple[ThresholdPoint, ...]
    """By threshold from 0 to 1 in hundredths, with 95 % intervals of the value."""
    usual: ThresholdPoint
    best: ThresholdPoint
    best_low: float
    """95 % interval of the best threshold."""
    best_high: float
    gain: float
    """What a row is worth more at the best threshold than at 0.5."""
    gain_low: float
    gain_high: float
    n_rows: int


def run(params: ThresholdParams, workspace: Workspace) -> ThresholdCurve:
    """The value of thresholds for the given costs, and the best one with its interval.

    Raises:
        UserInputError: The run is no classification of two classes.
    """
    from evaluation.costs import OutcomeValues, cost_curve
    from evaluation.run_rows import read_predictions, require_two_classes

    files = workspace.run(params.run_id)
    positive = require_two_classes(files, "A threshold")[1]
    workspace.report(0.2, "Weighing thresholds")
    predictions = read_predictions(files, Split.VALIDATION)
    digest = files.run.provenance.split_sha256
    curve = cost_curve(predictions, OutcomeValues(**params.values.model_dump()), seed_text=f"{digest}/thresholds")
    points = tuple(
        ThresholdPoint(**vars(outcomes), low=float(low), high=float(high))
        for outcomes, low, high in zip(curve.grid, curve.low, curve.high, strict=True)
    )
    return ThresholdCurve(
        positive=positive,
        points=points,
        usual=ThresholdPoint(**vars(curve.usual)),
        best=ThresholdPoint(**vars(curve.best)),
        best_low=curve.best_low,
        best_high=curve.best_high,
        gain=curve.gain,
        gain_low=curve.gain_low,
        gain_high=curve.gain_high,
        n_rows=predictions.n_samples,
    )


SPEC = ComputationSpec(
    key="threshold",
    label="Threshold",
    params=ThresholdParams,
    result=ThresholdCurve,
    run=run,
    datasets=lambda _: (),
    runs=lambda params: (params.run_id,),
    timeout_s=120,
)
