"""Which statistical tests suit a question about some columns."""

from typing import Annotated

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from core.params import Params
from core.statistics.choosing import Choice, choose
from core.statistics.spec import Goal


class ChooseTest(Params):
    """What is asked, and of which columns."""

    dataset_id: Annotated[str, Field(title="Dataset")]
    goal: Annotated[Goal, Field(title="What do you want to know?")]
    columns: Annotated[tuple[str, ...], Field(min_length=1, max_length=30, title="About which columns?")]
    paired_by: Annotated[
        str, Field(title="Paired by", description="The column that says which rows belong to the same subject, if any.")
    ] = ""


def run(params: ChooseTest, workspace: Workspace) -> Choice:
    """Look at the columns, and rank the tests."""
    table = workspace.table(params.dataset_id)
    workspace.report(0.1, "Looking at the columns")
    return choose(table, params.goal, params.columns, params.paired_by)


def datasets(params: ChooseTest) -> tuple[str, ...]:
    """The one dataset."""
    return (params.dataset_id,)


SPEC = ComputationSpec(
    key="statistical_choice", label="Choice of a test", params=ChooseTest, result=Choice, run=run, datasets=datasets
)
