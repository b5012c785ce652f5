"""How one column of two tables differs: indices, new categories, a picture, and a sentence."""

from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.profiling import shifts
from core.profiling.columns import value_text
from core.profiling.differences import ColumnShift, ShiftPicture
from core.profiling.looking import LookedRows, as_numbers
from core.profiling.scan import ScannedColumn
from core.profiling.shifts import FloatArray
from core.profiling.times import moment_text
from core.tables.detection import shorten
from core.types import ColumnType, TopValue
from core.wording import counted, percent

N_BARS = 20
N_CATEGORY_BARS = 12
MAX_CATEGORIES = 2_000
"""Of so many different texts each is hardly a category: only their lengths are compared."""
FEW_CATEGORIES = 200
"""A value that so short a list has not is news, however rare it is."""
MISSING_CHANGE, LARGE_GAP = 0.01, 0.1
N_SHOWN = 10

Change = Literal["none", "some", "large"]
Shape = dict[str, object]


def column_shift(
    before: ScannedColumn, after: ScannedColumn, rows_before: LookedRows, rows_after: LookedRows
) -> ColumnShift:
    """The difference of a column that both tables have under one name and type."""
    gaps = 1 - before.n / max(1, rows_before.n_rows), 1 - after.n / max(1, rows_after.n_rows)
    first = pc.drop_null(rows_before.column(before.name))
    second = pc.drop_null(rows_after.column(after.name))
    if before.type in (ColumnType.STRING, ColumnType.BOOLEAN):
        facts = _text_shift(first, second)
    else:
        facts = _number_shift(as_numbers(first, before.type), as_numbers(second, before.type), before.type)
    psi, distance, ks = (facts.get(key) for key in ("psi", "jensen_shannon", "kolmogorov_smirnov"))
    assert isinstance(psi, float)
    assert isinstance(distance, float)
    shape = max(distance, ks if isinstance(ks, float) else 0.0)
    is_real = shape > _noise(len(first), len(second), n_categories=0 if isinstance(ks, float) else before.n_distinct)
    change = _change(psi if is_real else 0.0, abs(gaps[1] - gaps[0]))
    if change == "none" and facts.get("n_new_values") and before.n_distinct <= FEW_CATEGORIES:
        change = "some"
    shift = ColumnShift(
        column=before.name,
        type=before.type,
        change=change,
        score=round(100 * max(shape, abs(gaps[1] - gaps[0])), 2),
        sentence="",
        missing_before=gaps[0],
        missing_after=gaps[1],
        mean_before=before.mean,
        mean_after=after.mean,
        std_before=before.std,
        std_after=after.std,
        **facts,
    )
    return shift.model_copy(update={"sentence": _sentence(shift)})


def _noise(n_before: int, n_after: int, *, n_categories: int) -> float:
    """The difference that two samples of one and the same distribution hardly ever exceed.

    For numbers the critical value of Kolmogorov and Smirnov at 5 %; for categories three times the mean of the squared
    Jensen-Shannon distance, which for equal distributions follows a chi-squared one.
    """
    size = 1 / max(1, n_before) + 1 / max(1, n_after)
    if not n_categories:
        return float(1.36 * np.sqrt(size))
    return float(np.sqrt(3 * max(1, n_categories - 1) * size / (8 * np.log(2))))


def _change(psi: float, gap: float) -> Change:
    """How much has changed, from the index of shift and the difference of the missing shares."""
    if gap >= LARGE_GAP or psi >= shifts.SHIFTED:
        return "large"
    return "some" if gap >= MISSING_CHANGE or psi >= shifts.STABLE else "none"


def _number_shift(before: FloatArray, after: FloatArray, type_: ColumnType) -> Shape:
    before, after = before[np.isfinite(before)], after[np.isfinite(after)]
    edges = shifts.decile_edges(before)
    first, second = shifts.bin_shares(before, edges), shifts.bin_shares(after, edges)
    return {
        **_indices(first, second, is_known=bool(before.size and after.size)),
        "kolmogorov_smirnov": shifts.kolmogorov_smirnov(before, after),
        "picture": _number_picture(before, after, type_),
    }


def _indices(first: FloatArray, second: FloatArray, *, is_known: bool) -> Shape:
    """Both indices; 0 where one side holds no value at all, which the missing shares tell."""
    if not is_known:
        return {"psi": 0.0, "jensen_shannon": 0.0}
    return {"psi": shifts.stability_index(first, second), "jensen_shannon": shifts.divergence(first, second)}


def _number_picture(before: FloatArray, after: FloatArray, type_: ColumnType) -> ShiftPicture | None:
    both = np.concatenate([before, after])
    if not before.size or not after.size:
        return None
    low, high = np.quantile(both, [0.005, 0.995])
    if not np.isfinite(high - low) or high <= low:
        return None
    edges = np.linspace(low, high, N_BARS + 1)
    text = moment_text if type_ is ColumnType.DATETIME else "{:.4g}".format
    shares = [np.histogram(np.clip(side, low, high), edges)[0] / side.size for side in (before, after)]
    return ShiftPicture(
        labels=tuple(text(float(edge)) for edge in edges[:-1]),
        before=tuple(float(share) for share in shares[0]),
        after=tuple(float(share) for share in shares[1]),
    )


def _text_shift(before: pa.Array, after: pa.Array) -> Shape:
    first, second = _counts(before), _counts(after)
    if len(first) > min(MAX_CATEGORIES, max(FEW_CATEGORIES / 4, len(before) / 2)):
        lengths = [np.asarray(pc.utf8_length(side).to_numpy(zero_copy_only=False), float) for side in (before, after)]
        return _number_shift(lengths[0], lengths[1], ColumnType.INTEGER)
    names = list(dict.fromkeys([*first, *second]))
    p, q = (
        np.asarray([side.get(name, 0) for name in names], float) / max(1, sum(side.values()))
        for side in (first, second)
    )
    new, gone = _only(second, first), _only(first, second)
    order = np.argsort(-(p + q), kind="stable")[:N_CATEGORY_BARS]
    picture = ShiftPicture(
        labels=tuple(names[int(i)][:60] for i in order),
        before=tuple(float(p[i]) for i in order),
        after=tuple(float(q[i]) for i in order),
    )
    return {
        **_indices(p, q, is_known=bool(first and second)),
        "new_values": tuple(new[:N_SHOWN]),
        "n_new_values": len(new),
        "gone_values": tuple(gone[:N_SHOWN]),
        "n_gone_values": len(gone),
        "picture": picture if names else None,
    }


def _counts(cells: pa.Array) -> dict[str, int]:
    """How often each value occurs, the most frequent first."""
    counted_ = pc.value_counts(cells)
    pairs = zip(counted_.field("values").to_pylist(), counted_.field("counts").to_pylist(), strict=True)
    return {value_text(value) or "": count for value, count in sorted(pairs, key=lambda pair: -pair[1])}


def _only(those: dict[str, int], without: dict[str, int]) -> list[TopValue]:
    return [TopValue(value=name[:200], count=count) for name, count in those.items() if name not in without]


def _sentence(shift: ColumnShift) -> str:
    """What has changed, the largest change first."""
    parts = []
    if abs(shift.missing_after - shift.missing_before) >= MISSING_CHANGE:
        word = "more" if shift.missing_after > shift.missing_before else "fewer"
        parts.append(f"{word} gaps ({percent(shift.missing_before)} before, {percent(shift.missing_after)} after)")
    if shift.n_new_values:
        names = ", ".join(repr(value.value[:40]) for value in shift.new_values[:3])
        parts.append(f"{counted(shift.n_new_values, 'new value')}, such as {names}")
    if shift.change != "none" and shift.mean_before is not None and shift.mean_after is not None:
        parts.append(f"mean {shift.mean_before:.4g} before, {shift.mean_after:.4g} after")
    elif shift.change != "none" and not parts:
        parts.append("its values are distributed differently")
    name = shorten(shift.column)
    return f"{name}: {'; '.join(parts)}." if parts else f"{name} is about the same."
