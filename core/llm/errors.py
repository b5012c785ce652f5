"""Every way in which a language model gives no answer.

    Unavailable                  (core.errors; REST 503)
    └── LanguageModelError       there is no answer
        ├── ModelNotReached      nothing listens at the address, or the connection broke before the answer began
        ├── ModelTooSlow         it took longer than it may
        ├── ModelBusy            too many requests (429), also after waiting
        ├── ModelFailed          the server has a fault of its own (5xx), also after trying again
        ├── ModelRefused         key, name of the model or request are not accepted (4xx)
        ├── ContextTooLong       the messages are longer than the model can read
        ├── AnswerCut            the answer broke off in the middle
        ├── AnswerUnusable       the answer is empty, malformed, too large, or not of the wanted form
        └── BudgetSpent          the tokens or the money of today are used up; nothing was sent

They are all ``Unavailable``: whoever asks a model can answer without one. What a server says is never part of a
message, for it may quote the key or the prompt.
"""

from datetime import datetime

from core.errors import Unavailable


class LanguageModelError(Unavailable):
    """The language model gives no answer."""

    code = "language_model"


class ModelNotReached(LanguageModelError):
    """There is no connection to the server."""

    code = "language_model_not_reached"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The language model did not answer ({why}).", hint="Check OPENAI_BASE_URL, and whether its server runs."
        )


class ModelTooSlow(LanguageModelError):
    """A time limit passed."""

    code = "language_model_too_slow"

    def __init__(self, what: str, limit_s: float) -> None:
        super().__init__(
            f"The language model did not answer in time: {what} took longer than {limit_s:g} s.",
            hint="Try again, ask for less, or raise PRAXIS_LLM_TIMEOUT_S and PRAXIS_LLM_FIRST_TOKEN_S.",
        )


class ModelBusy(LanguageModelError):
    """The server takes no more requests for now."""

    code = "language_model_busy"

    def __init__(self, retry_after_s: float | None = None) -> None:
        when = f"in {retry_after_s:,.0f} s" if retry_after_s and retry_after_s >= 1 else "in a while"
        super().__init__("The language model's server takes no more requests for now.", hint=f"Try again {when}.")


class ModelFailed(LanguageModelError):
    """The server answers with a fault of its own."""

    code = "language_model_failed"

    def __init__(self, how: str) -> None:
        super().__init__(
            f"The language model's server failed ({how}).", hint="Try again, or look into that server's log."
        )


class ModelRefused(LanguageModelError):
    """The server does not accept the request, and will not the next time."""

    code = "language_model_refused"


class ContextTooLong(LanguageModelError):
    """The messages do not fit into what the model reads at once."""

    code = "language_model_context_too_long"

    def __init__(self, n_characters: int) -> None:
        super().__init__(
            f"The language model cannot read so much at once ({n_characters:,} characters).",
            hint="Ask with fewer passages or a shorter history, or choose a model with a longer context.",
        )


class AnswerCut(LanguageModelError):
    """The answer broke off."""

    code = "language_model_answer_cut"

    def __init__(self) -> None:
        super().__init__("The language model's answer broke off in the middle.", hint="Ask again.")


class AnswerUnusable(LanguageModelError):
    """There is an answer that nothing can be made of."""

    code = "language_model_answer_unusable"


class BudgetSpent(LanguageModelError):
    """Today's tokens or money are used up."""

    code = "language_model_budget_spent"

    def __init__(self, what: str, *, renews_at: datetime) -> None:
        super().__init__(
            f"The language model's budget for today is used up: {what}.",
            hint=f"It renews at {renews_at:%Y-%m-%d %H:%M} UTC; PRAXIS_LLM_TOKENS_PER_DAY and PRAXIS_LLM_COST_PER_DAY "
            "set it.",
        )
        self.renews_at = renews_at
