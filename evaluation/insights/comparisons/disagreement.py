"""Where the two best models say different things."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from core.insights.said_numbers import numbers_said
from core.insights.spec import Finding, TestEvidence
from core.types import LearningTask, Split
from core.wording import short
from evaluation.insights import picturing, requests
from evaluation.insights.comparison_evidence import ComparisonEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder

FEWEST = 10
MOST_COLUMNS = 40


def look(evidence: ComparisonEvidence) -> Iterator[Finding]:
    """For classes: how often the two best differ, who is right then, and where that is."""
    if evidence.task is not LearningTask.CLASSIFICATION:
        return
    first, second = evidence.predictions(0), evidence.predictions(1)
    differs = first.y_pred != second.y_pred
    n = int(differs.sum())
    if n < FEWEST:
        return
    right_first = int((differs & (first.y_pred == first.y_true)).sum())
    right_second = int((differs & (second.y_pred == second.y_true)).sum())
    p_value = _mcnemar(right_first, right_second)
    names = [short(run.name, 50) for run in evidence.runs[:2]]
    said = Said()
    statement = (
        f"'{names[0]}' and '{names[1]}' say different classes for {said.count('differ', n, 'row')} of "
        f"{said.count('rows', len(differs), 'validation row')} ({said.share('share', n / len(differs))}). The first is "
        f"right in {said.whole('right_first', right_first)} of them, the second in "
        f"{said.whole('right_second', right_second)}."
    )
    where = _where(evidence, differs)
    if where is not None:
        column, value, inside, outside = where
        statement += (
            f" Most of all where '{short(column)}' is {short(value)}: {said.share('inside', inside)} against "
            f"{said.share('outside', outside)} elsewhere."
        )
        said.numbers |= _numbers_of(value)
    ids = ",".join(run.id for run in evidence.runs[:2])
    yield Finding(
        kind=SPEC.key,
        family="pattern",
        subject=(evidence.runs[0].id, evidence.runs[1].id),
        title="Where the two best disagree",
        statement=statement,
        numbers=said.numbers,
        tests=(TestEvidence(name="McNemar's exact test", p_value=p_value, effect_name="", n=n),),
        sureness="strong" if p_value < 0.01 else "moderate",
        interest=0.5,
        picture=picturing.bars(
            [f"{short(names[0], 16)} right", f"{short(names[1], 16)} right", "both wrong"],
            [right_first, right_second, n - right_first - right_second],
            x_title="Rows where they disagree",
        ),
        table={
            "who is right": [names[0], names[1], "neither"],
            "rows": [right_first, right_second, n - right_first - right_second],
        },
        advice="Rows on which good models disagree are the ones to look at: wrong labels, missing columns, true doubt.",
        actions=(requests.open_page("compare", "Open the comparison", runs=ids),),
    )


def _mcnemar(first: int, second: int) -> float:
    """Two-sided exact p value that both are right equally often where they differ."""
    from scipy.stats import binomtest

    return float(binomtest(first, first + second, 0.5).pvalue) if first + second else 1.0


def _where(evidence: ComparisonEvidence, differs: npt.NDArray[np.bool_]) -> tuple[str, str, float, float] | None:
    """The part of a column with surely more disagreement: its name, the part, the shares inside and outside."""
    from scipy.stats import fisher_exact

    from evaluation.binning import column_bins
    from evaluation.run_rows import read_columns

    files = evidence.files[0]
    names = [
        column.name
        for column in files.table.dataset.columns
        if not (column.is_identifier or column.is_constant or column.name == files.run.config.target)
    ][:MOST_COLUMNS]
    frame = read_columns(files, Split.VALIDATION, names)
    found: list[tuple[float, str, str, float, float]] = []
    for name in names:
        part = column_bins(frame[name])
        for code, value in enumerate(part.names):
            inside = part.codes == code
            if min(int(inside.sum()), int((~inside).sum())) < 3 * FEWEST:
                continue
            cells = [[int((differs & inside).sum()), int((~differs & inside).sum())]]
            cells.append([int((differs & ~inside).sum()), int((~differs & ~inside).sum())])
            share, others = float(differs[inside].mean()), float(differs[~inside].mean())
            p_value = float(fisher_exact(cells, alternative="greater").pvalue)
            found.append((p_value, name, value, share, others))
    if not found:
        return None
    p_value, name, value, share, others = min(found)
    # Bonferroni over all parts that were looked at.
    return (name, value, share, others) if p_value * len(found) < 0.01 else None


def _numbers_of(text: str) -> dict[str, float]:
    """The numbers in the name of a part, such as the ends of a range."""
    return {f"part_{place}": said.value for place, said in enumerate(numbers_said(text), start=1)}


SPEC = Finder(
    key="disagreement",
    label="Where models disagree",
    look=look,
    meaning="Rows for which the two best runs say different classes, who is right there, and in which part of it all.",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
)
