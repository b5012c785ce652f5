"""The column that is to be predicted, and what every other one tells about it by itself."""

from collections.abc import Callable

import numpy as np

from core.profiling import target
from core.profiling.associations import CodeArray
from core.profiling.columns import value_text
from core.profiling.facts import ColumnProfile, Dependence, TargetFacts
from core.profiling.pairs import Pairs, by_frequency
from core.types import ColumnType, LearningTask, TopValue

MAX_CLASSES = 50
TARGET_BINS = 10
INFORMATION_BINS = 20
SCORE_BINS = 50

Report = Callable[[float], None]


def task_of(column: ColumnProfile) -> LearningTask:
    """Classification or regression, from the type and the number of different values."""
    is_class = not column.type.is_numeric or column.n_distinct <= 2
    is_few = column.type is ColumnType.INTEGER and column.n_distinct <= 20
    return LearningTask.CLASSIFICATION if is_class or is_few else LearningTask.REGRESSION


def target_facts(pairs: Pairs, name: str, report: Report) -> TargetFacts:
    """What every other column tells about the column ``name`` by itself; many classes count as one "other"."""
    column = next(column for column in pairs.columns if column.name == name)
    task = task_of(column)
    is_class = task is LearningTask.CLASSIFICATION
    codes = pairs.codes(column)
    classes = _classes(pairs, column, codes) if is_class else ()
    if is_class:
        codes = np.minimum(by_frequency(codes), MAX_CLASSES)
    values = None if is_class else pairs.numbers(column)
    target_codes = codes if values is None else np.where(np.isnan(values), -1, target.binned(values, TARGET_BINS))
    found = []
    features = [c for c in pairs.columns if c.name != name and c.kind not in ("empty", "constant", "identifier")]
    for number, feature in enumerate(features):
        amount, share = target.information(pairs.bins(feature, INFORMATION_BINS), target_codes)
        by_bins = pairs.bins(feature, SCORE_BINS)
        score = target.class_score(by_bins, codes) if values is None else target.number_score(by_bins, values)
        found.append(
            Dependence(column=feature.name, mutual_information=amount, information_share=share, score=min(1.0, score))
        )
        report((number + 1) / len(features))
    return TargetFacts(
        name=name,
        task=task,
        n_missing=column.n_missing,
        classes=classes,
        dependences=tuple(sorted(found, key=lambda d: (-d.score, -d.information_share, d.column))),
        n_looked=pairs.n,
    )


def _classes(pairs: Pairs, column: ColumnProfile, codes: CodeArray) -> tuple[TopValue, ...]:
    labels = pairs.cells(column.name).dictionary_encode().dictionary
    counts = np.bincount(codes[codes >= 0], minlength=len(labels))
    order = np.argsort(-counts, kind="stable")[:MAX_CLASSES]
    return tuple(TopValue(value=value_text(labels[int(i)].as_py()) or "", count=int(counts[i])) for i in order)
