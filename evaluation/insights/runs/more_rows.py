"""Whether more rows would help: where the learning curve is heading."""

from collections.abc import Iterator

import numpy as np

from core.insights.spec import Finding, TestEvidence
from evaluation.explaining.refitting import RefittedCurve
from evaluation.insights import picturing, requests
from evaluation.insights.extrapolating import Outlook, outlook
from evaluation.insights.run_evidence import RunEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder

FEWEST_POINTS = 4
HALF_WIDTH = 1.959964
MATTERS = 0.05
"""Gain that is worth collecting rows for, as a share of what the model gained over the baseline so far."""


def look(evidence: RunEvidence) -> Iterator[Finding]:
    """One finding: more rows help, or more rows alone do not; nothing while the curve cannot tell."""
    curve, score = evidence.learning_curve, evidence.score()
    if curve is None or score is None or len(curve.x) < FEWEST_POINTS:
        return
    rows = np.array([float(value) for value in curve.x if isinstance(value, int | float)])
    values = np.array(curve.validation)
    errors = (np.array(curve.high) - np.array(curve.low)) / (2 * HALF_WIDTH)
    ahead = outlook(rows, values, errors, to=2 * rows[-1], sign=evidence.sign)
    gained = evidence.sign * (values[-1] - score.baseline)
    matters = MATTERS * max(gained, 0.0)
    if gained <= 0:
        return
    if ahead.low > 0 and ahead.gain > matters:
        yield _finding(evidence, curve, ahead, n_rows=int(rows[-1]), helps=True)
    elif ahead.high < matters:
        yield _finding(evidence, curve, ahead, n_rows=int(rows[-1]), helps=False)


def _finding(evidence: RunEvidence, curve: RefittedCurve, ahead: Outlook, *, n_rows: int, helps: bool) -> Finding:
    said = Said()
    label = evidence.metric.label
    now = said.score("now", curve.validation[-1])
    statement = (
        f"With all {said.count('rows', n_rows, 'training row')} {label} is {now} on validation rows. Twice as many "
        f"rows of the same kind would bring about {said.score('gain', ahead.gain)} more (95 % interval "
        f"{said.score('low', ahead.low)} to {said.score('high', ahead.high)})."
        if evidence.sign > 0
        else f"With all {said.count('rows', n_rows, 'training row')} {label} is {now} on validation rows. Twice as "
        f"many rows of the same kind would take about {said.score('gain', ahead.gain)} off it (95 % interval "
        f"{said.score('low', ahead.low)} to {said.score('high', ahead.high)})."
    )
    said.numbers |= {"level": 0.95, "times": 2.0}
    return Finding(
        kind=SPEC.key,
        family="next_step",
        subject=("more rows",),
        title="More rows would help" if helps else "More rows alone would hardly help",
        statement=statement,
        numbers=said.numbers,
        tests=(
            TestEvidence(
                name="Power law through the learning curve",
                effect_name=f"{label}, better with twice the rows by",
                effect=ahead.gain,
                interval=(ahead.low, ahead.high),
                n=len(curve.x),
            ),
        ),
        sureness="moderate",
        interest=0.66 if helps else 0.3,
        picture=picturing.lines(
            [
                ("validation", [float(str(x)) for x in curve.x], curve.validation, picturing.VALIDATION),
                ("training", [float(str(x)) for x in curve.x], curve.train, picturing.TRAIN),
                ("outlook", ahead.x.tolist(), ahead.y.tolist(), picturing.REST),
            ],
            x_title="Training rows",
            y_title=label,
            is_log=True,
            band=(ahead.x.tolist(), ahead.y_low.tolist(), ahead.y_high.tolist()),
            dashed=("outlook",),
        ),
        table={"rows": list(curve.x), "training": curve.train, "validation": curve.validation},
        advice="Collect more rows of the same kind: they are the surest way to a better model."
        if helps
        else "Better columns or another model will bring more than more rows.",
        actions=(requests.open_run(evidence.run.id, "See the learning curve", "explanations"),),
    )


SPEC = Finder(
    key="more_rows",
    label="Where the learning curve is heading",
    look=look,
    meaning="The model learns anew from parts of its training rows; a power law through the scores says what twice as "
    "many rows would bring. Left out where that would take longer than a minute.",
    is_costly=True,
)
