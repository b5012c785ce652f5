"""Insights: look for them, keep them as cards, do what they propose when a person asks for it."""

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal

from app.services.computations import ComputationService
from app.services.datasets import DatasetService
from app.services.insight_actions import Acted, ActionDoer
from app.services.insight_cards import CardKeeper, names_of, read_cards
from app.services.insight_export import StoredInsight, card_json, card_markdown
from app.services.insight_scopes import Scope, compared, scope_id_of, scope_of
from app.services.recipes import RecipeService
from app.services.runs import RunService
from core.errors import NotFound, UserInputError
from core.insights.report import InsightReport
from core.insights.spec import Finding
from core.knowledge import InsightCard, InsightStatus
from core.records import Computation
from core.types import ComputationStatus, Value
from storage.repositories.paging import Page, check_limit
from storage.storage import Storage

ExportFormat = Literal["md", "json"]
Questions = dict[str, dict[str, Any]]
"""Parameters by key of the computation registry."""


class Look(Value):
    """One look at a scope: the computations that it consists of."""

    scope: Scope
    scope_id: str
    computations: tuple[Computation, ...] = ()

    @property
    def under_way(self) -> tuple[Computation, ...]:
        """Those without an answer yet."""
        return tuple(one for one in self.computations if not one.status.is_terminal)

    @property
    def failed(self) -> tuple[Computation, ...]:
        """Those that ended without one."""
        ended = (ComputationStatus.FAILED, ComputationStatus.CANCELLED)
        return tuple(one for one in self.computations if one.status in ended)


@dataclass(frozen=True, kw_only=True)
class CardFilter:
    """Which cards; empty parts take all."""

    scope: Scope | None = None
    scope_id: str | None = None
    """As ``InsightService.start`` takes it."""
    families: Collection[str] = ()
    sureness: Collection[str] = ()
    statuses: Collection[InsightStatus] = (InsightStatus.NEW, InsightStatus.KEPT)


class InsightService:
    """What can be done with insights."""

    def __init__(
        self,
        *,
        storage: Storage,
        computations: ComputationService,
        datasets: DatasetService,
        runs: RunService,
        recipes: RecipeService,
    ) -> None:
        self._storage = storage
        self._computations = computations
        self._datasets = datasets
        self._runs = runs
        self._keeper = CardKeeper(storage=storage, computations=computations)
        self._doer = ActionDoer(runs=runs, recipes=recipes)

    def start(
        self, scope: str, scope_id: str = "", *, target: str | None = None, idempotency_key: str | None = None
    ) -> Look:
        """Look for insights. An equal question on equal data that is answered or under way serves again.

        Args:
            scope: "dataset", "run", "comparison" or "workspace".
            scope_id: Id of the dataset or run; ids of the compared runs with commas; empty for the workspace.
            target: For a dataset: the column to be predicted, if one is known.
            idempotency_key: A second call with the same key looks once.

        Raises:
            NotFound: No such dataset or run.
            Conflict: The dataset is not ready, or a run has no result.
            UserInputError: There is no such scope or column, or runs to compare are missing.
        """
        checked = scope_of(scope)
        own_id = scope_id_of(checked, scope_id)
        before = self._keeper.newest(checked, own_id)
        asking: dict[Scope, Callable[[str, str | None], Questions]] = {
            "dataset": self._about_dataset,
            "run": self._about_run,
            "comparison": self._about_comparison,
            "workspace": lambda _id, _target: {"workspace_insights": {}},
        }
        started = tuple(
            self._ask(kind, params, before.get(kind), f"{idempotency_key}-{kind}" if idempotency_key else None)
            for kind, params in asking[checked](scope_id, target).items()
        )
        return Look(scope=checked, scope_id=own_id, computations=started)

    def look(self, scope: str, scope_id: str = "") -> Look:
        """The newest look at a scope, under way or over; what it found is stored. Raises UserInputError."""
        checked = scope_of(scope)
        own_id = scope_id_of(checked, scope_id)
        found = tuple(self._keeper.newest(checked, own_id).values())
        for one in found:
            self._keeper.store(one)
        return Look(scope=checked, scope_id=own_id, computations=found)

    def report(self, look: Look) -> InsightReport | None:
        """How much was looked at in a look, over its answered computations; None while there is none."""
        answered = [one for one in look.computations if one.status is ComputationStatus.FINISHED]
        reports = [report for one in answered if (report := self._keeper.report(one)) is not None]
        if not reports:
            return None
        return InsightReport(
            findings=tuple(finding for report in reports for finding in report.findings),
            looked=tuple(one for report in reports for one in report.looked),
            n_tests=sum(report.n_tests for report in reports),
            notices=tuple(notice for report in reports for notice in report.notices),
        )

    def cancel(self, look: Look) -> None:
        """End what is under way."""
        for computation in look.under_way:
            self._computations.cancel(computation.id)

    def list_page(self, wanted: CardFilter, *, limit: int = 50, cursor: str | None = None) -> Page[StoredInsight]:
        """Cards, the most interesting first.

        Raises:
            UserInputError: ``limit`` is not between 1 and 200, the cursor is none of ours, or the scope is unknown.
        """
        check_limit(limit)
        after = _cursor(cursor) if cursor else None
        scope_id = None
        if wanted.scope is not None and wanted.scope_id is not None:
            scope_id = self.look(wanted.scope, wanted.scope_id).scope_id
        else:
            self._keeper.store_all()
        with self._storage.read() as unit:
            cards = unit.insights.list_cards(scope=wanted.scope, scope_id=scope_id, statuses=wanted.statuses)
        fitting = sorted(
            (
                (_place(card, finding), card, finding)
                for card, finding in read_cards(cards)
                if (not wanted.families or finding.family in wanted.families)
                and (not wanted.sureness or finding.sureness in wanted.sureness)
            ),
            key=lambda one: one[0],
        )
        left = [one for one in fitting if after is None or one[0] > after]
        items = self._stored([(card, finding) for _, card, finding in left[:limit]])
        last = left[limit - 1][0] if len(left) > limit else None
        return Page(items, None if last is None else f"{last[0]:.6f}:{last[1]}")

    def counts(self, scope: str | None = None, scope_id: str = "") -> dict[InsightStatus, int]:
        """How many cards are new, kept and dismissed; a state without a card is absent."""
        own_id = scope_id_of(scope_of(scope), scope_id) if scope else None
        with self._storage.read() as unit:
            return unit.insights.count_by_status(scope, own_id)

    def get(self, card_id: str) -> StoredInsight:
        """One card. Raises NotFound."""
        with self._storage.read() as unit:
            card = unit.insights.get(card_id)
        found = self._stored(read_cards([card]))
        if not found:
            raise NotFound(
                "This insight was stored by another version of Praxis.", hint="Look again, it will come back."
            )
        return found[0]

    def judge(self, card_id: str, status: InsightStatus) -> StoredInsight:
        """Keep a card, dismiss it, or make it new again. Raises NotFound."""
        with self._storage.write() as unit:
            unit.insights.set_status(card_id, status)
        return self.get(card_id)

    def export(self, card_id: str, form: ExportFormat, *, base_url: str = "") -> str:
        """A card to be passed on, as Markdown or JSON. Raises NotFound."""
        stored = self.get(card_id)
        if form == "json":
            return json.dumps(card_json(stored), ensure_ascii=False, indent=2)
        return card_markdown(stored, link=f"{base_url}/insights?card={card_id}")

    def worth_a_look(self, most: int = 3) -> tuple[StoredInsight, ...]:
        """The most interesting cards that nobody has judged, of different subjects before more of one."""
        page = self.list_page(CardFilter(statuses=(InsightStatus.NEW,)), limit=60)
        first: dict[str, StoredInsight] = {}
        for one in page.items:
            first.setdefault(f"{one.card.scope}-{one.card.scope_id}", one)
        others = [one for one in page.items if one not in first.values()]
        return (*first.values(), *others)[:most]

    def act(self, card_id: str, number: int = 0) -> Acted:
        """Do what a card proposes, because a person asked for it. Doing it twice starts one run, not two.

        Args:
            card_id: The card.
            number: Of the action on it, from 0.

        Raises:
            NotFound: No such card, or it has no such action.
            UserInputError: What it proposes does not fit any more.
            Conflict: The dataset is not ready, or its recipe was changed meanwhile.
        """
        stored = self.get(card_id)
        actions = stored.finding.actions
        if not 0 <= number < len(actions):
            raise NotFound(f"This insight has no action {number}.", hint=f"It has {len(actions)}, counted from 0.")
        return self._doer.do(stored.card, actions[number])

    def _ask(self, kind: str, params: dict[str, Any], newest: Computation | None, key: str | None) -> Computation:
        """Ask one question. What is under way is not asked twice; an older answer than the newest is asked anew."""
        if newest is not None and not newest.status.is_terminal and newest.params == _complete(newest, params):
            return newest
        started = self._computations.start(kind, params, idempotency_key=key)
        if newest is not None and started.id < newest.id:
            return self._computations.start(kind, params, is_fresh=True)
        return started

    def _about_dataset(self, scope_id: str, target: str | None) -> Questions:
        dataset = self._datasets.get(scope_id)
        if target is not None and target not in {column.name for column in dataset.columns}:
            raise UserInputError(f"{dataset.name!r} has no column {target!r}.", hint="Name another.", field="target")
        asked = {"dataset_id": dataset.id, "target": target}
        return {
            "find_insights": asked,
            "recommend_models": {**asked, "neighbours": self._neighbours(dataset.id)},
        }

    def _about_run(self, scope_id: str, target: str | None) -> Questions:
        del target
        run = self._runs.get(scope_id)
        return {"run_insights": {"run_id": run.id, "neighbours": self._neighbours(run.dataset_id)}}

    def _about_comparison(self, scope_id: str, target: str | None) -> Questions:
        del target
        runs = self._runs.list_by_ids(compared(scope_id))
        neighbours = self._neighbours(runs[0].dataset_id)
        return {"comparison_insights": {"run_ids": sorted(run.id for run in runs), "neighbours": neighbours}}

    def _neighbours(self, dataset_id: str) -> str:
        """Hash of the runs on a dataset and where they stand: what a look proposes depends on them."""
        runs = self._runs.list_page(limit=200, dataset_id=dataset_id).items
        text = json.dumps([[run.id, run.status.value] for run in runs])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def _stored(self, found: list[tuple[InsightCard, Finding]]) -> tuple[StoredInsight, ...]:
        names = names_of(self._storage, [card for card, _ in found])
        return tuple(
            StoredInsight(
                card=card,
                finding=finding,
                is_current=card.computation_id is not None,
                about=names.get(card.scope_id, ""),
            )
            for card, finding in found
        )


def _complete(known: Computation, params: dict[str, Any]) -> dict[str, Any]:
    """``params`` with what ``known`` has of defaults."""
    return {**known.params, **params}


def _place(card: InsightCard, finding: Finding) -> tuple[float, str]:
    """Where a card stands in a list: by falling interest."""
    return round(1 - finding.interest, 6), card.id


def _cursor(text: str) -> tuple[float, str]:
    number, _, card_id = text.partition(":")
    try:
        return float(number), card_id
    except ValueError:
        raise UserInputError(
            f"{text[:40]!r} is no cursor.", hint="Take next_cursor of the page before.", field="cursor"
        ) from None
