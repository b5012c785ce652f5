"""Probabilities that cannot be taken at their word."""

from collections.abc import Iterator

import numpy as np

from core.insights.spec import Finding, TestEvidence
from core.types import LearningTask
from evaluation.confidence import N_BINS, bin_numbers, confidence
from evaluation.insights import picturing, requests
from evaluation.insights.run_evidence import RunEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder

LEAST = 0.05
"""Calibration error whose lower end is worth a card: five percentage points off."""


def look(evidence: RunEvidence) -> Iterator[Finding]:
    """A finding when the calibration error is surely large."""
    score = evidence.score("calibration_error")
    if score is None or score.low < LEAST:
        return
    claims = confidence(evidence.predictions)
    bins = bin_numbers(claims.claimed)
    counts = np.bincount(bins, minlength=N_BINS)
    used = np.flatnonzero(counts)
    claimed = np.bincount(bins, claims.claimed, N_BINS)[used] / counts[used]
    came = np.bincount(bins, claims.came_true, N_BINS)[used] / counts[used]
    # Further from one half than what happens: too sure; nearer: too careful.
    lean = float(np.average(np.abs(claimed - 0.5) - np.abs(came - 0.5), weights=counts[used]))
    said = Said()
    worst = int(np.argmax(counts[used] * np.abs(claimed - came)))
    way = "too sure of itself" if lean > 0 else "too careful"
    statement = (
        f"Its probabilities are off by {said.share('error', score.value)} on average (95 % interval "
        f"{said.share('low', score.low)} to {said.share('high', score.high)}): where it says "
        f"{said.share('claimed', float(claimed[worst]))}, {said.share('came', float(came[worst]))} of "
        f"{said.count('rows', int(counts[used][worst]), 'validation row')} come true."
    )
    said.numbers["level"] = 0.95
    yield Finding(
        kind=SPEC.key,
        family="next_step",
        subject=("probabilities",),
        title=f"It is {way}",
        statement=statement,
        numbers=said.numbers,
        tests=(
            TestEvidence(
                name="Expected calibration error, bootstrap interval",
                effect_name="error",
                effect=score.value,
                interval=(score.low, score.high),
                n=score.n_samples,
            ),
        ),
        sureness="strong",
        interest=min(0.75, 0.4 + 2 * score.value),
        picture=picturing.lines(
            [
                ("perfect", [0.0, 1.0], [0.0, 1.0], picturing.REST),
                ("this model", claimed.tolist(), came.tolist(), picturing.VALIDATION),
            ],
            x_title="Probability that it claims",
            y_title="Share that came true",
            dashed=("perfect",),
        ),
        table={
            "claimed": claimed.tolist(),
            "came true": came.tolist(),
            "rows": [int(n) for n in counts[used]],
        },
        advice="The order of the rows can be right all the same. Where probabilities are read as such, use a model "
        "whose probabilities hold (logistic regression, boosting with few rounds), or choose a threshold by what "
        "errors cost.",
        actions=(requests.open_run(evidence.run.id, "See the calibration", "figures"),),
    )


SPEC = Finder(
    key="calibration",
    label="Calibration",
    look=look,
    meaning="Of the rows with a probability of 70 % seven in ten should be cases. Only what is surely off is told.",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
)
