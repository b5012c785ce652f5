"""Doing what a card proposes, because a person asked for it."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress

from app.services.configuring import StartRun
from app.services.recipes import RecipeService
from app.services.runs import RunService
from core.errors import Conflict
from core.insights.spec import Action
from core.knowledge import InsightCard
from core.params import validate_params
from core.types import Value

TRIES = 5
"""How often steps are added to a recipe that others change at the same moment."""


class Acted(Value):
    """What became of an action, and where to see it."""

    kind: str
    page: str
    query: dict[str, str]
    run_id: str | None = None
    """Of the run that was started, or had been started by the same proposal."""
    message: str


class ActionDoer:
    """Opens, starts and adds."""

    def __init__(self, *, runs: RunService, recipes: RecipeService) -> None:
        self._runs = runs
        self._recipes = recipes

    def do(self, card: InsightCard, action: Action) -> Acted:
        """Do ``action`` of ``card``; twice starts one run and adds each step once. Raises like the services."""
        doing: dict[str, Callable[[InsightCard, Action], Acted]] = {
            "open_page": _open,
            "start_run": self._start_run,
            "apply_recipe": self._add_steps,
        }
        return doing[action.kind](card, action)

    def _start_run(self, card: InsightCard, action: Action) -> Acted:
        request = validate_params(StartRun, action.request, field="request")
        digest = hashlib.sha256(json.dumps(action.request, sort_keys=True).encode()).hexdigest()[:24]
        # The key is that of the proposal, not of the click: whoever clicks, in whichever tab, it is started once.
        run = self._runs.start(request, idempotency_key=f"insight-{card.fingerprint[:24]}-{digest}")
        return Acted(
            kind=action.kind, page="runs", query={"run": run.id}, run_id=run.id, message=f"Started: {run.name}."
        )

    def _add_steps(self, card: InsightCard, action: Action) -> Acted:
        for _ in range(TRIES):
            with suppress(Conflict):  # another click was faster: what it has added is looked at
                return self._add_missing_steps(card, action)
        return self._add_missing_steps(card, action)

    def _add_missing_steps(self, card: InsightCard, action: Action) -> Acted:
        dataset_id = str(action.request.get("dataset_id") or card.scope_id)
        draft = self._recipes.draft(dataset_id)
        known = [(step.get("step"), step.get("params")) for step in draft.steps]
        missing = [
            step for step in action.request.get("steps", ()) if (step.get("step"), step.get("params")) not in known
        ]
        if missing:
            self._recipes.save_draft(dataset_id, (*draft.steps, *missing), revision=draft.revision)
        message = "Added to the recipe; nothing changes before it is applied." if missing else "It is in the recipe."
        return Acted(
            kind=action.kind,
            page=action.page or "explore",
            query={"dataset": dataset_id, **action.query},
            message=message,
        )


def _open(card: InsightCard, action: Action) -> Acted:
    del card
    return Acted(kind=action.kind, page=action.page, query=action.query, message=action.label)
