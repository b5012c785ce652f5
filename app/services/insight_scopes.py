"""What insights are about: a dataset, a run, a comparison or the whole workspace; and what is asked about it."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from core.errors import UserInputError
from core.records import Computation

Scope = Literal["dataset", "run", "comparison", "workspace"]
SCOPES: tuple[Scope, ...] = ("dataset", "run", "comparison", "workspace")
KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "dataset": ("find_insights", "recommend_models"),
        "run": ("run_insights",),
        "comparison": ("comparison_insights",),
        "workspace": ("workspace_insights",),
    }
)
"""Computations that a look at a scope consists of."""
ALL_KINDS = tuple(kind for kinds in KINDS.values() for kind in kinds)
WORKSPACE_ID = ""
MOST_COMPARED = 20


def scope_of(text: str) -> Scope:
    """``text`` as a scope. Raises UserInputError."""
    found = next((scope for scope in SCOPES if scope == text), None)
    if found is None:
        raise UserInputError(
            f"There is nothing called {text!r} to look at.", hint=f"Choose {', '.join(SCOPES)}.", field="scope"
        )
    return found


def scope_id_of(scope: Scope, text: str) -> str:
    """What cards of a scope carry: an id, for a comparison the hash of its runs, nothing for the workspace.

    Raises:
        UserInputError: A comparison names fewer than two runs, or too many.
    """
    if scope == "comparison":
        is_hash = len(text) == 32 and text.isalnum()
        return text if is_hash else comparison_id(compared(text))
    return WORKSPACE_ID if scope == "workspace" else text


def compared(text: str) -> tuple[str, ...]:
    """Ids of runs that stand in ``text`` with commas. Raises UserInputError."""
    run_ids = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not 2 <= len(run_ids) <= MOST_COMPARED:
        raise UserInputError(
            f"A comparison needs 2 to {MOST_COMPARED} runs; {len(run_ids)} were named.",
            hint="Name their ids with commas.",
            field="id",
        )
    return run_ids


def comparison_id(run_ids: Sequence[str]) -> str:
    """What a comparison of these runs is known by, whatever their order."""
    return hashlib.sha256(",".join(sorted(set(run_ids))).encode()).hexdigest()[:32]


def about(computation: Computation) -> tuple[Scope, str]:
    """The scope that a computation looked at."""
    params = computation.params
    if computation.kind in KINDS["dataset"]:
        return "dataset", str(params.get("dataset_id", ""))
    if computation.kind in KINDS["run"]:
        return "run", str(params.get("run_id", ""))
    if computation.kind in KINDS["comparison"]:
        return "comparison", comparison_id(params.get("run_ids", ()))
    return "workspace", WORKSPACE_ID


def findable(computation_kind: str, kinds: Collection[str]) -> frozenset[str]:
    """Of the kinds of cards that a scope has, those that a computation could have found."""
    from evaluation.insights.registry import OF_MODELS

    recommended = frozenset(OF_MODELS)
    if computation_kind == "recommend_models":
        return recommended & frozenset(kinds)
    return frozenset(kinds) - (recommended if computation_kind == "find_insights" else frozenset())
