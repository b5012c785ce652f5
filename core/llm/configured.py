"""The language model that the settings of an instance ask for."""

from collections.abc import Callable

from core.llm.budget import Budget, Terms
from core.llm.client import LanguageModel
from core.llm.limits import Limits
from core.llm.names import model_name
from core.llm.redaction import Redactor
from core.llm.spec import LOCAL, AnswerCache, UsageBook
from core.settings import Settings


def language_model_of(
    settings: Settings,
    *,
    book: UsageBook | None = None,
    cache: AnswerCache | None = None,
    check: Callable[[], None] = lambda: None,
    who: str = LOCAL,
) -> LanguageModel | None:
    """The configured model with its limits, redaction, budget and cache; None when none is set.

    Args:
        settings: Of the instance.
        book: Where uses are booked and the budget is read from.
        cache: Where answers are kept; not used when the settings forbid it.
        check: Called while waiting; raises when the answer is not wanted any more.
        who: Whose budget it counts against.
    """
    model = model_name(settings)
    if not model:
        return None
    return LanguageModel(
        model,
        limits=Limits.of(settings),
        redactor=Redactor.of(settings),
        budget=Budget(book, Terms.of(settings, who=who)),
        cache=cache if settings.llm_cache else None,
        check=check,
    )
