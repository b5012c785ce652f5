"""What is in a dataset, and what is odd about it."""

from typing import Annotated, Literal

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from core.params import Params
from core.profiling.facts import Profile


class ProfileParams(Params):
    """Which dataset, how closely, and what is to be predicted from it."""

    dataset_id: Annotated[str, Field(min_length=1, max_length=64, title="Dataset")]
    level: Annotated[
        Literal["quick", "full"],
        Field(
            title="Level",
            description="Quick: some figures come from a part of the rows, which they say. Full: from all of them as "
            "far as possible, and more comparisons of columns.",
        ),
    ] = "quick"
    target: Annotated[
        str | None,
        Field(max_length=400, title="Target", description="The column to be predicted, if there is one."),
    ] = None


def run(params: ProfileParams, workspace: Workspace) -> Profile:
    """Facts and alerts of one dataset. For understanding data before working with it."""
    from core.profiling.running import run_profile

    return run_profile(params.dataset_id, params.level, params.target, workspace)


SPEC = ComputationSpec(
    key="profile",
    label="Profile",
    params=ProfileParams,
    result=Profile,
    run=run,
    datasets=lambda params: (params.dataset_id,),
    timeout_s=1_800,
)
