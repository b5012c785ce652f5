"""Whether the language model answers: one small request, booked like any other."""

from core.computing.spec import ComputationSpec, Workspace
from core.params import Params
from core.types import Value

MAX_TEXT = 300
MAX_TOKENS = 500
"""Models that think first need some before they say a word."""
TEMPERATURE = 0.1
"""Above 0, so that no kept answer serves."""


class CheckLanguageModelParams(Params):
    """Nothing to choose."""


class LanguageModelCheck(Value):
    """What came of the request."""

    model: str
    is_answering: bool
    text: str = ""
    """What it said: text from outside."""
    seconds: float = 0.0
    tokens: int = 0
    error: str = ""
    """Why there is no answer, for a person."""
    hint: str = ""


def run(_params: CheckLanguageModelParams, workspace: Workspace) -> LanguageModelCheck:
    """Ask for one word."""
    import time

    from core.errors import Conflict
    from core.llm.errors import LanguageModelError

    model = workspace.language_model
    if model is None:
        raise Conflict("No language model is set.", hint="Set PRAXIS_LLM_MODEL, and start Praxis again.")
    workspace.report(0.1, "Asking the language model")
    messages = [{"role": "user", "content": "Answer with one word: ready"}]
    started = time.monotonic()
    try:
        answer = model.complete(messages, purpose="check", max_tokens=MAX_TOKENS, temperature=TEMPERATURE)
    except LanguageModelError as error:
        seconds = time.monotonic() - started
        return LanguageModelCheck(
            model=model.model, is_answering=False, seconds=seconds, error=error.message, hint=error.hint
        )
    return LanguageModelCheck(
        model=model.model,
        is_answering=True,
        text=" ".join(answer.text.split())[:MAX_TEXT],
        seconds=time.monotonic() - started,
        tokens=answer.prompt_tokens + answer.completion_tokens,
    )


SPEC = ComputationSpec(
    key="check_language_model",
    label="Check of the language model",
    params=CheckLanguageModelParams,
    result=LanguageModelCheck,
    run=run,
    datasets=lambda _: (),
    is_repeatable=False,
)
