"""What the language model may cost in a day, and the record of what it did cost."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from core.errors import Unavailable
from core.ids import new_id, utc_now
from core.knowledge import LanguageModelUse
from core.llm.errors import BudgetSpent, LanguageModelError
from core.llm.spec import LOCAL, UsageBook
from core.settings import Settings

logger = logging.getLogger(__name__)

LEAST_USEFUL = 32
"""Tokens. With less left nothing is asked: an answer of three words helps nobody."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Prices and what may be used in a day of ``who``; 0 is no limit."""

    tokens_per_day: int = 0
    cost_per_day: float = 0.0
    input_price: float = 0.0
    """Of a million tokens."""
    output_price: float = 0.0
    who: str = LOCAL

    @classmethod
    def of(cls, settings: Settings, *, who: str = LOCAL) -> "Terms":
        """The terms that ``settings`` name."""
        return cls(
            tokens_per_day=settings.llm_tokens_per_day,
            cost_per_day=settings.llm_cost_per_day,
            input_price=settings.llm_price_per_million_input,
            output_price=settings.llm_price_per_million_output,
            who=who,
        )

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """What so many tokens cost."""
        return (prompt_tokens * self.input_price + completion_tokens * self.output_price) / 1e6


@dataclass(kw_only=True)
class Use:
    """One use while it lasts; what it holds at its end is booked."""

    purpose: str
    model: str
    n_redacted: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    is_cached: bool = False
    error: str = ""
    started: float = field(default_factory=time.monotonic)


class Budget:
    """Checked before a request leaves, booked when its answer has come, broken off or failed.

    Requests that are under way at the same time do not see each other, so a day may end over its limit by what they
    use; a limit of the account at the server is the way to an exact one.
    """

    def __init__(
        self, book: UsageBook | None = None, terms: Terms | None = None, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        """Without a ``book`` nothing is limited and nothing is kept."""
        self._book = book
        self._terms = terms or Terms()
        self._now = now

    def allowance(self, prompt_tokens: int, max_tokens: int) -> int:
        """How many tokens may be written in answer to so many read: ``max_tokens``, or what is left of the day.

        Raises:
            BudgetSpent: Too little is left to be of use.
            Unavailable: There is a limit, and the book cannot be read.
        """
        terms = self._terms
        if self._book is None or not (terms.tokens_per_day or terms.cost_per_day):
            return max_tokens
        today, tomorrow = day_of(self._now())
        spent = self._book.spent(terms.who, today)
        allowed, least = max_tokens, min(max_tokens, LEAST_USEFUL)
        if terms.tokens_per_day:
            allowed = min(allowed, terms.tokens_per_day - spent.tokens - prompt_tokens)
            if allowed < least:
                raise BudgetSpent(f"{spent.tokens:,} of {terms.tokens_per_day:,} tokens", renews_at=tomorrow)
        if terms.cost_per_day:
            left = terms.cost_per_day - spent.cost - terms.cost(prompt_tokens, 0)
            if left < terms.cost(0, least) or left <= 0:
                raise BudgetSpent(f"{spent.cost:,.4g} of {terms.cost_per_day:,.4g} in money", renews_at=tomorrow)
            if terms.output_price:
                allowed = min(allowed, int(left / terms.output_price * 1e6))
        return allowed

    @contextmanager
    def booked(self, use: Use) -> Iterator[Use]:
        """Book ``use`` at the end of the block, however it ends."""
        try:
            yield use
        except LanguageModelError as error:
            use.error = error.code.removeprefix("language_model").strip("_") or "unavailable"
            raise
        except GeneratorExit:  # nobody wanted the rest of a stream
            raise
        except BaseException:  # a job that was cancelled or took too long
            use.error = "ended"
            raise
        finally:
            self._add(use)

    def _add(self, use: Use) -> None:
        if self._book is None:
            return
        made = LanguageModelUse(
            id=new_id(),
            purpose=use.purpose[:64],
            model=use.model[:200],
            prompt_tokens=use.prompt_tokens,
            completion_tokens=use.completion_tokens,
            cost=self._terms.cost(use.prompt_tokens, use.completion_tokens),
            duration_s=time.monotonic() - use.started,
            is_cached=use.is_cached,
            error=use.error[:64],
            who=self._terms.who,
            n_redacted=use.n_redacted,
            created_at=self._now(),
        )
        try:
            self._book.add(made)
        except Unavailable as error:
            # The answer is there; losing it for a line in a book would help nobody.
            logger.warning("a use of the language model was not booked: %s", error.message)


def day_of(moment: datetime) -> tuple[datetime, datetime]:
    """The day of ``moment`` in UTC: its beginning, and that of the next one."""
    begin = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return begin, begin + timedelta(days=1)
