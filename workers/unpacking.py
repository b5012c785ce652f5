"""The job of an archive: each document in it becomes a document of its own."""

from collections.abc import Iterator, Sequence

from core.deliveries import index_job
from core.documents.archives import Expansion, Member, Skipped
from core.documents.errors import UnknownDocumentFormat
from core.documents.index_key import Versioned
from core.documents.registry import detect, document_extensions
from core.errors import Conflict, NotFound, UserInputError
from core.ids import utc_now
from core.knowledge import Collection, Document, DocumentStatus
from core.types import Notice, Severity
from core.wording import counted
from storage.filing import ARCHIVE, IncomingFile, file_document, key_of
from storage.storage import UnitOfWork
from storage.unused import remove_unused
from workers import short_work
from workers.edge import Displaced
from workers.workspace import WorkerWorkspace

MOST_REASONS = 50
"""Files left out whose reasons are kept."""


def unpack(attempt: short_work.Attempt[Document], workspace: WorkerWorkspace) -> None:
    """Put every document of an archive into its collection; what a former version of it held and it does not goes.

    Raises:
        UnreadableDocument: The archive is damaged, or holds nothing that is read here.
    """
    settings = attempt.context.settings
    folder = workspace.folder / "members"
    folder.mkdir()
    expansion = Expansion(
        workspace.kept_file(attempt.subject.original_sha256),
        folder,
        max_member_bytes=settings.max_document_mb * 1_000_000,
        max_bytes=settings.max_upload_mb * 1_000_000,
    )
    skipped: list[Skipped] = []
    names: list[str] = []
    for member, document_format in _documents(expansion, skipped):
        workspace.report(0.5, f"Unpacking {member.name.rsplit('/', 1)[-1][:80]}")
        names.append(_file(attempt, member, document_format))
    skipped = [*expansion.skipped, *skipped]
    if not names:
        raise _nothing(skipped)
    _finish(attempt, names, _notices(skipped))


def _documents(expansion: Expansion, skipped: list[Skipped]) -> Iterator[tuple[Member, Versioned]]:
    """The files that are read here, each removed when the next one is wanted; the others with their reason."""
    for member in expansion:
        try:
            yield member, detect(member.path, member.name)
        except UserInputError as error:
            skipped.append(Skipped(member.name, error.message))
        finally:
            member.path.unlink(missing_ok=True)


def _file(attempt: short_work.Attempt[Document], member: Member, document_format: Versioned) -> str:
    """Put one member into the collection; its name there."""
    context, archive = attempt.context, attempt.subject
    sha256 = context.storage.artifacts.save_file(member.path)
    file = IncomingFile(
        file_name=f"{archive.file_name}/{member.name}",
        sha256=sha256,
        size_bytes=member.path.stat().st_size,
        archive_id=archive.id,
    )
    with context.storage.write() as unit:
        filed = file_document(unit, _collection(unit, archive), file, document_format)
    if filed.outcome.has_work:
        context.queue.enqueue(index_job(filed.document, context.settings))
    remove_unused(context.storage, [filed.replaced_sha256])
    return filed.document.file_name


def _finish(attempt: short_work.Attempt[Document], names: Sequence[str], notices: tuple[Notice, ...]) -> None:
    context, archive = attempt.context, attempt.subject
    kept = frozenset(names)
    with context.storage.write() as unit:
        collection = _collection(unit, archive)
        gone = [each for each in unit.documents.list_members(archive.id) if each.file_name not in kept]
        removed = [unit.documents.mark_removed(each) for each in gone]
        for document in removed:
            unit.passages.remove_document(document.id)
        attempt.subject = unit.documents.update(
            archive.id,
            expect=[DocumentStatus.RUNNING],
            at_attempt=archive.attempt,
            status=DocumentStatus.READY,
            generation=archive.attempt,
            n_pages=len(kept),
            index_key=key_of(archive, collection, ARCHIVE),
            notices=notices,
            stage="Ready",
            progress=1.0,
            error=None,
            finished_at=utc_now(),
        )
    for document in removed:
        context.queue.enqueue(index_job(document, context.settings))


def _collection(unit: UnitOfWork, archive: Document) -> Collection:
    """The collection of an archive, while this attempt is the present one. Raises Displaced otherwise.

    It writes: whoever removes the archive waits for the end of this transaction, and finds the member it adds.
    """
    try:
        unit.documents.update(
            archive.id, expect=[DocumentStatus.RUNNING], at_attempt=archive.attempt, heartbeat_at=utc_now()
        )
        return unit.collections.get(archive.collection_id)
    except (Conflict, NotFound) as error:
        raise Displaced from error


def _notices(skipped: Sequence[Skipped]) -> tuple[Notice, ...]:
    told = [
        Notice(severity=Severity.INFO, code="left_out", text=f"{each.name} was left out. {each.reason}")
        for each in skipped[:MOST_REASONS]
    ]
    if len(skipped) > MOST_REASONS:
        text = f"{counted(len(skipped) - MOST_REASONS, 'more file was', 'more files were')} left out."
        told.append(Notice(severity=Severity.INFO, code="left_out", text=text))
    return tuple(told)


def _nothing(skipped: Sequence[Skipped]) -> UnknownDocumentFormat:
    first = f" The first, {skipped[0].name}: {skipped[0].reason}" if skipped else ""
    return UnknownDocumentFormat(
        f"The ZIP archive holds no document that is read here.{first}",
        hint=f"Files that are read end in {', '.join(sorted(document_extensions()))}.",
    )
