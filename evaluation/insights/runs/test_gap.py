"""Validation and test disagree by more than chance."""

import math
from collections.abc import Iterator

from core.insights.spec import Finding, TestEvidence
from core.types import Score, Split
from evaluation.insights import picturing, requests
from evaluation.insights.run_evidence import RunEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder

HALF_WIDTH = 1.959964
"""Standard errors in half of a 95 % interval."""
LEVEL = 0.01


def look(evidence: RunEvidence) -> Iterator[Finding]:
    """A finding when the final scores of the two parts differ clearly; the test rows are not looked at anew."""
    validation, test = evidence.score(), evidence.score(split=Split.TEST)
    if validation is None or test is None:
        return
    difference = evidence.sign * (validation.value - test.value)
    error = math.hypot(_error(validation), _error(test))
    if error == 0:
        return
    z = difference / error
    p_value = math.erfc(abs(z) / math.sqrt(2))
    if p_value >= LEVEL:
        return
    said = Said()
    label = evidence.metric.label
    is_worse = difference > 0
    statement = (
        f"{label} is {said.score('validation', validation.value)} on "
        f"{said.count('validation_rows', validation.n_samples, 'validation row')} and {said.score('test', test.value)} "
        f"on {said.count('test_rows', test.n_samples, 'test row')}."
    )
    half = HALF_WIDTH * error
    advice = (
        "Settings chosen by many looks at the validation rows fit those rows; trust the test score. If the rows have "
        "an order in time or belong to groups, split by it."
        if is_worse
        else "The test rows are easier than the validation rows: split by time or by groups if the rows have them, or "
        "use cross-validation."
    )
    yield Finding(
        kind=SPEC.key,
        family="next_step",
        subject=("test",),
        title="Worse on test than on validation" if is_worse else "Better on test than on validation",
        statement=statement,
        numbers=said.numbers,
        tests=(
            TestEvidence(
                name="Difference of two independent bootstrap estimates",
                statistic=z,
                p_value=p_value,
                effect_name=f"{label}, validation better than test by",
                effect=difference,
                interval=(difference - half, difference + half),
                n=validation.n_samples + test.n_samples,
            ),
        ),
        sureness="strong" if p_value < LEVEL / 10 else "moderate",
        interest=0.65 if is_worse else 0.4,
        picture=picturing.intervals(
            ["Validation", "Test"],
            [validation.value, test.value],
            [validation.low, test.low],
            [validation.high, test.high],
            x_title=label,
        ),
        table={
            "part": ["validation", "test"],
            label: [validation.value, test.value],
            "low": [validation.low, test.low],
            "high": [validation.high, test.high],
        },
        advice=advice,
        actions=(requests.open_run(evidence.run.id, "See both scores"),),
    )


def _error(score: Score) -> float:
    return (score.high - score.low) / (2 * HALF_WIDTH)


SPEC = Finder(
    key="test_gap",
    label="Validation against test",
    look=look,
    meaning="Both parts are random rows of the same kind, so a clear difference says that choosing has fitted one of "
    "them, or that the rows are not exchangeable.",
)
