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

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the project, in which ``docs`` lies."""


def handbook_files(root: Path = ROOT) -> Iterator[tuple[str, Path]]:
    """Name and place of each page, by name: guides for people, notes for developers, what stands at the top.

    Nothing comes where the pages are not installed.
    """
    found = [root / "README.md", *(root / "docs").glob("*.md")]
    found += [*(root / "docs" / "user").glob("*.md"), *(root / "docs" / "developers").glob("*.md")]
    names = {path.relative_to(root).as_posix().removeprefix("docs/"): path for path in found if path.is_file()}
    yield from sorted(names.items())


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
