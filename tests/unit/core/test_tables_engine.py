"""The session around DuckDB: confined, observable, cancellable."""

from pathlib import Path

import pytest

from core.tables.engine import Engine, EngineError, text_sql


def test_files_elsewhere_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    outside = tmp_path / "outside.csv"
    outside.write_text("a,b\n1,2\n", encoding="utf-8")
    with Engine(tmp_path / "inside", memory_bytes=200_000_000) as engine, pytest.raises(EngineError):
        engine.rows(f"SELECT * FROM read_csv({text_sql(str(outside))})")


def test_a_listed_file_can_be_read_under_any_name(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    listed = tmp_path / "it's [1].csv"
    listed.write_text("a,b\n1,2\n", encoding="utf-8")
    with Engine(tmp_path / "inside", readable=[listed], memory_bytes=200_000_000) as engine:
        assert engine.rows(f"SELECT * FROM read_csv({text_sql(str(listed))})") == [(1, 2)]


def test_an_exception_of_the_observer_interrupts_the_statement(tmp_path: Path) -> None:
    class Cancelled(Exception):
        pass

    def cancel(_fraction: float) -> None:
        raise Cancelled

    endless = "SELECT count(*) FROM range(1000000000) a(i), range(1000000000) b(j) WHERE hash(i + j) = 1"
    with Engine(tmp_path, memory_bytes=200_000_000) as engine:
        with pytest.raises(Cancelled):
            engine.rows(endless, cancel)
        assert engine.rows("SELECT 1") == [(1,)]
