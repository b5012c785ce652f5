"""The kinds of leaks that are looked for."""

from collections.abc import Callable, Iterable
from functools import cache

from core.leakage import catalog
from core.leakage.findings import Leak
from core.leakage.spec import Finding, LeakSpec
from core.leakage.table import LeakTable
from core.registry import Registry
from core.types import Severity

LEAKS: Registry[LeakSpec] = Registry.discover("leak", catalog)

_ORDER = {Severity.SERIOUS: 0, Severity.WARNING: 1, Severity.INFO: 2}


def find_leaks(
    table: LeakTable,
    *,
    among: Iterable[str] | None = None,
    on_fraction: Callable[[float, str], None] | None = None,
) -> tuple[Leak, ...]:
    """Everything suspicious about ``table``, the most harmful first.

    Args:
        table: Rows, targets and their division.
        among: Keys of the kinds to look for; all of them when left out.
        on_fraction: Told of the done part and of what comes next.
    """
    specs = [LEAKS[key] for key in (LEAKS if among is None else among)]
    found: dict[str, list[Finding]] = {}
    for number, spec in enumerate(specs):
        if on_fraction is not None:
            on_fraction(number / len(specs), spec.label)
        found[spec.key] = list(spec.check(table))
    leaks = [
        _leak(spec, finding) for spec in specs for finding in found[spec.key] if not _is_covered(spec, finding, found)
    ]
    return tuple(sorted(leaks, key=lambda leak: (_ORDER[leak.severity], _rank()[leak.key], leak.columns)))


@cache
def _rank() -> dict[str, int]:
    return {key: rank for rank, key in enumerate(LEAKS)}


def _is_covered(spec: LeakSpec, finding: Finding, found: dict[str, list[Finding]]) -> bool:
    sharper = {column for key in spec.covered_by for other in found.get(key, ()) for column in other.columns}
    return bool(finding.columns) and set(finding.columns[:1]) <= sharper


def _leak(spec: LeakSpec, finding: Finding) -> Leak:
    return Leak(
        key=spec.key,
        label=spec.label,
        severity=finding.severity,
        columns=finding.columns,
        sentence=finding.sentence,
        why=spec.why,
        advice=spec.advice,
        evidence=finding.evidence,
        remedy=finding.remedy,
    )
