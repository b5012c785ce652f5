"""One column's profile: what all rows say, completed by what the looked-at ones look like."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.profiling import numbers
from core.profiling.facts import ColumnKind, ColumnProfile, NumberFacts
from core.profiling.looking import LookedRows, as_numbers
from core.profiling.scan import ScannedColumn
from core.profiling.texts import text_facts
from core.profiling.times import moment_text, time_facts
from core.types import ColumnType, TopValue

N_TOP = 12
VALUE_LENGTH = 200
RARE_SHARE = 0.01
FEW_CATEGORIES, MANY_CATEGORIES = 50, 5_000
"""Texts of fewer different values are categories, of more never; between, when each has two rows on average."""
LONG_TEXT, MANY_WORDS = 50.0, 5.0
"""Texts of more characters or words on average are prose rather than names of categories."""

FloatArray = npt.NDArray[np.float64]
CountArray = npt.NDArray[np.int64]


def profile_column(column: ScannedColumn, rows: LookedRows, *, n_rows: int, is_identifier: bool) -> ColumnProfile:
    """The profile of one column.

    Args:
        column: What all rows say.
        rows: Those that are looked at.
        n_rows: Of the table.
        is_identifier: Whether the reading of the file took it for one.
    """
    facts: dict[str, Any] = {}
    if column.n:
        cells = pc.drop_null(rows.column(column.name))
        with np.errstate(over="ignore", invalid="ignore"):  # what is too large ends as "not known", column by column
            facts = _DESCRIBE[column.type](column, cells) if len(cells) else {}
        facts["n_looked"] = len(cells)
        if column.type is ColumnType.DATETIME and rows.is_all and len(cells):
            facts["times"] = time_facts(np.sort(as_numbers(cells, column.type)))
        if column.n < n_rows:
            facts.pop("order", None)
    words = facts["texts"].mean_words if "texts" in facts else 0.0
    return ColumnProfile(
        name=column.name,
        type=column.type,
        kind=_kind(column, words, is_identifier=is_identifier),
        n=column.n,
        n_missing=n_rows - column.n,
        n_distinct=column.n_distinct,
        is_distinct_exact=column.is_distinct_exact,
        minimum=value_text(column.low),
        maximum=value_text(column.high),
        **facts,
    )


def _kind(column: ScannedColumn, words: float, *, is_identifier: bool) -> ColumnKind:
    if column.n_distinct <= 1:
        return "constant" if column.n else "empty"
    if is_identifier:
        return "identifier"
    if column.type is ColumnType.BOOLEAN or (column.n_distinct == 2 and column.type is ColumnType.INTEGER):
        return "flag"
    if column.type is ColumnType.DATETIME:
        return "moment"
    if column.type.is_numeric:
        return "quantity"
    is_prose = column.mean_length > LONG_TEXT or words > MANY_WORDS
    is_repeated = column.n_distinct <= max(FEW_CATEGORIES, min(MANY_CATEGORIES, column.n / 2))
    return "category" if is_repeated and not is_prose else "text"


def _describe_numbers(column: ScannedColumn, cells: pa.Array) -> dict[str, Any]:
    values = as_numbers(cells, column.type)
    finite = values[np.isfinite(values)]
    ordered = np.sort(finite)
    outliers, mad = numbers.outliers(ordered)
    skew, kurtosis = numbers.shape(finite)
    top = _top_runs(ordered) if column.type is ColumnType.NUMBER else _top_cells(cells)[0]
    return {
        "top_values": top,
        "histogram": numbers.histogram(finite),
        "order": numbers.order_of(values),
        "numbers": NumberFacts(
            mean=column.mean,
            std=column.std,
            n_zeros=column.n_zeros,
            n_negatives=column.n_negatives,
            n_infinite=column.n_infinite,
            quantiles=numbers.quantiles(ordered),
            mad=mad,
            skew=skew,
            kurtosis=kurtosis,
            outliers=outliers,
            sentinels=numbers.sentinels(ordered),
        ),
    }


def _describe_flags(column: ScannedColumn, cells: pa.Array) -> dict[str, Any]:
    del column
    return {"top_values": _top_cells(cells)[0]}


def _describe_moments(column: ScannedColumn, cells: pa.Array) -> dict[str, Any]:
    values = as_numbers(cells, column.type)
    return {
        "top_values": _top_runs(np.sort(values), text=moment_text),
        "histogram": numbers.histogram(values),
        "order": numbers.order_of(values),
    }


def _describe_texts(column: ScannedColumn, cells: pa.Array) -> dict[str, Any]:
    top, values, counts = _top_cells(cells)
    is_rare = counts < RARE_SHARE * len(cells)
    return {
        "top_values": top,
        "n_rare_values": int(np.count_nonzero(is_rare)),
        "rare_share": float(counts[is_rare].sum() / len(cells)),
        "texts": text_facts(column, values, counts),
    }


_DESCRIBE: dict[ColumnType, Callable[[ScannedColumn, pa.Array], dict[str, Any]]] = {
    ColumnType.INTEGER: _describe_numbers,
    ColumnType.NUMBER: _describe_numbers,
    ColumnType.BOOLEAN: _describe_flags,
    ColumnType.DATETIME: _describe_moments,
    ColumnType.STRING: _describe_texts,
}


def _top_cells(cells: pa.Array) -> tuple[tuple[TopValue, ...], pa.Array, CountArray]:
    """The most frequent of ``cells``, all different ones, and how often each of those occurs."""
    counted = pc.value_counts(cells)
    values, counts = counted.field("values"), counted.field("counts").to_numpy(zero_copy_only=False)
    best = _best(counts)
    top = tuple(TopValue(value=value_text(values[int(i)].as_py()) or "", count=int(counts[i])) for i in best)
    return top, values, counts


def _top_runs(ordered: FloatArray, text: Callable[[float], str] = numbers.number_text) -> tuple[TopValue, ...]:
    """The most frequent values of a rising array."""
    if not ordered.size:
        return ()
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    counts = np.diff(np.append(starts, ordered.size))
    return tuple(TopValue(value=text(float(ordered[starts[i]])), count=int(counts[i])) for i in _best(counts))


def _best(counts: CountArray) -> CountArray:
    """Places of the largest counts, the largest first, equal ones in their order; none when no value is repeated."""
    if counts.size > N_TOP and counts.max() == 1:
        return np.zeros(0, dtype=np.int64)
    if counts.size > 50 * N_TOP:
        least = np.partition(counts, -N_TOP)[-N_TOP]
        places = np.flatnonzero(counts >= least)
        return places[np.argsort(-counts[places], kind="stable")][:N_TOP]
    return np.argsort(-counts, kind="stable")[:N_TOP]


def value_text(value: Any) -> str | None:
    """A value as people read it, shortened; None for none."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    if isinstance(value, float) and math.isfinite(value):
        return numbers.number_text(value)
    return str(value)[:VALUE_LENGTH]
