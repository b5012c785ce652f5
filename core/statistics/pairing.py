"""What tests of paired values share: when they fit, which columns they read, how a script makes the pairs."""

from core.statistics.params import PairParams
from core.statistics.samples import Pairs
from core.statistics.spec import Fit, Goal


def pair_fits(rank: int, reason: str) -> tuple[Fit, ...]:
    """Two columns of one row; or one column with occasions, paired by a subject."""
    return (
        Fit(
            goal=Goal.BEFORE_AFTER,
            numbers=(2, 2),
            rank=rank,
            reason=reason,
            roles={"first": "number", "second": "number 2"},
        ),
        Fit(
            goal=Goal.BEFORE_AFTER,
            numbers=(1, 1),
            categories=(1, 1),
            groups=(2, 2),
            is_paired=True,
            rank=rank,
            reason=reason,
            roles={"first": "number", "group": "category", "subject": "paired by"},
        ),
    )


def paired_columns(params: PairParams) -> list[str]:
    """The columns that a script has to read."""
    return [params.first, params.second] if params.second else [params.first, params.group, params.subject]


def pairs_code(params: PairParams, found: Pairs) -> str:
    """Lines that make ``x`` and ``y``."""
    if params.second:
        return (
            f"table = table.dropna(subset={[params.first, params.second]!r})\n"
            f"x, y = table[{params.first!r}].to_numpy(float), table[{params.second!r}].to_numpy(float)\n"
        )
    return (
        f"table = table.dropna(subset={[params.first, params.group, params.subject]!r})\n"
        f"table = table.assign(**{{{params.group!r}: as_text(table[{params.group!r}])}})\n"
        f"wide = table.pivot(index={params.subject!r}, columns={params.group!r}, values={params.first!r})\n"
        f"wide = wide[{[found.first, found.second]!r}].dropna()\n"
        f"x, y = wide[{found.first!r}].to_numpy(float), wide[{found.second!r}].to_numpy(float)\n"
    )
