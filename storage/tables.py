"""The SQLModel tables. Rows never leave this package: repositories turn them into records."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, DateTime, Float, Index, Integer, String, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes; SQLite forgets the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse naive times (an invariant of ours) and store UTC."""
        if value is None:
            return None
        assert value.tzinfo is not None, "times are aware"
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give back an aware time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class DatasetRow(SQLModel, table=True):
    """One immutable version of a dataset."""

    __tablename__ = "dataset"

    id: str = Field(primary_key=True, sa_type=String(36))
    name: str = Field(sa_type=String(200))
    version: int = Field(sa_type=Integer)
    parent_id: str | None = Field(default=None, index=True, foreign_key="dataset.id", sa_type=String(36))
    family_id: str = Field(index=True, sa_type=String(36))
    source: dict[str, Any] = Field(sa_type=JSON)
    status: str = Field(index=True, sa_type=String(16))
    attempt: int = Field(sa_type=Integer)
    file_name: str = Field(sa_type=String(400))
    size_bytes: int = Field(sa_type=BigInteger)
    original_sha256: str | None = Field(default=None, sa_type=String(64))
    content_sha256: str | None = Field(default=None, index=True, sa_type=String(64))
    import_options: dict[str, Any] = Field(sa_type=JSON)
    format: str = Field(default="", sa_type=String(32))
    n_rows: int | None = Field(default=None, sa_type=BigInteger)
    columns: list[Any] = Field(sa_type=JSON)
    n_columns: int = Field(sa_type=Integer)
    notices: list[Any] = Field(sa_type=JSON)
    stage: str = Field(default="", sa_type=String(200))
    progress: float = Field(default=0.0, sa_type=Float)
    is_cancel_requested: bool = Field(default=False, sa_type=Boolean)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    heartbeat_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    created_at: datetime = Field(index=True, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    idempotency_key: str | None = Field(default=None, unique=True, sa_type=String(200))


class RunRow(SQLModel, table=True):
    """One training: what was asked for, where it stands, what came out."""

    __tablename__ = "run"

    id: str = Field(primary_key=True, sa_type=String(36))
    name: str = Field(sa_type=String(200))
    dataset_id: str = Field(index=True, foreign_key="dataset.id", sa_type=String(36))
    parent_id: str | None = Field(default=None, foreign_key="run.id", sa_type=String(36))
    config: dict[str, Any] = Field(sa_type=JSON)
    provenance: dict[str, Any] = Field(sa_type=JSON)
    status: str = Field(index=True, sa_type=String(16))
    command: str | None = Field(default=None, sa_type=String(16))
    commanded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempt: int = Field(sa_type=Integer)
    losses: int = Field(default=0, sa_type=Integer)
    worker: str | None = Field(default=None, sa_type=String(200))
    heartbeat_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    progress: dict[str, Any] = Field(sa_type=JSON)
    checkpoint_sha256: str | None = Field(default=None, sa_type=String(64))
    artifacts: dict[str, Any] = Field(sa_type=JSON)
    result: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    error: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    test_looks: int = Field(default=0, sa_type=Integer)
    test_looked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(index=True, sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    idempotency_key: str | None = Field(default=None, unique=True, sa_type=String(200))


class MetricTableRow(SQLModel, table=True):
    """One number of one run. Append-only; writing the same point twice changes nothing."""

    __tablename__ = "metric"
    __table_args__ = (
        Index("metric_point", "run_id", "name", "split", "step", unique=True),
        {"sqlite_with_rowid": False},
    )

    run_id: str = Field(primary_key=True, foreign_key="run.id", sa_type=String(36))
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    step: int = Field(sa_type=BigInteger)
    name: str = Field(sa_type=String(64))
    split: str = Field(sa_type=String(16))
    value: float = Field(sa_type=Float)
    wall_time: datetime = Field(sa_type=UtcDateTime)


class LogRow(SQLModel, table=True):
    """One line of a run's log."""

    __tablename__ = "run_log"

    run_id: str = Field(primary_key=True, foreign_key="run.id", sa_type=String(36))
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    at: datetime = Field(sa_type=UtcDateTime)
    level: str = Field(sa_type=String(16))
    text: str = Field(sa_type=Text)


class StagedUploadRow(SQLModel, table=True):
    """Uploaded bytes that are no dataset yet."""

    __tablename__ = "staged_upload"

    id: str = Field(primary_key=True, sa_type=String(36))
    file_name: str = Field(sa_type=String(400))
    size_bytes: int = Field(sa_type=BigInteger)
    sha256: str = Field(index=True, sa_type=String(64))
    created_at: datetime = Field(index=True, sa_type=UtcDateTime)


class ComputationRow(SQLModel, table=True):
    """One question to the workers, and where its answer is."""

    __tablename__ = "computation"

    id: str = Field(primary_key=True, sa_type=String(36))
    kind: str = Field(sa_type=String(64))
    params: dict[str, Any] = Field(sa_type=JSON)
    dataset_id: str | None = Field(default=None, index=True, foreign_key="dataset.id", sa_type=String(36))
    cache_key: str | None = Field(default=None, index=True, sa_type=String(64))
    status: str = Field(index=True, sa_type=String(16))
    attempt: int = Field(sa_type=Integer)
    is_cancel_requested: bool = Field(default=False, sa_type=Boolean)
    stage: str = Field(default="", sa_type=String(200))
    progress: float = Field(default=0.0, sa_type=Float)
    heartbeat_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    result_sha256: str | None = Field(default=None, sa_type=String(64))
    error: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    created_at: datetime = Field(index=True, sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    idempotency_key: str | None = Field(default=None, unique=True, sa_type=String(200))


class ConnectionRow(SQLModel, table=True):
    """A saved way to a database."""

    __tablename__ = "connection"

    id: str = Field(primary_key=True, sa_type=String(36))
    name: str = Field(unique=True, sa_type=String(200))
    kind: str = Field(sa_type=String(32))
    params: dict[str, Any] = Field(sa_type=JSON)
    encrypted_secret: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SavedChartRow(SQLModel, table=True):
    """A chart that a person keeps with a dataset."""

    __tablename__ = "saved_chart"

    id: str = Field(primary_key=True, sa_type=String(36))
    dataset_id: str = Field(index=True, foreign_key="dataset.id", sa_type=String(36))
    chart: str = Field(sa_type=String(64))
    params: dict[str, Any] = Field(sa_type=JSON)
    title: str = Field(sa_type=String(200))
    note: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class LedgerRow(SQLModel, table=True):
    """One statistical test that was done on a dataset."""

    __tablename__ = "ledger_entry"

    id: str = Field(primary_key=True, sa_type=String(36))
    dataset_id: str = Field(index=True, foreign_key="dataset.id", sa_type=String(36))
    computation_id: str = Field(unique=True, foreign_key="computation.id", sa_type=String(36))
    test: str = Field(sa_type=String(64))
    params: dict[str, Any] = Field(sa_type=JSON)
    p_value: float = Field(sa_type=Float)
    sentence: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)


class QueryRecordRow(SQLModel, table=True):
    """One SQL statement that a person ran."""

    __tablename__ = "query_record"

    id: str = Field(primary_key=True, sa_type=String(36))
    sql: str = Field(sa_type=Text)
    connection_id: str | None = Field(default=None, sa_type=String(36))
    computation_id: str = Field(foreign_key="computation.id", sa_type=String(36))
    created_at: datetime = Field(sa_type=UtcDateTime)


class RecipeDraftRow(SQLModel, table=True):
    """The recipe that is being written for a dataset: one for each."""

    __tablename__ = "recipe_draft"

    dataset_id: str = Field(primary_key=True, foreign_key="dataset.id", sa_type=String(36))
    steps: list[Any] = Field(sa_type=JSON)
    revision: int = Field(sa_type=Integer)
    updated_at: datetime = Field(sa_type=UtcDateTime)
