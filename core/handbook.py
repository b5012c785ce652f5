"""The handbook: Praxis's own pages of help, as a collection that can be asked."""

from collections.abc import Collection as AnyOf
from collections.abc import Iterator
from pathlib import Path

from core.ids import new_id
from core.knowledge import HANDBOOK, NO_HANDBOOK, Collection
from core.retrieval.encoders.identity import encoder_identity
from core.settings import Settings

NAME = "Praxis handbook"
DESCRIPTION = "What Praxis can do and how, page by page."

FIRST_QUESTIONS = (
    ("What counts as a leak?", "user/leaks.md"),
    ("Which runs can be ranked against each other?", "user/comparing.md"),
    ("How many rows does a class need before a stratified split works?", "user/splits.md"),
    ("Which file formats can be read?", "user/datasets.md"),
    ("Would collecting more rows help my model?", "user/explanations.md"),
    ("Can I weigh false negatives more than false positives?", "user/evaluation.md"),
)
"""Questions to begin with, each with the page that answers it; offered as soon as that page is ready."""

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the project, in which ``docs`` lies."""


def handbook_files(root: Path = ROOT) -> Iterator[tuple[str, Path]]:
    """Name and place of each page: guides for people first, then what stands at the top, last notes for developers.

    Pages are read in this order, so that what most people ask can be answered first. Nothing comes where the
    pages are not installed.
    """
    found = [root / "README.md", *(root / "docs").glob("*.md")]
    found += [*(root / "docs" / "user").glob("*.md"), *(root / "docs" / "developers").glob("*.md")]
    names = {path.relative_to(root).as_posix().removeprefix("docs/"): path for path in found if path.is_file()}
    first = {"user": 0, "developers": 2}
    yield from sorted(names.items(), key=lambda each: (first.get(each[0].split("/")[0], 1), each[0]))


def new_handbook(settings: Settings, taken: AnyOf[str] = ()) -> Collection:
    """The handbook's collection, still empty.

    Args:
        settings: Name the embedding model.
        taken: Names of other collections; it gets a number when its own is among them.
    """
    identity = encoder_identity(settings.embedding_model)
    names = (NAME, *(f"{NAME} {number}" for number in range(2, len(taken) + 3)))
    return Collection(
        id=new_id(),
        name=next(name for name in names if name not in taken),
        description=DESCRIPTION,
        embedding_model=identity.name,
        dimension=identity.dimension,
        origin=HANDBOOK,
    )


def no_handbook() -> Collection:
    """The mark that a person has removed the handbook."""
    mark_id = new_id()
    return Collection(id=mark_id, name=f"removed {mark_id}", embedding_model="", dimension=0, origin=NO_HANDBOOK)
