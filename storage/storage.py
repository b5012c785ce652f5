"""One handle on everything that is kept: rows in units of work, files by their content."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from core.errors import Unavailable, UserInputError
from core.settings import Settings
from storage.artifacts import ArtifactStore
from storage.database import make_engine
from storage.lexical import LexicalIndex
from storage.repositories.computations import ComputationRepository
from storage.repositories.connections import ConnectionRepository
from storage.repositories.conversations import ConversationRepository, MessageRepository
from storage.repositories.datasets import DatasetRepository
from storage.repositories.documents import CollectionRepository, DocumentRepository, PassageRepository
from storage.repositories.insights import InsightRepository
from storage.repositories.keepsakes import (
    LedgerRepository,
    QueryRecordRepository,
    RecipeDraftRepository,
    SavedChartRepository,
    StagedUploadRepository,
)
from storage.repositories.language_model_uses import LanguageModelUseRepository
from storage.repositories.logs import LogRepository
from storage.repositories.metrics import MetricRepository
from storage.repositories.question_sets import QuestionSetRepository
from storage.repositories.runs import RunRepository


class UnitOfWork:
    """The repositories of one transaction."""

    def __init__(self, session: Session) -> None:
        self.datasets = DatasetRepository(session)
        self.runs = RunRepository(session)
        self.metrics = MetricRepository(session)
        self.logs = LogRepository(session)
        self.computations = ComputationRepository(session)
        self.connections = ConnectionRepository(session)
        self.staged_uploads = StagedUploadRepository(session)
        self.saved_charts = SavedChartRepository(session)
        self.ledger = LedgerRepository(session)
        self.query_records = QueryRecordRepository(session)
        self.recipe_drafts = RecipeDraftRepository(session)
        self.collections = CollectionRepository(session)
        self.documents = DocumentRepository(session)
        self.passages = PassageRepository(session)
        self.question_sets = QuestionSetRepository(session)
        self.conversations = ConversationRepository(session)
        self.messages = MessageRepository(session)
        self.lexical = LexicalIndex(session)
        self.language_model_uses = LanguageModelUseRepository(session)
        self.insights = InsightRepository(session)


class Storage:
    """The database and the artifact store of one instance."""

    def __init__(self, *, database_url: str, artifacts: ArtifactStore) -> None:
        self.database_url = database_url
        self.engine = make_engine(database_url)
        self.artifacts = artifacts

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A transaction that commits at the end of the block, or not at all if the block raises.

        Raises:
            Unavailable: The database does not answer or cannot write; nothing was changed.
        """
        with self._session(writes=True) as unit:
            yield unit

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A transaction that changes nothing.

        Raises:
            Unavailable: The database does not answer.
        """
        with self._session(writes=False) as unit:
            yield unit

    @contextmanager
    def _session(self, *, writes: bool) -> Iterator[UnitOfWork]:
        engine = self.engine.execution_options(praxis_writes=True) if writes else self.engine
        try:
            with Session(engine) as session, session.begin():
                yield UnitOfWork(session)
        except PoolTimeout as error:
            raise Unavailable("The database is busy; nothing was saved.", hint="Try again in a moment.") from error
        except DataError as error:
            raise UserInputError(
                "The database cannot store this.",
                hint="Remove unusual characters, such as NUL, and shorten long texts.",
            ) from error
        except (OperationalError, InterfaceError) as error:
            raise _as_unavailable(error) from error

    def forget_connections_after_fork(self) -> None:
        """Drop inherited connections without closing them: they belong to the parent process."""
        self.engine.dispose(close=False)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_storage(settings: Settings) -> Storage:
    """The storage that ``settings`` describe; the embedded defaults live in the home folder."""
    home = settings.home.resolve()
    return Storage(
        database_url=settings.database_url.get_secret_value() or sqlite_url(home),
        artifacts=ArtifactStore(
            settings.artifact_url or str(home / "artifacts"),
            endpoint_url=settings.artifact_endpoint_url,
            cache_folder=home / "cache" / "artifacts",
        ),
    )


def sqlite_url(home: Path) -> str:
    """Address of the embedded database in ``home``."""
    return f"sqlite:///{home / 'praxis.sqlite'}"


def _as_unavailable(error: OperationalError | InterfaceError) -> Unavailable:
    reason = str(error.orig).lower()
    if "full" in reason or "no space" in reason:
        return Unavailable("The disk is full; nothing was saved.", hint="Free some space, then try again.")
    if "locked" in reason:
        return Unavailable("The database is busy; nothing was saved.", hint="Try again in a moment.")
    return Unavailable("The database does not answer.", hint="Try again in a moment, or run: python -m app doctor")
