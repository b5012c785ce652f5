"""Where a question looks."""

from dataclasses import dataclass

from core.errors import NotFound, UserInputError
from core.knowledge import Collection, DocumentStatus
from core.retrieval.spec import Filters
from storage.storage import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The collections and documents that filters name, and what of them the encoder can search."""

    collections: dict[str, Collection]
    """By id."""
    document_ids: tuple[str, ...] | None
    """None: every document of the collections; empty: none fits the filters."""
    is_everywhere: bool
    """Whether no filter leaves out a collection."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look into."""
        return not self.collections or self.document_ids == ()


def resolve_scope(unit: UnitOfWork, filters: Filters) -> Scope:
    """What ``filters`` stand for.

    Raises:
        NotFound: A collection or a document that they name does not exist.
    """
    every = {collection.id: collection for collection in unit.collections.list_all()}
    wanted = tuple(dict.fromkeys(filters.collection_ids))
    for collection_id in wanted:
        if collection_id not in every:
            raise NotFound(f"There is no collection {collection_id!r}.", hint="See Documents for those that exist.")
    document_ids: tuple[str, ...] | None = None
    if filters.document_ids:
        document_ids = _existing(unit, filters.document_ids)
    if filters.added_after is not None or filters.added_before is not None:
        added = unit.documents.list_ids_added(after=filters.added_after, before=filters.added_before)
        document_ids = added if document_ids is None else tuple(set(document_ids).intersection(added))
    collections = {each: every[each] for each in wanted} if wanted else every
    return Scope(collections=collections, document_ids=document_ids, is_everywhere=not wanted)


def _existing(unit: UnitOfWork, document_ids: tuple[str, ...]) -> tuple[str, ...]:
    found = unit.documents.list_by_ids(document_ids)
    for each in document_ids:
        if each not in found or found[each].status is DocumentStatus.REMOVING:
            raise NotFound(f"There is no document {each!r}.", hint="See Documents for those that exist.")
    return tuple(dict.fromkeys(document_ids))


def searchable_by_meaning(scope: Scope, encoder_name: str) -> tuple[list[str], list[str]]:
    """Ids of the collections that this encoder made vectors for, and names of those that another one did.

    Raises:
        UserInputError: A collection that was asked for by name was made by another encoder.
    """
    same = [each.id for each in scope.collections.values() if each.embedding_model == encoder_name]
    other = [each for each in scope.collections.values() if each.embedding_model not in ("", encoder_name)]
    if other and not scope.is_everywhere:
        raise UserInputError(
            f"Collection {other[0].name!r} was made by the embedding model {other[0].embedding_model!r}; questions are "
            f"now read by {encoder_name!r}, and the two cannot be compared.",
            hint="Index the collection anew under Documents, set PRAXIS_EMBEDDING_MODEL back, or search by words only.",
            field="filters.collection_ids",
        )
    return same, [each.name for each in other]
