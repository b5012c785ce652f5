import numpy as np
import pytest

from core.errors import UnsuitableData, UserInputError
from core.splits import RowSplit, make_split
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


def test_parts_that_leave_nothing_to_train_on_are_refused() -> None:
    with pytest.raises(UserInputError, match=r"validation part 0\.5 and the test part 0\.5 leave no rows") as caught:
        split_of(np.zeros(50), validation=0.5, test=0.5)
    assert caught.value.field == "split"
    with pytest.raises(UserInputError, match="leave none to train on"):
        split_of(np.arange(10.0), task=REGRESSION, validation=0.49, test=0.5)
