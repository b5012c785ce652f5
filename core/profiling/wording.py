"""Names and explanations of what a profile holds, the same on the page and in the report."""

from collections.abc import Callable
from types import MappingProxyType

from core.profiling.facts import ColumnKind, DuplicateRows, MatrixKind, TableFacts
from core.wording import percent

KINDS: MappingProxyType[ColumnKind, str] = MappingProxyType(
    {
        "quantity": "Number",
        "category": "Category",
        "flag": "Yes or no",
        "moment": "Date or time",
        "text": "Text",
        "identifier": "Identifier",
        "constant": "One value",
        "empty": "Empty",
    }
)

ASSOCIATIONS: MappingProxyType[MatrixKind, tuple[str, str]] = MappingProxyType(
    {
        "pearson": (
            "Linear correlation",
            "Pearson's r: 1 and −1 lie on a line, 0 has no linear trend. A few extreme values can make or hide it.",
        ),
        "spearman": (
            "Rank correlation",
            "Spearman's rho: whether one rises whenever the other does, straight or not. Extreme values do not matter.",
        ),
        "cramers_v": (
            "Categories with categories",
            "Cramér's V, corrected for small tables: 0 is unrelated, 1 is told completely by the other.",
        ),
        "eta": (
            "Categories with numbers",
            "Correlation ratio: how much of the spread of a number lies between the categories, 0 to 1.",
        ),
        "missing": (
            "Gaps in the same rows",
            "Correlation of being missing: 1 means that both are always missing together.",
        ),
    }
)


def looked_text(facts: TableFacts, count: Callable[[int], str] = "{:,}".format) -> str:
    """Which figures come from which rows; ``count`` writes their numbers."""
    if not facts.is_sampled:
        return f"Every figure of a column comes from all {count(facts.n_rows)} rows."
    return (
        f"Counts, gaps, ranges, means and deviations come from all {count(facts.n_rows)} rows; shapes, quantiles, "
        f"frequent values and forms from {count(facts.n_looked)} rows chosen by chance."
    )


def duplicates_text(duplicates: DuplicateRows | None) -> str:
    """How many rows repeat an earlier one."""
    if duplicates is None:
        return "not counted"
    about = "" if duplicates.is_exact else "about "
    return f"{about}{duplicates.n:,} ({percent(duplicates.share)})"


def size_text(n_bytes: int) -> str:
    """A number of bytes.

    Example:
        >>> size_text(812), size_text(1_234_000)
        ('812 B', '1.23 MB')
    """
    size, units = float(n_bytes), ["B", "kB", "MB", "GB", "TB"]
    while size >= 999.5 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.3g} {units[0]}"
