"""What a training on a dataset could know that it should not."""

from core.computing.spec import ComputationSpec, Workspace
from core.leakage.asking import LeakQuestion
from core.leakage.findings import LeakReport


def run(params: LeakQuestion, workspace: Workspace) -> LeakReport:
    """Look for leaks in one dataset, with one target and one split. For looking before training."""
    from core.leakage.running import check_leaks

    return check_leaks(params, workspace)


SPEC = ComputationSpec(
    key="leak_check",
    label="Leak check",
    params=LeakQuestion,
    result=LeakReport,
    run=run,
    datasets=lambda params: (params.dataset_id,),
)
