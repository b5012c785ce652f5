import numpy as np
import pandas as pd
import pytest

from core.errors import UnsuitableData, UserInputError
from core.splits import RowSplit, group_codes, make_split, time_numbers
from core.types import LearningTask, SplitParams

CLASSIFICATION, REGRESSION = LearningTask.CLASSIFICATION, LearningTask.REGRESSION


def split_of(y: object, *, seed: int = 0, task: LearningTask = CLASSIFICATION, **params: object) -> RowSplit:
    return make_split(y, params=SplitParams(**params), seed=seed, task=task)


def counts(y: np.ndarray, rows: np.ndarray) -> list[int]:
    return [int((y[rows] == name).sum()) for name in np.unique(y)]


@pytest.mark.parametrize("task", LearningTask)
def test_each_row_is_in_exactly_one_part_and_the_parts_have_their_sizes(task: LearningTask) -> None:
    split = split_of(np.arange(1000) % 2, task=task)
    assert [len(split.train), len(split.validation), len(split.test)] == [700, 150, 150]
    together = np.concatenate([split.train, split.validation, split.test])
    assert np.array_equal(np.sort(together), np.arange(1000))
    assert all((np.diff(part) > 0).all() for part in (split.train, split.validation, split.test))


def test_stratified_parts_keep_the_class_shares() -> None:
    y = np.repeat(["rare", "some", "most"], [20, 180, 800])
    split = split_of(y)
    assert [counts(y, part) for part in (split.train, split.validation, split.test)] == [
        [560, 14, 126],
        [120, 3, 27],
        [120, 3, 27],
    ]


def test_many_small_classes_do_not_make_a_part_drift() -> None:
    split = split_of(np.repeat(np.arange(100), 10))
    assert [len(split.train), len(split.validation), len(split.test)] == [700, 150, 150]


def test_class_of_three_rows_is_in_every_part() -> None:
    y = np.repeat([0, 1], [97, 3])
    split = split_of(y, validation=0.6, test=0.3)
    assert [counts(y, part)[1] for part in (split.train, split.validation, split.test)] == [1, 1, 1]


def test_same_seed_repeats_and_another_one_does_not() -> None:
    y = np.arange(200) % 3
    assert split_of(y, seed=4).digest == split_of(y, seed=4).digest
    assert split_of(y, seed=4).digest != split_of(y, seed=5).digest


def test_digest_tells_the_parts_apart() -> None:
    a, b = np.array([0, 1]), np.array([2])
    facts = [RowSplit(train=a, validation=b, test=b), RowSplit(train=b, validation=a, test=b)]
    assert facts[0].digest != facts[1].digest
    assert len(facts[0].digest) == 64


def test_class_with_two_rows_is_named_with_its_count() -> None:
    with pytest.raises(UnsuitableData, match="The class 'ibis' has 2 rows") as caught:
        split_of(["ibis"] * 2 + ["crow"] * 30)
    assert "random split" in caught.value.hint


def test_random_scheme_takes_rare_classes_as_they_fall() -> None:
    split = split_of(["ibis"] * 2 + ["crow"] * 30, scheme="random")
    assert [len(split.train), len(split.validation), len(split.test)] == [22, 5, 5]


def test_mixed_types_of_class_names_are_taken() -> None:
    split = split_of(np.array([1, "one"] * 10, dtype=object))
    assert len(split.train) == 14


def test_too_few_rows_are_counted() -> None:
    with pytest.raises(UnsuitableData, match="There are 9 rows with a target; at least 10"):
        split_of(np.zeros(9))
    with pytest.raises(UnsuitableData, match=r"There are 9 rows; at least 10 are needed") as caught:
        split_of(np.zeros(9), task=LearningTask.CLUSTERING)
    assert caught.value.hint == "Bring more rows."


def test_parts_that_leave_nothing_to_train_on_are_refused() -> None:
    with pytest.raises(UserInputError, match=r"validation part 0\.5 and the test part 0\.5 leave no rows") as caught:
        split_of(np.zeros(50), validation=0.5, test=0.5)
    assert caught.value.field == "split"
    with pytest.raises(UserInputError, match="leave none to train on"):
        split_of(np.arange(10.0), task=REGRESSION, validation=0.49, test=0.5)


# --- Groups ----------------------------------------------------------------------------------------------------------


def grouped(y: np.ndarray, groups: np.ndarray, *, seed: int = 0, task: LearningTask = CLASSIFICATION) -> RowSplit:
    return make_split(y, params=SplitParams(scheme="grouped", group="who"), seed=seed, task=task, groups=groups)


def parts_of(split: RowSplit) -> list[np.ndarray]:
    return [split.train, split.validation, split.test]


@pytest.mark.parametrize("seed", range(5))
def test_no_group_is_in_two_parts_and_classes_are_shared_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, 200, 2_000)
    groups = np.unique(groups, return_inverse=True)[1]
    y = (rng.random(2_000) < 0.1 + 0.3 * (groups % 3 == 0)).astype(int)
    split = grouped(y, groups, seed=seed)
    owners = [set(groups[rows]) for rows in parts_of(split)]
    assert sum(map(len, owners)) == len(set.union(*owners)) == 200
    assert sum(map(len, parts_of(split))) == 2_000
    for rows, wanted in zip(parts_of(split), (0.7, 0.15, 0.15), strict=True):
        assert len(rows) / 2_000 == pytest.approx(wanted, abs=0.01)  # groups have 10 rows
        assert y[rows].mean() == pytest.approx(y.mean(), abs=0.02)


def test_hundred_thousand_groups_are_divided() -> None:
    y = np.arange(200_000) % 2
    split = grouped(y, np.arange(200_000) // 2)
    assert [len(rows) for rows in parts_of(split)] == [140_000, 30_000, 30_000]


def test_three_groups_are_one_for_each_part() -> None:
    split = grouped(np.arange(30) % 2, np.repeat([0, 1, 2], [25, 3, 2]))
    assert sorted(len(rows) for rows in parts_of(split)) == [2, 3, 25]


def test_one_group_is_refused_by_name() -> None:
    with pytest.raises(UnsuitableData, match="'who' has 1 group; a grouped split needs at least 3") as caught:
        grouped(np.arange(30) % 2, np.zeros(30, dtype=int))
    assert caught.value.field == "split.group"


def test_missing_groups_are_one_group() -> None:
    codes = group_codes(pd.Series(["a", None, "b", None, "a"]))
    assert codes[1] == codes[3]
    assert len(set(codes)) == 3


def test_groups_that_were_not_given_are_asked_for() -> None:
    with pytest.raises(UserInputError, match="needs a group column, and none was given as 'who'"):
        make_split(np.arange(30), params=SplitParams(scheme="grouped", group="who"), seed=0, task=REGRESSION)


# --- Time ------------------------------------------------------------------------------------------------------------


def by_time(times: np.ndarray, **params: object) -> RowSplit:
    return make_split(
        np.arange(len(times)) % 2,
        params=SplitParams(scheme="time", time="at", **params),
        seed=0,
        task=CLASSIFICATION,
        times=times,
    )


def test_the_latest_rows_are_the_test_whatever_the_order_of_the_table() -> None:
    times = np.random.default_rng(0).permutation(100).astype(float)
    split = by_time(times)
    assert times[split.train].max() == 69
    assert times[split.validation].min() == 70
    assert times[split.test].tolist() == [value for value in times if value >= 85]


def test_rows_of_one_moment_stay_together() -> None:
    times = np.repeat(np.arange(10.0), 7)
    split = by_time(times)
    moments = [set(times[rows]) for rows in parts_of(split)]
    assert sum(map(len, moments)) == 10
    assert all(moments)


def test_the_gap_leaves_out_what_is_too_near_to_the_next_part() -> None:
    times = np.arange(100.0)
    split = by_time(times, gap=5)
    assert times[split.validation].min() - times[split.train].max() == 5
    assert times[split.test].min() - times[split.validation].max() == 5
    assert split.n_unused == 8
    with pytest.raises(UserInputError, match="A gap of 80 leaves no training rows"):
        by_time(times, gap=80)


def test_rows_without_a_time_are_in_no_part() -> None:
    times = np.where(np.arange(100) % 10 == 3, np.nan, np.arange(100.0))
    split = by_time(times)
    assert split.n_unused == 10
    assert not np.isnan(times[np.concatenate(parts_of(split))]).any()


def test_few_moments_and_few_known_times_are_refused_by_name() -> None:
    with pytest.raises(UnsuitableData, match="'at' has 2 different moments; a split by time needs at least 3"):
        by_time(np.repeat([0.0, 1.0], 20))
    with pytest.raises(UnsuitableData, match="Only 4 rows have a value in the time column 'at'"):
        by_time(np.where(np.arange(40) < 4, np.arange(40.0), np.nan))


def test_dates_with_and_without_a_zone_become_days() -> None:
    plain = pd.Series(pd.to_datetime(["1970-01-02", None, "1969-12-31 12:00"], format="ISO8601"))
    assert time_numbers(plain) == pytest.approx([1.0, np.nan, -0.5], nan_ok=True)
    zoned = pd.Series(pd.to_datetime(["1970-01-02 02:00+02:00"], utc=True))
    assert time_numbers(zoned) == pytest.approx([1.0])
    assert time_numbers(pd.Series([1, 2, np.inf])) == pytest.approx([1.0, 2.0, np.nan], nan_ok=True)


# --- Numbers ---------------------------------------------------------------------------------------------------------


def test_stratified_numbers_have_the_same_ranges_in_every_part() -> None:
    y = np.random.default_rng(0).lognormal(size=400)
    split = split_of(y, task=REGRESSION, scheme="stratified")
    edges = np.quantile(y, np.linspace(0, 1, 11)[1:-1])
    for rows, size in zip(parts_of(split), (28, 6, 6), strict=True):
        assert np.bincount(np.searchsorted(edges, y[rows], side="right")).tolist() == [size] * 10


def test_numbers_of_few_values_fall_back_to_chance() -> None:
    y = np.array([0.0] * 40 + [5.0])
    assert split_of(y, task=REGRESSION).digest == split_of(y, task=REGRESSION, scheme="random").digest
