"""The schema's history, on both kinds of database."""

import json
import sqlite3
import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlmodel import Session, SQLModel

import storage.knowledge_tables  # noqa: F401  (registers the tables)
import storage.tables  # noqa: F401
from core.records import Source
from storage.artifacts import ArtifactStore
from storage.database import make_engine
from storage.migrations import downgrade, upgrade
from storage.repositories.datasets import DatasetRepository
from storage.storage import Storage, sqlite_url
from tests.factories import make_dataset


def is_declared(name: str | None, kind: str, _parents: object) -> bool:
    """The lexical index is made of statements of its own, which SQLModel cannot declare."""
    return not (kind in ("table", "index") and (name or "").startswith("passage_terms"))


def differences(database_url: str) -> list[object]:
    """What a migration would still have to do."""
    engine = make_engine(database_url)
    try:
        with engine.connect() as connection:
            options = {"compare_type": True, "compare_server_default": True, "include_name": is_declared}
            context = MigrationContext.configure(connection, opts=options)
            return list(compare_metadata(context, SQLModel.metadata))
    finally:
        engine.dispose()


def tables(database_url: str) -> set[str]:
    engine = make_engine(database_url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_the_migrated_schema_is_the_declared_one(database_url: str) -> None:
    assert differences(database_url) == []


def test_upgrading_again_changes_nothing_and_keeps_the_rows(storage: Storage) -> None:
    with storage.write() as unit:
        dataset = unit.datasets.add(make_dataset())
    upgrade(storage.database_url)
    with storage.read() as unit:
        assert unit.datasets.get(dataset.id) == dataset


def test_instances_that_start_at_once_upgrade_once(empty_database_url: str) -> None:
    errors: list[BaseException] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait(10)
        try:
            upgrade(empty_database_url)
        except BaseException as error:  # noqa: BLE001 - handed to the test, which wants none
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert differences(empty_database_url) == []


def test_a_new_file_that_another_start_holds_is_waited_for(tmp_path: Path) -> None:
    """SQLite refuses the switch to write-ahead logging at once here, whatever the busy timeout."""
    other = sqlite3.connect(tmp_path / "praxis.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE started (at)")
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, other.execute, ["COMMIT"])
    release.start()
    engine = make_engine(sqlite_url(tmp_path))
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    release.join(5)
    engine.dispose()
    other.close()


def test_a_dataset_of_the_first_schema_becomes_an_upload_without_relatives(empty_database_url: str) -> None:
    upgrade(empty_database_url, "0001")
    engine = make_engine(empty_database_url)
    facts = {"id": "d1", "name": "Plants", "version": 1, "status": "ready", "attempt": 1, "file_name": "plants.csv"}
    facts |= {"size_bytes": 9, "original_sha256": "5a" * 32, "import_options": "{}", "format": "csv", "notices": "[]"}
    column = {"name": "height", "type": "number", "n_missing": 0, "n_distinct": 9}
    column |= {"is_constant": False, "is_identifier": False}
    facts |= {"columns": json.dumps([column]), "stage": "", "progress": 1.0, "created_at": "2026-01-02 03:04:05+00:00"}
    names = ", ".join(facts)
    values = ", ".join(f":{name}" for name in facts)
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO dataset ({names}) VALUES ({values})"), facts)
    upgrade(empty_database_url)
    with Session(engine) as session:
        dataset = DatasetRepository(session).get("d1")
        summary = DatasetRepository(session).get_summary("d1")
    engine.dispose()
    assert (dataset.family_id, dataset.source, dataset.original_sha256) == ("d1", Source(), "5a" * 32)
    assert [each.name for each in dataset.columns] == ["height"]
    assert summary.n_columns == 1


def test_the_way_down_and_up_again_ends_at_the_same_schema(database_url: str) -> None:
    downgrade(database_url)
    assert tables(database_url) <= {"alembic_version"}
    upgrade(database_url)
    assert differences(database_url) == []


def test_a_failed_upgrade_leaves_the_database_as_it_was(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = command.upgrade

    def break_after(config: Config, revision: str) -> None:
        real(config, revision)
        raise OSError("the power went out")

    monkeypatch.setattr(command, "upgrade", break_after)
    with pytest.raises(OSError, match="the power went out"):
        upgrade(empty_database_url)
    monkeypatch.undo()
    assert tables(empty_database_url) == set()
    upgrade(empty_database_url)
    assert differences(empty_database_url) == []


def test_the_embedded_database_writes_ahead_and_keeps_foreign_keys(tmp_path: Path) -> None:
    artifacts = ArtifactStore(str(tmp_path / "artifacts"), cache_folder=tmp_path / "cache")
    storage = Storage(database_url=sqlite_url(tmp_path), artifacts=artifacts)
    with storage.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    storage.close()
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 15_000}
