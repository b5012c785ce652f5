"""A threshold other than one half that finds more, judged on rows that did not choose it."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from core.insights.spec import Finding, TestEvidence
from core.types import LearningTask
from core.wording import short
from evaluation.insights import picturing, requests
from evaluation.insights.run_evidence import RunEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder
from evaluation.spec import FloatArray
from evaluation.thresholds import USUAL, threshold_counts

N_RESAMPLES = 300
LEAST_GAIN = 0.02
FEWEST_CASES = 20
GRID = np.round(np.linspace(0.02, 0.98, 49), 2)


def look(evidence: RunEvidence) -> Iterator[Finding]:
    """A finding for two classes when F1 surely gains by another threshold."""
    if not evidence.is_binary or evidence.result.threshold is not None:
        return
    probabilities, is_case = evidence.predictions.y_out[:, 1], evidence.predictions.y_true == 1
    if min(int(is_case.sum()), int((~is_case).sum())) < FEWEST_CASES:
        return
    curve = f1_by_threshold(probabilities, is_case, GRID)
    best = float(GRID[int(np.argmax(curve))])
    gains = _honest_gains(probabilities, is_case)
    low, high = (float(end) for end in np.quantile(gains, [0.025, 0.975]))
    mean = float(gains.mean())
    usual = float(f1_by_threshold(probabilities, is_case, np.array([USUAL]))[0])
    if low <= 0 or mean < LEAST_GAIN:
        return
    said = Said()
    positive = short(evidence.result.labels[1])
    statement = (
        f"Calling '{positive}' from a probability of {said.value('threshold', best)} instead of "
        f"{said.value('usual', USUAL)} raises F1 on validation rows from {said.score('f1_usual', usual)} to "
        f"{said.score('f1_best', float(curve.max()))}. On rows that did not choose the threshold the gain is "
        f"{said.score('gain', mean)} (95 % interval {said.score('low', low)} to {said.score('high', high)})."
    )
    said.numbers["level"] = 0.95
    yield Finding(
        kind=SPEC.key,
        family="next_step",
        subject=("threshold",),
        title="Another threshold finds more",
        statement=statement,
        numbers=said.numbers,
        tests=(
            TestEvidence(
                name="Threshold chosen in bootstrap samples, judged on the rows left out",
                effect_name="gain in F1",
                effect=mean,
                interval=(low, high),
                n=len(is_case),
            ),
        ),
        sureness="strong",
        interest=min(0.8, 0.5 + 3 * mean),
        picture=picturing.lines(
            [("F1", GRID.tolist(), curve.tolist(), picturing.VALIDATION)],
            x_title="Threshold (dotted: proposed)",
            y_title="F1 on validation rows",
            line_at=best,
        ),
        table={"threshold": GRID.tolist(), "F1": curve.tolist()},
        advice="Choose it by what a miss and a false alarm cost, on the run's threshold view; it is kept with the run.",
        actions=(requests.open_run(evidence.run.id, "Choose a threshold", "threshold"),),
    )


def f1_by_threshold(
    probabilities: npt.NDArray[np.floating], is_case: npt.NDArray[np.bool_], thresholds: FloatArray
) -> FloatArray:
    """F1 of calling rows above each threshold."""
    counts = threshold_counts(probabilities, is_case)
    at = counts.positions(thresholds)
    called = counts.found[at] + counts.alarms[at]
    f1: FloatArray = 2 * counts.found[at] / np.maximum(called + counts.n_positive, 1)
    return f1


def _honest_gains(probabilities: npt.NDArray[np.floating], is_case: npt.NDArray[np.bool_]) -> FloatArray:
    """Gains over the usual threshold on rows left out of the samples that chose the threshold."""
    generator = np.random.default_rng(len(is_case))
    gains = []
    for _ in range(N_RESAMPLES):
        drawn = generator.integers(len(is_case), size=len(is_case))
        left_out = np.ones(len(is_case), dtype=bool)
        left_out[drawn] = False
        if not is_case[drawn].any() or not is_case[left_out].any():
            continue
        chosen = GRID[int(np.argmax(f1_by_threshold(probabilities[drawn], is_case[drawn], GRID)))]
        both = f1_by_threshold(probabilities[left_out], is_case[left_out], np.array([chosen, USUAL]))
        gains.append(both[0] - both[1])
    return np.array(gains) if gains else np.zeros(1)


SPEC = Finder(
    key="threshold",
    label="A better threshold",
    look=look,
    meaning="One half is rarely the best place to say yes. The gain is measured on rows that did not choose the "
    "threshold, so that choosing does not flatter it.",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
)
