"""The rows that a run learns from."""

import pandas as pd

from core.errors import EmptyTarget
from core.records import Dataset
from core.tables.preview import read_frame
from core.types import Notice, Severity
from workers.context import WorkerContext


def read_rows(
    context: WorkerContext, dataset: Dataset, target: str, inputs: list[str]
) -> tuple[pd.DataFrame, tuple[Notice, ...]]:
    """The columns ``inputs`` and the target, of rows whose target is known, and a notice of those left out.

    Raises:
        UnsuitableData: No row has a target.
    """
    assert dataset.content_sha256 is not None, "runs start only on ready datasets"
    with context.storage.artifacts.local_file(dataset.content_sha256) as path:
        frame = read_frame(path, columns=[*inputs, target])
    is_missing = frame[target].isna()
    if not is_missing.any():
        return frame, ()
    if is_missing.all():
        raise EmptyTarget(target)
    notice = Notice(
        severity=Severity.WARNING,
        code="target_missing",
        text=f"Rows left out because {target!r} is missing: {int(is_missing.sum()):,}.",
        column=target,
    )
    return frame[~is_missing].reset_index(drop=True), (notice,)
