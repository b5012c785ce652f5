"""How one SQL statement is carried out."""

from core.computing.spec import ComputationSpec, Workspace
from core.sql.types import PlanParams, PlanResult


def run(params: PlanParams, workspace: Workspace) -> PlanResult:
    """The steps of a statement over datasets, expected or measured. Not for saved connections."""
    from core.sql.running import run_plan

    return run_plan(params, workspace)


SPEC = ComputationSpec(
    key="query_plan",
    label="Plan",
    params=PlanParams,
    result=PlanResult,
    run=run,
    datasets=lambda params: tuple(dict.fromkeys(table.dataset_id for table in params.tables)),
)
