"""Columns whose names say that they come after the event."""

from collections.abc import Iterable

from core.leakage.spec import Finding, LeakSpec
from core.leakage.table import LeakTable
from core.leakage.words import leave_out, rounded, tokens
from core.types import Severity

LATE = frozenset(
    [
        "after",
        "post",
        "outcome",
        "resolved",
        "resolution",
        "cancelled",
        "canceled",
        "cancellation",
        "refund",
        "refunded",
        "chargeback",
        "settlement",
        "settled",
        "discharge",
        "discharged",
        "recovery",
        "recoveries",
        "recovered",
        "collection",
        "writeoff",
        "confirmed",
        "verdict",
        "diagnosis",
        "termination",
        "terminated",
        "exit",
        "leaving",
        "final",
        "closed",
        "closing",
    ]
)
EARLY = frozenset(
    [
        "lag",
        "lagged",
        "prev",
        "previous",
        "last",
        "before",
        "prior",
        "past",
        "earlier",
        "history",
        "historical",
        "rolling",
        "yesterday",
    ]
)
"""Words of columns that look back, such as the target of the day before."""
GENERAL = frozenset(
    [
        "class",
        "type",
        "name",
        "value",
        "count",
        "total",
        "number",
        "date",
        "score",
        "label",
        "target",
        "rate",
        "amount",
        "status",
        "group",
        "level",
        "kind",
        "result",
        "output",
        "response",
        "flag",
        "index",
        "group",
        "code",
        "category",
        "quality",
        "price",
        "time",
        "year",
        "month",
        "day",
        "age",
        "size",
    ]
)
"""Too common to say that a column belongs to the target."""
FEWEST_LETTERS = 4
TELLING = 0.3


def check(table: LeakTable) -> Iterable[Finding]:
    """One for each suspicious name; a warning when the column also tells much about the target."""
    target = tokens(table.target)
    for name in table.used:
        words = tokens(name)
        if EARLY & set(words):
            continue
        late = sorted(LATE & set(words) - set(target))
        is_named_after = _contains(words, target)
        if not late and not is_named_after:
            continue
        score = table.scores.get(name, 0.0)
        reason = f"its name has the word {late[0]!r}" if late else f"it is named after the target {table.target!r}"
        if score < TELLING:
            if not late:
                continue  # a relative of the target that tells little of it
            yield Finding(
                severity=Severity.INFO,
                columns=(name,),
                sentence=f"Is {name!r} known before {table.target!r} is? {reason.capitalize()}.",
                evidence=({"Column": name, "Score alone": rounded(score)},),
            )
            continue
        yield Finding(
            severity=Severity.WARNING,
            columns=(name,),
            sentence=f"{name!r} may come after the target: {reason}, and alone it goes {score:.0%} of the way from "
            "guessing to no error.",
            evidence=({"Column": name, "Score alone": rounded(score)},),
            remedy=leave_out(name),
        )


def _contains(words: tuple[str, ...], target: tuple[str, ...]) -> bool:
    """Whether all words of the target's name stand in another column's name, and at least one of them says much."""
    stems = {_stem(word) for word in words}
    is_telling = any(len(word) >= FEWEST_LETTERS and word not in GENERAL for word in target)
    return is_telling and len(words) > len(target) and all(_stem(word) in stems for word in target)


def _stem(word: str) -> str:
    for ending in ("ed", "s"):
        if len(word) > len(ending) + 3:
            word = word.removesuffix(ending)
    return word


SPEC = LeakSpec(
    key="late_names",
    label="Named like an outcome",
    why="Names such as 'refund_amount' or 'days_after_discharge' speak of something that happens after the event that "
    "is to be predicted.",
    advice="Ask when the value is written down. What comes after the event must stay out.",
    check=check,
    covered_by=frozenset({"target_copies", "revealing_values", "encoded_target", "single_feature", "computed_target"}),
)
