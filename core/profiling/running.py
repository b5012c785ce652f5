"""Profiles and comparisons of stored datasets, as the workers make them."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.computing.spec import Workspace
from core.errors import Unavailable, UnsuitableData
from core.profiling.alerts.registry import find_alerts
from core.profiling.asking import require_column
from core.profiling.comparison import Side, compare_sides, read_side
from core.profiling.differences import TableDifference
from core.profiling.facts import Level, Profile
from core.profiling.scan import TableEngine
from core.profiling.table import profile_table
from core.tables.engine import EngineError


def run_profile(dataset_id: str, level: Level, target: str | None, workspace: Workspace) -> Profile:
    """The profile of one dataset with its alerts.

    Raises:
        NotFound: There is no such dataset.
        Conflict: It is not ready.
        UserInputError: It has no column ``target``.
        UnsuitableData: It needs more memory than a computation may take.
    """
    table = workspace.table(dataset_id)
    dataset = table.dataset
    require_column(dataset, target)
    with _told(workspace):
        facts = profile_table(
            table.path,
            folder=workspace.folder,
            memory_bytes=workspace.memory_bytes,
            level=level,
            target=target,
            known=dataset.columns,
            notices=dataset.notices,
            report=workspace.report,
        )
    workspace.report(1.0, "Looking for what is odd")
    return Profile(
        dataset_id=dataset.id,
        name=dataset.name,
        version=dataset.version,
        facts=facts,
        alerts=find_alerts(facts),
    )


def run_comparison(before_id: str, after_id: str, workspace: Workspace) -> TableDifference:
    """What is different from the first dataset to the second. Raises like ``run_profile``."""
    sides = []
    for number, dataset_id in enumerate((before_id, after_id)):
        with _told(workspace):
            sides.append(_side(dataset_id, workspace, start=0.4 * number))
    before, after = (workspace.table(dataset_id).dataset for dataset_id in (before_id, after_id))
    return compare_sides(
        *sides,
        is_same_content=before.content_sha256 is not None and before.content_sha256 == after.content_sha256,
        report=lambda part, stage: workspace.report(0.8 + 0.2 * part, stage),
    )


def _side(dataset_id: str, workspace: Workspace, *, start: float) -> Side:
    table = workspace.table(dataset_id)
    return read_side(
        table.path,
        dataset_id=table.dataset.id,
        name=table.dataset.name,
        version=table.dataset.version,
        folder=workspace.folder,
        memory_bytes=workspace.memory_bytes // 2,
        report=lambda part, stage: workspace.report(start + 0.4 * part, stage),
    )


@contextmanager
def _told(workspace: Workspace) -> Iterator[None]:
    """An engine that gives up becomes a sentence."""
    try:
        yield
    except EngineError as error:
        if "no space left" in str(error).lower():
            raise Unavailable("The disk is full.", hint="Free some space, then try again.") from error
        if TableEngine.is_out_of_memory(error):
            limit = f"{workspace.memory_bytes // 1_000_000:,} MB"
            raise UnsuitableData(
                f"The table needs more than the {limit} of memory that a computation may take.",
                hint="Use the quick level, take fewer columns, or raise PRAXIS_COMPUTATION_MEMORY_MB.",
            ) from error
        raise
