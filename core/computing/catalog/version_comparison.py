"""How one dataset differs from another, such as a version from the one before."""

from typing import Annotated

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from core.params import Params
from core.profiling.differences import TableDifference


class VersionComparisonParams(Params):
    """Which two datasets."""

    before_id: Annotated[str, Field(min_length=1, max_length=64, title="First dataset")]
    after_id: Annotated[
        str, Field(min_length=1, max_length=64, title="Second dataset", description="Told as what came after.")
    ]


def run(params: VersionComparisonParams, workspace: Workspace) -> TableDifference:
    """What was added, what went, and which columns hold something else now."""
    from core.profiling.running import run_comparison

    return run_comparison(params.before_id, params.after_id, workspace)


SPEC = ComputationSpec(
    key="version_comparison",
    label="Comparison of datasets",
    params=VersionComparisonParams,
    result=TableDifference,
    run=run,
    datasets=lambda params: (params.before_id, params.after_id),
    timeout_s=900,
)
