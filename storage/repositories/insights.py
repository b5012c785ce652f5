"""Cards of insights in the database: found again they keep what a person made of them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from core.errors import NotFound
from core.ids import utc_now
from core.knowledge import InsightCard, InsightStatus
from core.records import Computation
from storage.knowledge_tables import InsightRow
from storage.tables import ComputationRow

MOST_LISTED = 2_000
_REFRESHED = ("content", "computation_id", "updated_at")
"""What a card that is found again takes over; its id, its age and its status stay."""


class InsightRepository:
    """Reads and changes of ``insight`` rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def store(self, cards: Sequence[InsightCard]) -> None:
        """Insert cards; one whose fingerprint is known is refreshed and keeps its id and its status.

        Atomic for each card: two transactions that store the same ones leave each of them once.
        """
        dialect = self._session.get_bind().dialect.name
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        # In one order everywhere: two transactions that store the same cards would wait for each other otherwise.
        for card in sorted(cards, key=lambda one: one.fingerprint):
            values = card.model_dump(mode="python") | {"status": card.status.value}
            statement = insert(InsightRow).values(**values)
            refreshed = {name: statement.excluded[name] for name in _REFRESHED}
            self._session.connection().execute(
                statement.on_conflict_do_update(index_elements=["fingerprint"], set_=refreshed)
            )

    def retire(self, scope: str, scope_id: str, *, kinds: Collection[str], found: Collection[str]) -> None:
        """What a look did not find any more: new cards go, those that a person has judged stay without a look.

        Args:
            scope: Of the look.
            scope_id: Of the look.
            kinds: What the look can find; cards of other kinds are no matter of it.
            found: Fingerprints of what it found.
        """
        gone = and_(
            col(InsightRow.scope) == scope,
            col(InsightRow.scope_id) == scope_id,
            col(InsightRow.kind).in_(list(kinds)),
            col(InsightRow.fingerprint).not_in(list(found)),
        )
        self._session.execute(delete(InsightRow).where(gone, col(InsightRow.status) == InsightStatus.NEW.value))
        self._session.execute(update(InsightRow).where(gone).values(computation_id=None))

    def kinds_in(self, scope: str, scope_id: str) -> frozenset[str]:
        """Kinds of the cards of one scope."""
        query = select(InsightRow.kind).where(InsightRow.scope == scope, InsightRow.scope_id == scope_id).distinct()
        return frozenset(self._session.exec(query))

    def is_stored(self, computation_id: str) -> bool:
        """Whether a card was last found by this computation."""
        query = select(InsightRow.id).where(InsightRow.computation_id == computation_id).limit(1)
        return self._session.exec(query).first() is not None

    def find(self, card_id: str) -> InsightCard | None:
        """The card, or None."""
        row = self._session.get(InsightRow, card_id, populate_existing=True)
        return None if row is None else _to_record(row)

    def get(self, card_id: str) -> InsightCard:
        """The card. Raises NotFound."""
        card = self.find(card_id)
        if card is None:
            raise NotFound(
                f"There is no insight {card_id!r}.", hint="It may not have been found any more. See Insights."
            )
        return card

    def list_cards(
        self, *, scope: str | None = None, scope_id: str | None = None, statuses: Collection[InsightStatus] = ()
    ) -> tuple[InsightCard, ...]:
        """Cards, those that changed last first, at most some thousand."""
        query = select(InsightRow).order_by(col(InsightRow.updated_at).desc(), col(InsightRow.id)).limit(MOST_LISTED)
        if scope is not None:
            query = query.where(InsightRow.scope == scope)
        if scope_id is not None:
            query = query.where(InsightRow.scope_id == scope_id)
        if statuses:
            query = query.where(col(InsightRow.status).in_([status.value for status in statuses]))
        return tuple(_to_record(row) for row in self._session.exec(query))

    def count_by_status(self, scope: str | None = None, scope_id: str | None = None) -> dict[InsightStatus, int]:
        """How many cards are in each state."""
        query = select(InsightRow.status, func.count()).group_by(InsightRow.status)
        if scope is not None:
            query = query.where(InsightRow.scope == scope, InsightRow.scope_id == scope_id)
        return {InsightStatus(status): count for status, count in self._session.execute(query)}

    def set_status(self, card_id: str, status: InsightStatus) -> InsightCard:
        """What a person made of a card. Raises NotFound."""
        self.get(card_id)
        changed: dict[str, str | datetime] = {"status": status.value, "updated_at": utc_now()}
        self._session.execute(update(InsightRow).where(col(InsightRow.id) == card_id).values(**changed))
        return self.get(card_id)

    def remove_scope(self, scope: str, scope_id: str) -> None:
        """Delete every card of a scope; none is fine."""
        self._session.execute(
            delete(InsightRow).where(col(InsightRow.scope) == scope, col(InsightRow.scope_id) == scope_id)
        )

    def list_looks(
        self, kinds: Collection[str], *, dataset_id: str | None = None, limit: int = 50
    ) -> tuple[Computation, ...]:
        """The newest computations of some kinds, whatever their state, newest first.

        Args:
            kinds: Keys of the computation registry.
            dataset_id: If given, only those on this dataset.
            limit: Most that come.
        """
        query = (
            select(ComputationRow)
            .where(col(ComputationRow.kind).in_(list(kinds)))
            .order_by(col(ComputationRow.id).desc())
            .limit(limit)
        )
        if dataset_id is not None:
            query = query.where(ComputationRow.dataset_id == dataset_id)
        return tuple(Computation.model_validate(row.model_dump()) for row in self._session.exec(query))


def _to_record(row: InsightRow) -> InsightCard:
    return InsightCard.model_validate(row.model_dump())
