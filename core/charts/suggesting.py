"""Which charts fit some columns, and a gallery for a whole dataset."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.charts.registry import CHARTS
from core.charts.spec import Suggestion
from core.types import Column, ColumnType

MOST_IN_GALLERY = 12
_FEW = 12
"""Categories that a colour or an axis shows well."""


def suggest_charts(columns: Sequence[Column]) -> tuple[Suggestion, ...]:
    """The charts that fit exactly these columns, best first."""
    found = []
    for spec in CHARTS.values():
        answer = spec.suggest(columns)
        if answer is not None:
            score, reason, params = answer
            found.append(Suggestion(chart=spec.key, score=score, reason=reason, params=params))
    return tuple(sorted(found, key=lambda each: (-each.score, each.chart)))


def gallery(columns: Sequence[Column]) -> tuple[Suggestion, ...]:
    """A few charts worth a first look at a dataset: one for each kind of question, the cheap ones first."""
    usable = [each for each in columns if not each.is_constant and not each.is_identifier]
    numbers = sorted((each for each in usable if each.type.is_numeric), key=lambda each: -each.n_distinct)
    groups = [
        each for each in usable if each.type in (ColumnType.STRING, ColumnType.BOOLEAN) and each.n_distinct <= _FEW
    ]
    times = [each for each in usable if each.type is ColumnType.DATETIME]
    chosen: list[Sequence[Column]] = [[each] for each in numbers[:2]]
    chosen += [[each] for each in groups[:2]]
    chosen += [[time, *numbers[:1]] for time in times[:1]]
    chosen += _places(numbers)
    chosen += [[numbers[0], group] for group in groups[:1] if numbers]
    chosen += [numbers[:2]] if len(numbers) > 1 else []
    chosen += [groups[:2]] if len(groups) > 1 else []
    chosen += [[*numbers[:2], groups[0]]] if len(numbers) > 1 and groups else []
    chosen += [numbers[:8]] if len(numbers) > 2 else []
    found: dict[tuple[str, str], Suggestion] = {}
    for some in chosen:
        for suggestion in suggest_charts(some)[: 2 if len(some) > 1 else 1]:
            found.setdefault((suggestion.chart, str(suggestion.params)), suggestion)
    cheap_first = sorted(found.values(), key=lambda each: CHARTS[each.chart].cost)
    return tuple(cheap_first[:MOST_IN_GALLERY])


def _places(numbers: Iterable[Column]) -> list[Sequence[Column]]:
    """The first pair of columns that a map would take."""
    spec = CHARTS["map_points"]
    some = list(numbers)
    pairs: Iterable[Sequence[Column]] = ([one, two] for one in some for two in some if one.name < two.name)
    return [pair for pair in pairs if spec.suggest(pair)][:1]
