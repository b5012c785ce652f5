"""Parts of the data where the model is worse than elsewhere."""

from collections.abc import Iterator

from core.insights.spec import Finding, TestEvidence
from core.wording import joined, short
from evaluation.computations.slices import SliceRow
from evaluation.insights import picturing, requests
from evaluation.insights.run_evidence import RunEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder
from evaluation.registry import METRICS

LEVEL = 0.05
MOST = 2


def look(evidence: RunEvidence) -> Iterator[Finding]:
    """The surest weak slices, at most one a column, false discoveries controlled over all slices."""
    report = evidence.slices
    metric = METRICS[report.metric]
    scale = abs(report.overall) if metric.unit else abs(1 - report.overall)
    told: set[tuple[str, ...]] = set()
    for one in report.slices:
        is_sure = one.adjusted < LEVEL and one.gap_low > 0
        # Errors half as many again as overall are worth a person's time; smaller gaps are for the table.
        if not is_sure or one.gap < 0.25 * scale or one.columns in told:
            continue
        told.add(one.columns)
        yield _finding(evidence, one, n_tests=report.n_tests)
        if len(told) == MOST:
            return


def _finding(evidence: RunEvidence, one: SliceRow, *, n_tests: int) -> Finding:
    label = METRICS[evidence.slices.metric].label
    where = joined([f"'{short(name)}' is {short(value)}" for name, value in zip(one.columns, one.values, strict=True)])
    said = Said()
    statement = (
        f"Where {where}, {_inside(label)} is {said.score('inside', one.score)} on "
        f"{said.count('rows', one.n_rows, 'validation row')}; on all others it is {said.score('outside', one.rest)}."
    )
    return Finding(
        kind=SPEC.key,
        family="next_step",
        subject=(*one.columns, *one.values),
        title=f"Weak where {short(where, 60)}",
        statement=statement,
        numbers=said.numbers,
        tests=(
            TestEvidence(
                name=f"Paired bootstrap, false discoveries controlled over {n_tests:,} slices",
                p_value=one.p_value,
                q_value=one.adjusted,
                effect_name=f"{label}, worse by",
                effect=one.gap,
                interval=(one.gap_low, one.gap_high),
                n=one.n_rows,
            ),
        ),
        sureness="strong" if one.adjusted < LEVEL / 5 else "moderate",
        interest=0.62,
        picture=picturing.intervals(
            ["Here", "All others"],
            [one.score, one.rest],
            [one.low, one.rest],
            [one.high, one.rest],
            x_title=label,
        ),
        table={"rows": ["here", "all others"], label: [one.score, one.rest], "n": [one.n_rows, None]},
        advice="See whether these rows differ in kind or are just few; more of them, or a column that tells them "
        "apart, would help more than another model.",
        actions=(requests.open_run(evidence.run.id, "See all slices", "slices"),),
    )


def _inside(label: str) -> str:
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


SPEC = Finder(
    key="weak_slices",
    label="Weak slices",
    look=look,
    meaning="Parts of one column at a time, on validation rows; false discoveries are controlled over all of them.",
    is_costly=True,
)
