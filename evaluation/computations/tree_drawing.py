"""One tree of a run as a picture and as rules."""

from typing import Annotated

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from evaluation.explaining.asking import ClassName, RunQuestion, open_columns, open_subject
from evaluation.explaining.tree_answer import TreeDrawing, draw_tree


class TreeDrawingParams(RunQuestion):
    """Which tree, how deep."""

    number: Annotated[int, Field(ge=1, title="Tree", description="Of a forest or a boosting; counted from 1.")] = 1
    max_depth: Annotated[int, Field(ge=1, le=8, title="Levels of questions")] = 3
    class_name: ClassName = None


def run(params: TreeDrawingParams, workspace: Workspace) -> TreeDrawing:
    """The tree with its questions in raw units.

    Raises:
        UserInputError: The model is not made of trees, or has no such tree or class.
    """
    subject = open_subject(params.run_id, workspace, part="validation", what="The drawing of a tree")
    class_code = subject.class_code(params.class_name)
    return draw_tree(
        subject,
        open_columns(subject, workspace),
        number=params.number,
        class_code=class_code,
        max_depth=params.max_depth,
    )


SPEC = ComputationSpec(
    key="tree_drawing",
    label="Tree",
    params=TreeDrawingParams,
    result=TreeDrawing,
    run=run,
    datasets=lambda _: (),
    runs=lambda params: (params.run_id,),
    timeout_s=300,
)
