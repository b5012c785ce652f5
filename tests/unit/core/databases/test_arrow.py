"""Rows of drivers as Arrow batches; and the parts of the SQL Server driver that need no server."""

import datetime as dt
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pytds import tds_base

from core.databases.arrow import BatchMaker, as_text, unique_names
from core.databases.mssql import column_of, explain_error, quoted_name
from core.databases.parquet import ParquetCollector
from core.databases.registry import DATABASES
from core.databases.spec import LOST, Kind, QueryColumn
from core.errors import UserInputError

DAY = dt.date(2024, 1, 2)


def cells(kind: Kind, *values: Any, **facts: int) -> tuple[list[Any], int]:
    """The values as they are kept, and how many were lost."""
    maker = BatchMaker([QueryColumn(name="a", kind=kind, **facts)])
    batch = maker.make([(value,) for value in values])
    return batch.column(0).to_pylist(), maker.n_lost.get("a", 0)


@pytest.mark.parametrize(
    ("kind", "values", "kept", "n_lost"),
    [
        (Kind.INTEGER, [1, None, True, b"\x01\x01", Decimal(3)], [1, None, 1, 257, 3], 0),
        (Kind.NUMBER, [1, Decimal("0.5"), "2.5", "x"], [1.0, 0.5, 2.5, None], 1),
        (Kind.BOOLEAN, [True, 0, b"\x01", None], [True, False, True, None], 0),
        (
            Kind.DATE,
            [dt.date(2024, 1, 2), dt.datetime(2024, 1, 2, 3), "0000-00-00"],
            [dt.date(2024, 1, 2)] * 2 + [None],
            1,
        ),
        (Kind.DATETIME, [dt.date(2024, 1, 2), "2024-01-02 00:00", LOST], [dt.datetime(2024, 1, 2)] * 2 + [None], 1),
        (Kind.TEXT, ["a", 1, 1.5, True, b"\xff"], ["a", "1", "1.5", "true", "ff"], 0),
        (Kind.TEXT, [uuid.UUID(int=1), {"b": [1]}, "\ud800"], [str(uuid.UUID(int=1)), '{"b": [1]}', "?"], 0),
    ],
)
def test_values_fit_their_column(kind: Kind, values: list[Any], kept: list[Any], n_lost: int) -> None:
    assert cells(kind, *values) == (kept, n_lost)


def test_decimals_keep_their_digits_and_lose_what_is_no_number() -> None:
    values = [Decimal("1.5"), 2, Decimal("NaN"), Decimal("Infinity"), Decimal("12345")]
    assert cells(Kind.DECIMAL, *values, precision=5, scale=2) == (
        [Decimal("1.50"), Decimal("2.00"), None, None, None],
        3,
    )


def test_moments_are_kept_in_utc() -> None:
    zone = dt.timezone(dt.timedelta(hours=2))
    found, _ = cells(Kind.MOMENT, dt.datetime(2024, 1, 1, 2, tzinfo=zone), "2024-01-01T00:00:00+00:00")
    assert found == [dt.datetime(2024, 1, 1, tzinfo=dt.UTC)] * 2


def test_whole_numbers_beyond_64_bits_are_refused_rather_than_bent() -> None:
    with pytest.raises(UserInputError, match="Column 'a' holds whole numbers beyond"):
        cells(Kind.INTEGER, 2**63)


def test_names_are_made_unique() -> None:
    assert unique_names(["a", "a", "a_2", "", "A"]) == ["a", "a_2", "a_2_2", "column_4", "A"]


def test_durations_are_written_in_hours() -> None:
    assert as_text(-dt.timedelta(days=1, seconds=61, microseconds=5)) == "-24:01:01.000005"


def test_a_file_that_outgrows_its_limit_is_refused(tmp_path: Path) -> None:
    batch = pa.record_batch({"a": [str(uuid.uuid4()) for _ in range(100_000)]})
    collector = ParquetCollector(tmp_path / "t.parquet", 1_000_000)
    with collector, pytest.raises(UserInputError, match="take more than 1 MB"):
        collector.add(batch)


def test_small_batches_become_large_row_groups(tmp_path: Path) -> None:
    with ParquetCollector(tmp_path / "t.parquet", 10**9) as collector:
        for start in range(0, 250_000, 1_000):
            collector.add(pa.record_batch({"a": list(range(start, start + 1_000))}))
    facts = pq.read_metadata(tmp_path / "t.parquet")
    assert (facts.num_rows, facts.num_row_groups) == (250_000, 3)


# --- SQL Server, as far as it goes without one -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_id", "precision", "scale", "column"),
    [
        (tds_base.SYBINT8, None, None, QueryColumn(name="a", kind=Kind.INTEGER)),
        (tds_base.SYBBITN, None, None, QueryColumn(name="a", kind=Kind.BOOLEAN)),
        (tds_base.SYBFLT8, None, None, QueryColumn(name="a", kind=Kind.NUMBER)),
        (tds_base.SYBDECIMAL, 12, 3, QueryColumn(name="a", kind=Kind.DECIMAL, precision=12, scale=3)),
        (tds_base.SYBMONEY, None, None, QueryColumn(name="a", kind=Kind.DECIMAL, precision=19, scale=4)),
        (tds_base.SYBMSDATE, None, None, QueryColumn(name="a", kind=Kind.DATE)),
        (tds_base.SYBMSDATETIME2, None, 7, QueryColumn(name="a", kind=Kind.DATETIME)),
        (tds_base.SYBMSDATETIMEOFFSET, None, 7, QueryColumn(name="a", kind=Kind.MOMENT)),
        (tds_base.SYBUNIQUE, None, None, QueryColumn(name="a", kind=Kind.TEXT)),
        (tds_base.XSYBNVARCHAR, None, None, QueryColumn(name="a", kind=Kind.TEXT)),
        (tds_base.XSYBVARBINARY, None, None, QueryColumn(name="a", kind=Kind.TEXT)),
    ],
)
def test_types_of_sql_server_have_a_kind(
    type_id: int, precision: int | None, scale: int | None, column: QueryColumn
) -> None:
    assert column_of("a", type_id, None, None, precision, scale) == column


def test_names_of_sql_server_are_quoted() -> None:
    assert quoted_name("a]; DROP TABLE t --") == "[a]]; DROP TABLE t --]"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (18456, "does not let 'ann' in"),
        (4060, "There is no database 'shop'"),
        (208, "names a table that does not exist"),
        (207, "names a column that does not exist"),
        (229, "'ann' may not read this"),
        (102, "does not understand the query"),
    ],
)
def test_errors_of_sql_server_are_put_into_words(number: int, sentence: str) -> None:
    params = DATABASES["mssql"].params.model_validate({"host": "127.0.0.1", "database": "shop", "user": "ann"})
    error = tds_base.OperationalError("Invalid object name 'x'.")
    error.number = error.msg_no = number
    explained = explain_error(error, params)  # type: ignore[arg-type]
    assert explained is not None
    assert sentence in explained.message
