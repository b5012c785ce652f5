"""Questions drafted from the passages of a collection."""

from core.computing.spec import ComputationSpec, Workspace
from core.lab.spec import DraftParams, Drafts


def run(params: DraftParams, workspace: Workspace) -> Drafts:
    """Questions with the passages that they were drafted from. Raises like ``core.lab.drafting.draft``."""
    from core.lab.drafting import draft

    return draft(params, workspace.library, workspace.language_model, workspace.report)


SPEC = ComputationSpec(
    key="draft_questions",
    label="Draft questions",
    params=DraftParams,
    result=Drafts,
    run=run,
    datasets=lambda _: (),
    timeout_s=900,
    is_repeatable=False,
)
