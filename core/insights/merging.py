"""Few rather than many: what says the same is told once, and the cards are in the order of their interest."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.insights.detector import Detector, Hypothesis
from core.insights.table import InsightTable

BESIDE_TARGET = 0.4
"""Interest of what is not about the target, where one is named, relative to what is."""
LEAST_INTEREST = 0.2
"""Below, a card is not worth the reading."""
REPEATED = 0.93
"""Each further card of one kind, or about one column, interests a little less."""
ALIKE_KINDS = frozenset({"copied_columns", "related_columns", "determined_columns"})
"""Discoveries that show that columns stand for each other."""


HIDES = {
    "derived_columns": frozenset({"linear_association", "monotone_association", "curved_association", "interaction",
                                  "unusual_segment", "unusual_rows", "simpson_reversal"}),
    "determined_columns": frozenset({"category_association", "group_means", "group_spread", "interaction",
                                     "unusual_segment", "simpson_reversal"}),
    "copied_columns": frozenset({"unusual_rows", "derived_columns"}),
    "simpson_reversal": frozenset({"linear_association", "monotone_association", "curved_association",
                                   "category_association"}),
    "group_means": frozenset({"group_spread"}),
    "trend": frozenset({"drift"}),
    "level_shift": frozenset({"drift", "mixed_populations"}),
    "time_spike": frozenset({"outliers"}),
    "leaking_columns": frozenset({"linear_association", "monotone_association", "curved_association", "group_means",
                                  "group_spread", "category_association", "mixed_populations"}),
}  # fmt: skip
"""Kinds that explain others: what is about some of their columns, and no other column, is not told as well."""


@dataclass
class Discovery:
    """A hypothesis that holds."""

    detector: Detector
    hypothesis: Hypothesis
    q_value: float | None
    interest: float = 0.0
    also: list[str] = field(default_factory=list)
    """Columns of which the same was found, and is not told."""

    @property
    def topic(self) -> frozenset[str]:
        """What it is about."""
        own = self.hypothesis.topic
        return frozenset(self.hypothesis.subject) if own is None else own


def chosen(found: Sequence[Discovery], table: InsightTable, most: int) -> list[Discovery]:
    """The discoveries to be told, the most interesting first."""
    for one in found:
        one.interest = _interest(one, table)
    ordered = sorted(found, key=lambda one: (-one.interest, one.detector.key, one.hypothesis.subject))
    merged = _merged(ordered, _standing_for(ordered))
    return _varied([one for one in merged if not _is_hidden(one, merged)], most)


def _is_hidden(one: Discovery, others: Sequence[Discovery]) -> bool:
    """Whether another discovery explains this one."""
    return any(
        one.detector.key in HIDES.get(other.detector.key, ())
        and set(one.hypothesis.subject) <= set(other.hypothesis.subject)
        for other in others
    )


def _interest(one: Discovery, table: InsightTable) -> float:
    """Effect times surprise, less where it is not about the target."""
    is_relevant = table.target is None or table.target in one.hypothesis.subject or one.detector.family == "problem"
    strength = 0.35 + 0.65 * min(1.0, max(0.0, one.hypothesis.strength))
    return strength * one.detector.surprise * (1.0 if is_relevant else BESIDE_TARGET)


def _standing_for(ordered: Sequence[Discovery]) -> dict[str, str]:
    """For each column the one that stands for all that say the same."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.get(name, name) != name:
            name = leader[name]
        return name

    for one in ordered:
        if one.detector.key in ALIKE_KINDS:
            first, *rest = sorted(find(name) for name in one.topic)
            for name in rest:
                leader[name] = first
    return {name: find(name) for name in list(leader)}


def _merged(ordered: Sequence[Discovery], standing_for: dict[str, str]) -> list[Discovery]:
    """One discovery of each group and topic; copies of a column are one column."""
    kept: dict[tuple[str, frozenset[str]], Discovery] = {}
    for one in ordered:
        topic = frozenset(standing_for.get(name, name) for name in one.topic)
        if one.detector.key not in ALIKE_KINDS and len(topic) < min(2, len(one.topic)):
            continue  # among columns that stand for each other: told once, as that
        first = kept.setdefault((one.detector.group or one.detector.key, topic), one)
        if first is not one and one.detector.group:
            first.also += [name for name in one.hypothesis.subject if name not in first.hypothesis.subject]
            first.also = list(dict.fromkeys(first.also))
    return list(kept.values())


def _varied(ordered: Sequence[Discovery], most: int) -> list[Discovery]:
    """A choice in which no kind and no column has all the cards."""
    kinds: Counter[str] = Counter()
    columns: Counter[str] = Counter()
    rest = list(ordered)
    kept: list[Discovery] = []
    while rest and len(kept) < most:
        best = max(rest, key=lambda one: _discounted(one, kinds, columns))
        if _discounted(best, kinds, columns) < LEAST_INTEREST:
            break
        rest.remove(best)
        if kinds[best.detector.key] >= best.detector.most:
            continue
        best.interest = _discounted(best, kinds, columns)
        kinds[best.detector.key] += 1
        columns.update(best.hypothesis.subject)
        kept.append(best)
    return sorted(kept, key=lambda one: -one.interest)


def _discounted(one: Discovery, kinds: Counter[str], columns: Counter[str]) -> float:
    seen = min((columns[name] for name in one.hypothesis.subject), default=0)
    times = kinds[one.detector.key] + seen
    return float(one.interest * REPEATED**times)
