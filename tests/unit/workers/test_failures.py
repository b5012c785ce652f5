"""What libraries raise while training, by name: each made by the library itself."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rq.timeouts import JobTimeoutException

from core.errors import TooFewRows, WorkbenchError
from core.failures import FAILURES
from workers.failures import named


def singular() -> None:
    np.linalg.inv(np.zeros((2, 2)))


def not_positive_definite() -> None:
    import scipy.linalg

    scipy.linalg.cholesky(-np.eye(2))


def overflowing() -> None:
    with np.errstate(over="raise"):
        np.exp(np.array([1e6]))


def infinite() -> None:
    from sklearn.linear_model import LinearRegression

    LinearRegression().fit([[np.inf], [1.0]], [0.0, 1.0])


def too_few_neighbours() -> None:
    from sklearn.neighbors import KNeighborsClassifier

    KNeighborsClassifier(n_neighbors=5).fit([[0.0], [1.0]], [0, 1]).predict([[0.0]])


def too_few_for_folds() -> None:
    from sklearn.model_selection import StratifiedKFold

    list(StratifiedKFold(5).split(np.zeros((6, 1)), [0, 0, 0, 1, 1, 1]))


def too_few_of_a_class() -> None:
    from sklearn.model_selection import train_test_split

    train_test_split(np.zeros((5, 1)), [0, 0, 0, 0, 1], stratify=[0, 0, 0, 0, 1])


def not_installed() -> None:
    import no_such_booster.core  # type: ignore[import-not-found]  # noqa: F401


def more_memory_than_there_is() -> None:
    np.ones((2**24, 2**22))


def too_long() -> None:
    raise JobTimeoutException("the limit is over")


@pytest.mark.parametrize(
    ("work", "code", "said"),
    [
        (singular, "numerical_failure", "ingular matrix"),
        (not_positive_definite, "numerical_failure", "positive definite"),
        (overflowing, "numerical_failure", "verflow"),
        (infinite, "infinite_values", "infinite"),
        (too_few_neighbours, "too_few_rows", "n_samples"),
        (too_few_for_folds, "too_few_rows", "5"),
        (too_few_of_a_class, "too_few_rows", "1 member"),
        (not_installed, "missing_library", "'no_such_booster'"),
        (more_memory_than_there_is, "out_of_memory", "TiB"),
        (too_long, "timeout", "longer"),
    ],
)
def test_what_a_library_raises_gets_a_name_a_cause_and_a_cure(work: Callable[[], None], code: str, said: str) -> None:
    with pytest.raises(Exception) as raised:  # noqa: PT011 - each library has its own class, that is the point
        work()
    error = named(raised.value)
    assert error is not None
    assert error.code == code
    assert said in error.message
    assert error.hint
    assert FAILURES[code].cause
    assert FAILURES[code].cure


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("ours"), KeyError("ours"), TypeError("ours"), ValueError("ours"), AssertionError()]
)
def test_a_fault_of_ours_is_not_dressed_up(error: Exception) -> None:
    assert named(error) is None


def test_an_error_of_ours_keeps_its_own_name() -> None:
    error = TooFewRows("There are 2 rows.")
    assert named(error) is error


def subclasses(kind: type[Any]) -> set[type[Any]]:
    return {kind} | {deep for direct in kind.__subclasses__() for deep in subclasses(direct)}


def test_every_error_that_a_training_can_end_with_is_explained() -> None:
    import core.errors

    codes = {kind.code for kind in subclasses(WorkbenchError) if kind.__module__ == core.errors.__name__}
    general = {"error", "user_input", "conflict", "unavailable", "unreadable_file"}
    assert codes - general <= set(FAILURES)
