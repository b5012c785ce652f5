"""From the answers of looks to stored cards: each answer is stored once, whoever reads it first."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from app.services.computations import ComputationService
from app.services.insight_scopes import ALL_KINDS, KINDS, Scope, about, findable
from core.errors import WorkbenchError
from core.ids import new_id, utc_now
from core.insights.report import InsightReport
from core.insights.spec import Finding
from core.knowledge import InsightCard
from core.records import Computation
from core.types import ComputationStatus
from storage.storage import Storage

logger = logging.getLogger(__name__)

LOOKS_READ = 60
"""Computations that are looked through for answers that nobody has stored yet."""


class CardKeeper:
    """Stores what looks found."""

    def __init__(self, *, storage: Storage, computations: ComputationService) -> None:
        self._storage = storage
        self._computations = computations
        self._stored: set[str] = set()
        """Computations that this process knows to be stored: saves reading, the database decides."""

    def newest(self, scope: Scope, scope_id: str) -> dict[str, Computation]:
        """The newest computation of each kind about a scope."""
        dataset_id = scope_id if scope == "dataset" else None
        with self._storage.read() as unit:
            looks = unit.insights.list_looks(KINDS[scope], dataset_id=dataset_id, limit=LOOKS_READ)
        found: dict[str, Computation] = {}
        for one in looks:
            if one.kind not in found and about(one)[1] == scope_id:
                found[one.kind] = one
        return found

    def store_all(self) -> None:
        """Store what was answered while nobody looked."""
        with self._storage.read() as unit:
            looks = unit.insights.list_looks(ALL_KINDS, limit=LOOKS_READ)
        newest: dict[tuple[Scope, str, str], Computation] = {}
        for one in looks:
            if one.status is ComputationStatus.FINISHED:
                newest.setdefault((*about(one), one.kind), one)
        for one in newest.values():
            self.store(one)

    def store(self, computation: Computation) -> None:
        """The findings of an answer as cards. A second time nothing changes, also from another process."""
        if computation.status is not ComputationStatus.FINISHED or computation.id in self._stored:
            return
        report = self.report(computation)
        if report is None:
            return
        scope, scope_id = about(computation)
        now = utc_now()
        cards = {
            card.fingerprint: card
            for finding in report.findings
            for card in [make_card(scope, scope_id, finding, computation.id, now)]
        }
        with self._storage.write() as unit:
            if not unit.insights.is_stored(computation.id):
                kinds = unit.insights.kinds_in(scope, scope_id)
                unit.insights.store(tuple(cards.values()))
                unit.insights.retire(scope, scope_id, kinds=findable(computation.kind, kinds), found=set(cards))
        self._stored.add(computation.id)

    def report(self, computation: Computation) -> InsightReport | None:
        """The answer of a look; None when it cannot be read."""
        try:
            result = self._computations.result(computation)
        except WorkbenchError as error:  # another version's answer, or a store that is away: the next look brings it
            logger.warning("insights of computation %s: %s", computation.id, error.message)
            return None
        assert isinstance(result, InsightReport), "every kind of look answers with a report"
        return result


def make_card(scope: str, scope_id: str, finding: Finding, computation_id: str, now: datetime) -> InsightCard:
    """A new card for a finding."""
    return InsightCard(
        id=new_id(),
        scope=scope,
        scope_id=scope_id,
        fingerprint=fingerprint(scope, scope_id, finding),
        kind=finding.kind,
        content=finding.model_dump(mode="json"),
        computation_id=computation_id,
        created_at=now,
        updated_at=now,
    )


def fingerprint(scope: str, scope_id: str, finding: Finding) -> str:
    """What a card is known by when it is found again."""
    text = json.dumps([scope, scope_id, finding.kind, list(finding.subject)], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read_cards(cards: Sequence[InsightCard]) -> list[tuple[InsightCard, Finding]]:
    """Cards with their findings; one of another version of Praxis is left out until it is found again."""
    found = []
    for card in cards:
        try:
            found.append((card, Finding.model_validate(card.content)))
        except ValueError:
            logger.warning("the insight %s has another form", card.id)
    return found


def names_of(storage: Storage, cards: Sequence[InsightCard]) -> Mapping[str, str]:
    """What the datasets and runs of cards are called, by id."""
    names: dict[str, str] = {}
    with storage.read() as unit:
        for scope_id in {card.scope_id for card in cards if card.scope == "dataset"}:
            summary = unit.datasets.find_summary(scope_id)
            names[scope_id] = f"{summary.name} v{summary.version}" if summary else "a removed dataset"
        for scope_id in {card.scope_id for card in cards if card.scope == "run"}:
            run = unit.runs.find(scope_id)
            names[scope_id] = run.name if run else "a removed run"
    return names
