"""Numbers far from all others."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import features, looked, named
from core.profiling.facts import ColumnProfile, Fix, TableFacts
from core.wording import counted

FAR = 3.0
"""Fences of so many interquartile ranges: farther out than what merely is beyond 1.5."""
FEW = 0.02
"""Values beyond the fences that are more than this share are a long tail rather than outliers."""


def check(facts: TableFacts) -> Iterable[Finding]:
    """All columns at once that have a few values far outside."""
    columns = [column for column in features(facts) if _is_far_out(column)]
    columns.sort(key=_n_out, reverse=True)
    if columns:
        n = sum(_n_out(column) for column in columns)
        yield Finding(
            strength=0.7,
            columns=tuple(column.name for column in columns),
            sentence=f"{named(columns)}: {counted(n, 'value')} far from the others{looked(facts)}; "
            f"{columns[0].name!r} goes from {columns[0].minimum} to {columns[0].maximum}, half of it lies between "
            f"{_quantile(columns[0], 0.25):.4g} and {_quantile(columns[0], 0.75):.4g}.",
            fix=Fix(
                step="clip",
                params={"columns": [column.name for column in columns], "by": "quantiles", "low": 0.01, "high": 0.99},
            ),
            fix_label="Limit to the middle 98 %",
        )


def _is_far_out(column: ColumnProfile) -> bool:
    found = column.numbers.outliers if column.numbers and column.kind == "quantity" else None
    if found is None or not 0 < _n_out(column) <= FEW * column.n_looked:
        return False
    if column.numbers and column.numbers.sentinels:
        return False
    spread = _quantile(column, 0.75) - _quantile(column, 0.25)
    low, high = _quantile(column, 0.0), _quantile(column, 1.0)
    is_far = low < _quantile(column, 0.25) - FAR * spread or high > _quantile(column, 0.75) + FAR * spread
    return is_far and spread > 0


def _n_out(column: ColumnProfile) -> int:
    found = column.numbers.outliers if column.numbers else None
    return found.n_low + found.n_high if found else 0


def _quantile(column: ColumnProfile, share: float) -> float:
    assert column.numbers is not None
    return next((quantile.value for quantile in column.numbers.quantiles if quantile.share == share), 0.0)


SPEC = AlertSpec(
    key="outliers",
    label="Far from the others",
    weight=45,
    why="A few extreme values pull means and linear models towards them. They may be typing errors, or the most "
    "interesting rows: look before you limit them.",
    check=check,
)
