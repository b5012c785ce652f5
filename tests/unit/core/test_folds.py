import itertools
from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import StratifiedKFold

from core.errors import UnsuitableData, UserInputError
from core.folds import Fold, folds_digest, make_folds
from core.types import LearningTask, SplitParams

CLASSIFICATION, REGRESSION = LearningTask.CLASSIFICATION, LearningTask.REGRESSION
ROWS = np.flatnonzero(np.arange(400) % 7 != 0)
"""Those to train and choose with; every seventh row is locked away."""


def folds_of(
    y: np.ndarray, *, n_folds: int = 5, task: LearningTask = CLASSIFICATION, scheme: str = "stratified", **facts: Any
) -> tuple[Fold, ...]:
    params = SplitParams(scheme=scheme, group="who", time="at", gap=facts.pop("gap", 0.0))
    return make_folds(y, facts.pop("rows", ROWS), params=params, n_folds=n_folds, seed=3, task=task, **facts)


@pytest.mark.parametrize("scheme", ["stratified", "random", "grouped"])
def test_each_row_is_held_out_once_and_no_other_row_is_touched(scheme: str) -> None:
    y = np.arange(400) % 3
    folds = folds_of(y, scheme=scheme, groups=np.arange(400) // 4)
    assert np.sort(np.concatenate([fold.validation for fold in folds])).tolist() == ROWS.tolist()
    for fold in folds:
        assert np.union1d(fold.train, fold.validation).tolist() == ROWS.tolist()
        assert not np.intersect1d(fold.train, fold.validation).size


def test_classes_are_dealt_as_evenly_as_scikit_learn_deals_them() -> None:
    y = (np.random.default_rng(0).random(400) < 0.13).astype(int)
    ours = sorted(int(y[fold.validation].sum()) for fold in folds_of(y))
    theirs = sorted(int(y[ROWS][held].sum()) for _, held in StratifiedKFold(5).split(ROWS, y[ROWS]))
    assert ours == theirs
    sizes = [len(fold.validation) for fold in folds_of(y)]
    assert max(sizes) - min(sizes) <= 1


def test_ranges_of_a_number_are_in_every_fold() -> None:
    y = np.random.default_rng(0).normal(size=400)
    upper = np.quantile(y[ROWS], 0.9)
    counts = [int((y[fold.validation] > upper).sum()) for fold in folds_of(y, task=REGRESSION)]
    assert max(counts) - min(counts) <= 1


def test_groups_stay_whole() -> None:
    groups = np.random.default_rng(0).integers(0, 60, 400)
    for fold in folds_of(np.arange(400) % 2, scheme="grouped", groups=groups):
        assert not set(groups[fold.train]) & set(groups[fold.validation])


def test_folds_by_time_learn_from_what_came_before() -> None:
    times = np.random.default_rng(0).permutation(400) / 4
    folds = folds_of(np.arange(400) % 2, scheme="time", times=times, gap=2.0)
    for before, after in itertools.pairwise(folds):
        assert times[before.validation].max() < times[after.validation].min()
        assert len(before.train) < len(after.train)
    for fold in folds:
        assert times[fold.validation].min() - times[fold.train].max() >= 2


def test_repeats_differ_and_everything_repeats_exactly() -> None:
    y = np.arange(400) % 2
    one, two = folds_of(y, n_repeats=2), folds_of(y, n_repeats=2)
    assert folds_digest(one) == folds_digest(two)
    assert [(fold.repeat, fold.number) for fold in one] == [(r, f) for r in range(2) for f in range(5)]
    assert folds_digest(one[:5]) != folds_digest(one[5:])
    assert folds_digest(one[:5]) == folds_digest(folds_of(y))


def test_what_cannot_be_divided_is_refused_by_name() -> None:
    y = np.arange(400) % 2
    with pytest.raises(UnsuitableData, match="There are 7 rows to train and choose with; 5 folds need at least 10"):
        folds_of(y, rows=ROWS[:7])
    with pytest.raises(UnsuitableData, match="'who' has 2 groups to train and choose with; 5 folds need as many"):
        folds_of(y, scheme="grouped", groups=np.arange(400) % 2)
    with pytest.raises(UnsuitableData, match=r"'at' has 3 different moments .* 5 folds by time need at least 6"):
        folds_of(y, scheme="time", times=np.arange(400) % 3.0)
    with pytest.raises(UnsuitableData, match="The class 'rare' has one row to train and choose with"):
        folds_of((np.arange(400) == 1).astype(int), labels=("usual", "rare"))
    with pytest.raises(UserInputError, match="no chance in it"):
        folds_of(y, scheme="time", times=np.arange(400.0), n_repeats=2)
    with pytest.raises(UserInputError, match="A gap of 90 leaves fold 1 of 5 no rows"):
        folds_of(y, scheme="time", times=np.arange(400.0), gap=90.0)
