"""The last step of every test: remarks, pictures and counts around what was found."""

from typing import Any

from core.statistics.frame import SEED, Frame
from core.statistics.pictures import effect_interval
from core.statistics.result import AssumptionState, Effect, Hypothesis, Picture, TestResult
from core.statistics.spec import StatisticalTestSpec
from core.types import Notice, Severity

SMALL = 10
"""Below so many rows in all, a test finds huge effects only."""


def conclude(
    spec: StatisticalTestSpec,
    frame: Frame,
    *,
    sentence: str,
    p_value: float,
    effect: Effect,
    pictures: tuple[Picture, ...],
    n_used: int,
    notices: tuple[Notice, ...] = (),
    hypotheses: tuple[Hypothesis, ...] = (),
    **facts: Any,
) -> TestResult:
    """The result of ``spec`` on ``frame``; ``facts`` are the other fields of ``TestResult``."""
    p_value = min(1.0, max(0.0, float(p_value)))
    drawn = effect_interval(effect)
    return TestResult(
        test=spec.key,
        label=spec.label,
        null_hypothesis=spec.null_hypothesis,
        sentence=sentence,
        p_value=p_value,
        hypotheses=hypotheses or (Hypothesis(name=spec.label, p_value=p_value, sentence=sentence),),
        effect=effect,
        pictures=pictures + ((drawn,) if drawn else ()),
        n_rows=frame.n_rows,
        n_read=len(frame.data),
        n_used=n_used,
        sample_seed=SEED if frame.is_sample else None,
        warnings=(*_remarks(frame, n_used, facts), *notices),
        source=spec.source,
        **facts,
    )


def warning(code: str, text: str) -> Notice:
    """A remark that matters for how the answer is read."""
    return Notice(severity=Severity.WARNING, code=code, text=text)


def info(code: str, text: str) -> Notice:
    """A remark for the record."""
    return Notice(severity=Severity.INFO, code=code, text=text)


def _remarks(frame: Frame, n_used: int, facts: dict[str, Any]) -> tuple[Notice, ...]:
    remarks = []
    if n_used < SMALL:
        remarks.append(
            warning(
                "tiny_sample",
                f"Only {n_used} rows: effects of usual size go unnoticed, and assumptions cannot be checked.",
            )
        )
    n_missing = facts["n_missing"]
    if n_missing:
        share = n_missing / (n_missing + n_used)
        text = f"{n_missing:,} rows were left out because a value is missing."
        if share > 0.2:
            remarks.append(
                warning("many_missing", f"{text} That is {100 * share:.0f} %: the answer holds for complete rows only.")
            )
        else:
            remarks.append(info("missing", text))
    if frame.is_sample:
        text = (
            f"A seeded sample of {len(frame.data):,} of the {frame.n_rows:,} rows was tested; p is that of the sample."
        )
        remarks.append(info("sampled", text))
    if any(assumption.state is AssumptionState.VIOLATED for assumption in facts["assumptions"]):
        remarks.append(
            warning(
                "assumption_violated", "An assumption does not hold; the p value may mislead. See what to do below."
            )
        )
    return tuple(remarks)
