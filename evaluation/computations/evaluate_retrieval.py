"""Retrieval settings judged on a question set."""

from core.computing.spec import ComputationSpec, Workspace
from core.lab.spec import TrialParams, TrialReport


def run(params: TrialParams, workspace: Workspace) -> TrialReport:
    """How well the right passages are found and questions answered. Raises like ``core.lab.evaluating.evaluate``."""
    from core.lab.evaluating import evaluate

    return evaluate(params, workspace.library, workspace.report)


SPEC = ComputationSpec(
    key="evaluate_retrieval",
    label="Evaluation",
    params=TrialParams,
    result=TrialReport,
    run=run,
    datasets=lambda _: (),
    timeout_s=1_800,
    is_repeatable=False,
)
