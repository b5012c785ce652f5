"""The language model of this instance: whether one is set, whether it answers, what it was used for and cost."""

import os
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from app.services.computations import ComputationService
from core.computing.catalog.check_language_model import LanguageModelCheck
from core.errors import Conflict
from core.ids import utc_now
from core.knowledge import LanguageModelUse
from core.llm.budget import day_of
from core.llm.names import model_name, server_name
from core.llm.spec import LOCAL, Spent
from core.records import Computation
from core.settings import Settings
from core.types import Value
from storage.storage import Storage

KIND = "check_language_model"
N_DAYS = 14


class LanguageModelState(Value):
    """What is set and what is left of today."""

    is_configured: bool
    model: str = ""
    server: str = ""
    """Host and port; never the key."""
    has_key: bool = False
    """Whether a key is set in this process; servers on one's own machine want none."""
    today: Spent = Spent()
    tokens_per_day: int = 0
    """0: any number."""
    tokens_left: int | None = None
    """None without a limit."""
    cost_per_day: float = 0.0
    cost_left: float | None = None
    has_prices: bool = False
    renews_at: datetime
    """When the day of the budget ends (UTC)."""
    keeps_answers: bool = True
    hides_contacts: bool = False


class DayOfUse(Value):
    """One day (UTC) of uses."""

    day: date
    spent: Spent


class LanguageModelService:
    """What can be known of the language model, and whether it answers."""

    def __init__(
        self,
        *,
        storage: Storage,
        computations: ComputationService,
        settings: Settings,
        environment: Mapping[str, str] | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._storage = storage
        self._computations = computations
        self._settings = settings
        self._environment = os.environ if environment is None else environment
        self._now = now

    @property
    def is_configured(self) -> bool:
        """Whether a language model is set."""
        return bool(model_name(self._settings))

    def state(self) -> LanguageModelState:
        """What is set and what is left of today. Raises Unavailable when the database does not answer."""
        settings = self._settings
        today, tomorrow = day_of(self._now())
        with self._storage.read() as unit:
            spent = unit.language_model_uses.spent(today, who=LOCAL)
        tokens, cost = settings.llm_tokens_per_day, settings.llm_cost_per_day
        return LanguageModelState(
            is_configured=self.is_configured,
            model=model_name(settings),
            server=server_name(self._environment) if self.is_configured else "",
            has_key=bool(self._environment.get("OPENAI_API_KEY")),
            today=spent,
            tokens_per_day=tokens,
            tokens_left=max(0, tokens - spent.tokens) if tokens else None,
            cost_per_day=cost,
            cost_left=max(0.0, cost - spent.cost) if cost else None,
            has_prices=bool(settings.llm_price_per_million_input or settings.llm_price_per_million_output),
            renews_at=tomorrow,
            keeps_answers=settings.llm_cache,
            hides_contacts=settings.llm_hide_contacts,
        )

    def by_day(self, n_days: int = N_DAYS) -> tuple[DayOfUse, ...]:
        """The last days, the oldest first, today the last; days without a use are among them."""
        today, tomorrow = day_of(self._now())
        with self._storage.read() as unit:
            return tuple(
                DayOfUse(
                    day=(today - timedelta(days=back)).date(),
                    spent=unit.language_model_uses.spent(today - timedelta(days=back), tomorrow - timedelta(days=back)),
                )
                for back in range(n_days - 1, -1, -1)
            )

    def uses(self, *, limit: int = 50, before: str | None = None) -> tuple[LanguageModelUse, ...]:
        """Single uses, newest first; with ``before`` those older than the use of this id."""
        with self._storage.read() as unit:
            return unit.language_model_uses.list_newest(limit=limit, before=before)

    def check(self) -> Computation:
        """Have a worker ask the model for one word. The answer is a ``LanguageModelCheck``.

        Raises:
            Conflict: No language model is set.
        """
        if not self.is_configured:
            raise Conflict("No language model is set.", hint="Set PRAXIS_LLM_MODEL, and start Praxis again.")
        return self._computations.start(KIND, {})

    def checked(self, computation: Computation) -> LanguageModelCheck:
        """What came of a check. Raises Conflict while there is nothing."""
        found = self._computations.result(computation)
        assert isinstance(found, LanguageModelCheck), "the registry says so"
        return found
