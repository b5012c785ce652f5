"""Runs that are made of other runs: what a request for one must say, and what it may leave to its members."""

from typing import Any

from app.services.configuring import StartRun
from core.errors import UserInputError
from core.members import FIELD, check_members, differs
from core.records import Dataset, Run
from core.types import LearningTask, RunStatus
from models.combinations import COMBINING
from storage.storage import Storage

MOST_OFFERED = 200


def settle_members(request: StartRun, dataset: Dataset, storage: Storage) -> StartRun:
    """``request`` as it stands, or for a combination with the split and seed of its members where it names none.

    Raises:
        NotFound: A member does not exist.
        UserInputError: The members do not fit each other or the request.
        Conflict: A member is not finished.
    """
    if request.model not in COMBINING:
        return request
    members = _members(request.params, storage)
    check_members(members, combining=COMBINING)
    first = members[0]
    _check_weights(request.params, len(members))
    if first.provenance.dataset_sha256 != dataset.content_sha256:
        raise _misfit(first, f"learned from another dataset version than {dataset.name!r} has")
    if first.config.target != request.target:
        raise _misfit(first, f"predicts {first.config.target!r}, not {request.target!r}")
    if request.task not in (None, first.config.task):
        raise _misfit(first, f"does {first.config.task.value}, not {request.task}")
    if "seed" in request.model_fields_set and request.seed != first.config.seed:
        raise _misfit(first, f"has the seed {first.config.seed}, not {request.seed}")
    split = first.config.split.model_dump(mode="json")
    if different := [name for name, value in request.split.items() if split.get(name) != value]:
        raise _misfit(first, f"has another {different[0]!r} in its split")
    return request.model_copy(update={"task": first.config.task, "seed": first.config.seed, "split": split})


def possible_members(storage: Storage, dataset: Dataset, *, target: str, task: LearningTask) -> tuple[Run, ...]:
    """Finished runs on this dataset version that could be combined with one another or with some, newest first."""
    with storage.read() as unit:
        page = unit.runs.list_page(
            limit=MOST_OFFERED, cursor=None, dataset_id=dataset.id, statuses=[RunStatus.FINISHED]
        )
    return tuple(
        run
        for run in page.items
        if run.artifacts.model
        and run.config.model not in COMBINING
        and run.provenance.dataset_sha256 == dataset.content_sha256
        and (run.config.target, run.config.task) == (target, task)
    )


def fitting_members(run: Run, others: tuple[Run, ...]) -> tuple[Run, ...]:
    """Those of ``others`` that can be combined with ``run``, itself included."""
    return tuple(other for other in others if not differs(other, run))


def _members(params: dict[str, Any], storage: Storage) -> tuple[Run, ...]:
    ids = params.get("runs", ())
    if not isinstance(ids, list | tuple) or not all(isinstance(each, str) for each in ids):
        raise UserInputError("'runs' is not a list of run ids.", hint="Name them as text in a list.", field=FIELD)
    with storage.read() as unit:
        found: tuple[Run, ...] = unit.runs.list_by_ids(ids)
    return found


def _check_weights(params: dict[str, Any], n_members: int) -> None:
    weights = params.get("weights") or ()
    if weights and len(weights) != n_members:
        given = "is 1 weight" if len(weights) == 1 else f"are {len(weights)} weights"
        raise UserInputError(
            f"There {given} for {n_members} runs.",
            hint="Give one weight for each run, in the same order, or none.",
            field="params.weights",
        )


def _misfit(member: Run, how: str) -> UserInputError:
    return UserInputError(
        f"Run {member.name!r} {how}.",
        hint="A combination has the dataset, target, split and seed of its runs; leave the last two out to take them.",
        field=FIELD,
    )
