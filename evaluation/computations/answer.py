"""A question to the documents, answered from their passages."""

from core.answers.spec import Answer, AnswerParams
from core.computing.spec import ComputationSpec, Workspace


def run(params: AnswerParams, workspace: Workspace) -> Answer:
    """The answer with its passages, worded by the language model if there is one, else taken from the documents.

    Raises:
        UserInputError: The question is empty, or a collection was made by another embedding model.
        NotFound: A collection or document that the filters name does not exist.
        Unavailable: Neither way of searching answers.
    """
    from core.answers.answering import answer

    workspace.report(0.02, "Reading the question")
    model = workspace.language_model if params.use_model else None
    return answer(params, workspace.library, model, workspace)


SPEC = ComputationSpec(
    key="answer",
    label="Answer",
    params=AnswerParams,
    result=Answer,
    run=run,
    datasets=lambda _: (),
    timeout_s=180,
    is_repeatable=False,
)
