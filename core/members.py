"""Which finished runs may be combined: the rules that a request and its worker both check."""

from collections.abc import Sequence

from core.errors import Conflict, UserInputError
from core.records import Run
from core.types import RunStatus

FEWEST_MEMBERS = 2
FIELD = "params.runs"


def check_members(members: Sequence[Run], *, combining: frozenset[str]) -> None:
    """Refuse runs that were not trained and judged on the same rows.

    Args:
        members: The runs to combine; the others are held against the first one.
        combining: Keys of models that are combinations themselves.

    Raises:
        UserInputError: There are too few, one twice, or one differs; the message names it and what differs.
        Conflict: One is not finished.
    """
    if len(members) < FEWEST_MEMBERS:
        raise UserInputError(
            f"{len(members)} run{'' if len(members) == 1 else 's'} to combine; at least {FEWEST_MEMBERS} are needed.",
            hint="Name finished runs on the same dataset, target, split and seed.",
            field=FIELD,
        )
    seen: set[str] = set()
    for member in members:
        if member.id in seen:
            raise UserInputError(f"Run {member.name!r} is named twice.", hint="Name each run once.", field=FIELD)
        seen.add(member.id)
        _check_alone(member, combining)
        if difference := differs(member, members[0]):
            raise UserInputError(
                f"Run {member.name!r} {difference} than run {members[0].name!r}.",
                hint="Only runs on the same rows can be combined: same dataset version, target, split and seed.",
                field=FIELD,
            )


def differs(run: Run, other: Run) -> str:
    """How ``run`` cannot be combined with ``other``, to be read after its name; empty when it can."""
    facts = (
        (run.provenance.dataset_sha256, other.provenance.dataset_sha256, "learned from another dataset version"),
        (run.config.target, other.config.target, "predicts another target"),
        (run.config.task, other.config.task, "does another task"),
        (run.config.split, other.config.split, "divides the rows in another way"),
        (run.config.seed, other.config.seed, "divides the rows by another seed"),
        (run.provenance.split_sha256, other.provenance.split_sha256, "learned from other rows"),
    )
    return next((text for here, there, text in facts if here != there), "")


def _check_alone(member: Run, combining: frozenset[str]) -> None:
    if member.status is not RunStatus.FINISHED or member.artifacts.model is None:
        raise Conflict(
            f"Run {member.name!r} is {member.status.value}; only finished runs can be combined.",
            hint="Wait for its end, or leave it out.",
        )
    if member.config.model in combining:
        raise UserInputError(
            f"Run {member.name!r} is a combination itself.", hint="Combine the runs that it is made of.", field=FIELD
        )
