"""A training that was cut off while it still got better: where its curve is heading."""

from collections.abc import Iterator

import numpy as np

from core.insights.spec import Finding, TestEvidence
from core.wording import steps
from evaluation.insights import picturing, requests
from evaluation.insights.extrapolating import outlook
from evaluation.insights.run_evidence import RunEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder
from evaluation.remarks.history import Curve
from evaluation.remarks.levers import longer

LEAST_POINTS = 12
MATTERS = 0.02
"""Fall of the loss that is worth twice the time, as a share of the dummy's loss."""


def look(evidence: RunEvidence) -> Iterator[Finding]:
    """A finding when validation loss fell to the end and would surely go on falling."""
    run, curve = evidence.run, evidence.curves.get("loss")
    scale = run.progress.baseline.get("loss", 0.0)
    change = longer(evidence.model)
    if curve is None or evidence.is_learning_curve or change is None or len(curve) < LEAST_POINTS or scale <= 0:
        return
    if evidence.result.stop_reason or not _falls_to_the_end(curve):
        return
    half = len(curve) // 2
    x, y = curve.steps[half:].astype(float), curve.validation[half:]
    noise = float(np.std(np.diff(y))) / np.sqrt(2)
    ahead = outlook(x, y, np.full(len(y), noise), to=2 * x[-1], sign=-1.0)
    if ahead.low <= 0 or ahead.gain < MATTERS * scale:
        return
    said = Said()
    last = int(curve.steps[-1])
    said.numbers |= {"steps": float(last), "level": 0.95, "times": 2.0}
    statement = (
        f"After {steps(last, run.progress.step_name)} validation loss was {said.score('loss', float(y[-1]))} and still "
        f"falling. Twice as many would take about {said.score('gain', ahead.gain)} off it (95 % interval "
        f"{said.score('low', ahead.low)} to {said.score('high', ahead.high)})."
    )
    actions = [requests.open_run(run.id, "See the curve")]
    if evidence.is_new(change):
        actions.insert(0, requests.start(change.label, requests.changed_request(run, change)))
    yield Finding(
        kind=SPEC.key,
        family="next_step",
        subject=("longer",),
        title="It was not done learning",
        statement=statement,
        numbers=said.numbers,
        tests=(
            TestEvidence(
                name="Power law through the second half of the curve",
                effect_name="fall of the loss with twice the steps",
                effect=ahead.gain,
                interval=(ahead.low, ahead.high),
                n=len(y),
            ),
        ),
        sureness="moderate",
        interest=0.7,
        picture=picturing.lines(
            [
                ("validation", curve.steps.tolist(), curve.validation.tolist(), picturing.VALIDATION),
                ("outlook", ahead.x.tolist(), ahead.y.tolist(), picturing.REST),
            ],
            x_title=run.progress.step_name.capitalize() or "Step",
            y_title="Loss",
            band=(ahead.x.tolist(), ahead.y_low.tolist(), ahead.y_high.tolist()),
            dashed=("outlook",),
        ),
        table={"step": curve.steps.tolist()[-200:], "validation loss": curve.validation.tolist()[-200:]},
        advice="Give it more of them. Early stopping ends it where it no longer pays.",
        actions=tuple(actions),
    )


def _falls_to_the_end(curve: Curve) -> bool:
    window = max(2, len(curve) // 10)
    return int(np.argmin(curve.validation)) >= len(curve) - window


SPEC = Finder(
    key="longer",
    label="Still learning at the end",
    look=look,
    meaning="A power law through the second half of the validation loss says what twice as many steps would bring.",
)
