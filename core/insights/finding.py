"""From a stored dataset to its insights: every detector asks, one procedure decides, few are told."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from core.computing.spec import Workspace
from core.insights.detector import Detector, Hypothesis
from core.insights.discovery import LEVEL, q_values, sureness_of
from core.insights.merging import Discovery, chosen
from core.insights.registry import DETECTORS
from core.insights.report import InsightReport, LookedFor
from core.insights.spec import Finding
from core.insights.table import InsightTable, make_table
from core.types import Column
from core.wording import counted, joined, short

MOST_ROWS = {"quick": 100_000, "full": 500_000}
MOST_CELLS = {"quick": 6_000_000, "full": 30_000_000}
FEWEST_ROWS = 2_000
MOST_CARDS = {"quick": 25, "full": 60}
BUDGET_S = {"quick": 25.0, "full": 240.0}
"""Seconds of a processor after which no further detector begins; the answer says which are left out. Not seconds of the
clock, so that a busy machine gives the same answer."""
READING_SHARE, TELLING_SHARE = 0.1, 0.1

Report = Callable[[float, str], None]


@dataclass
class _Asked:
    """What one detector asked, and how long it took."""

    detector: Detector
    hypotheses: list[Hypothesis]
    seconds: float


def find_in_dataset(dataset_id: str, target: str | None, depth: str, workspace: Workspace) -> InsightReport:
    """Insights of one dataset.

    Raises:
        NotFound: There is no such dataset.
        Conflict: It is not ready.
        UserInputError: It has no column ``target``.
    """
    from core.profiling.asking import require_column

    workspace.report(0.0, "Reading the data")
    file = workspace.table(dataset_id)
    require_column(file.dataset, target)
    table = read_table(
        file.path, file.dataset.columns, dataset_id=dataset_id, n_rows=file.dataset.n_rows, target=target, depth=depth
    )
    return find(table, depth=depth, report=workspace.report)


def read_table(
    path: Path, columns: Sequence[Column], *, dataset_id: str, n_rows: int | None, target: str | None, depth: str
) -> InsightTable:
    """All rows of a stored dataset, or a fixed part of a large one in its order."""
    from core.profiling.looking import choose_positions, read_rows

    n_rows = pq.read_metadata(path).num_rows if n_rows is None else n_rows
    wanted = max(FEWEST_ROWS, min(MOST_ROWS[depth], MOST_CELLS[depth] // max(1, len(columns))))
    frame = read_rows(path, choose_positions(n_rows, wanted), [column.name for column in columns])
    frame = frame.select([column.name for column in columns])
    return make_table(frame, columns, dataset_id=dataset_id, n_rows=n_rows, target=target, is_deep=depth == "full")


def find(
    table: InsightTable, *, depth: str = "quick", report: Report = lambda _fraction, _stage: None
) -> InsightReport:
    """What is worth telling of a table, and all that was looked at.

    Args:
        table: The looked-at rows.
        depth: "quick" or "full".
        report: Told of the done part; may raise to cancel.
    """
    from threadpoolctl import threadpool_limits

    # Products of narrow matrices are slower on two threads than on one, and far slower on a busy machine.
    with threadpool_limits(limits=1):
        asked, late = _ask(table, depth, report)
    found = _discoveries(asked)
    kept = chosen(found, table, MOST_CARDS[depth])
    findings = []
    for number, discovery in enumerate(kept):
        report(1 - TELLING_SHARE * (1 - number / len(kept)), "Writing down what was found")
        findings.append(_finding(discovery))
    n_found = {key: sum(finding.kind == key for finding in findings) for key in DETECTORS}
    return InsightReport(
        findings=tuple(findings),
        looked=tuple(
            LookedFor(
                key=one.detector.key,
                label=one.detector.label,
                n_looked=len(one.hypotheses),
                n_found=n_found[one.detector.key],
                seconds=round(one.seconds, 3),
            )
            for one in asked
        ),
        n_tests=sum(hypothesis.p_value is not None for one in asked for hypothesis in one.hypotheses),
        notices=_notices(table, late),
    )


def _ask(table: InsightTable, depth: str, report: Report) -> tuple[list[_Asked], list[Detector]]:
    """Every detector's hypotheses; those for which no time is left are named instead."""
    asked, late, begun = [], [], time.process_time()
    share = 1 - READING_SHARE - TELLING_SHARE
    for number, detector in enumerate(sorted(DETECTORS.values(), key=lambda one: one.is_slow)):
        if time.process_time() - begun > BUDGET_S[depth]:
            late.append(detector)
            continue
        fraction = READING_SHARE + share * number / len(DETECTORS)
        report(fraction, f"Looking for {_lower(detector.label)}")
        started, hypotheses = time.perf_counter(), []
        for hypothesis in detector.look(table):
            hypotheses.append(hypothesis)
            if len(hypotheses) % 200 == 0:
                report(fraction, f"Looking for {_lower(detector.label)}")
        asked.append(_Asked(detector, hypotheses, time.perf_counter() - started))
    return asked, late


def _discoveries(asked: Sequence[_Asked]) -> list[Discovery]:
    """What holds after control of false discoveries over all detectors together, and is large enough to matter."""
    tested = [(one.detector, each) for one in asked for each in one.hypotheses if each.p_value is not None]
    facts = [(one.detector, each) for one in asked for each in one.hypotheses if each.p_value is None]
    q = q_values([each.p_value or 0.0 for _, each in tested])
    found = [
        Discovery(detector, each, float(value))
        for (detector, each), value in zip(tested, q, strict=True)
        if value <= LEVEL
    ]
    found += [Discovery(detector, each, None) for detector, each in facts]
    return [one for one in found if one.hypothesis.is_large and one.hypothesis.tell is not None]


def _finding(discovery: Discovery) -> Finding:
    hypothesis, detector = discovery.hypothesis, discovery.detector
    assert hypothesis.tell is not None
    draft = hypothesis.tell()
    tests = tuple(
        test if test.p_value is None else test.model_copy(update={"q_value": discovery.q_value}) for test in draft.tests
    )
    also = [column for column in discovery.also if column not in hypothesis.subject]
    more = f" The same is seen with {joined([repr(short(column)) for column in also[:3]])}." if also else ""
    return Finding(
        kind=detector.key,
        family=detector.family,
        subject=hypothesis.subject,
        title=draft.title,
        statement=draft.statement + more,
        numbers=draft.numbers,
        tests=tests,
        sureness=sureness_of(discovery.q_value),
        interest=round(discovery.interest, 4),
        picture=draft.picture,
        table=draft.table,
        advice=draft.advice,
        actions=draft.actions,
    )


def _notices(table: InsightTable, late: Sequence[Detector]) -> tuple[str, ...]:
    notices = []
    if table.n_looked < table.n_rows:
        notices.append(f"{table.n_looked:,} of {table.n_rows:,} rows were looked at, chosen at random.")
    if table.left_out:
        notices.append(f"{counted(len(table.left_out), 'column')} of this wide table were not compared with others.")
    if late:
        names = joined([_lower(detector.label) for detector in late])
        notices.append(f"There was no time left to look for {names}.")
    return tuple(notices)


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
