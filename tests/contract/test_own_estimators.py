"""What we wrote as estimators keeps scikit-learn's own contract."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest

import models

SERIES = "models.forecasting."
"""A forecaster is no estimator of tables: its rows are steps in time, and their order is the point."""


def our_estimators() -> Iterator[type]:
    """Every public estimator class defined under ``models``."""
    from sklearn.base import BaseEstimator

    for module in pkgutil.walk_packages(models.__path__, "models."):
        if module.name.startswith(SERIES):
            continue
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            is_public = not (kind.__name__.startswith("_") or inspect.isabstract(kind))
            if kind.__module__ == module.name and issubclass(kind, BaseEstimator) and is_public:
                yield kind


OURS = sorted(set(our_estimators()), key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
@pytest.mark.filterwarnings("ignore")  # the checks feed each estimator with what it should warn of
def test_estimator_of_ours_passes_the_checks_of_scikit_learn(kind: type) -> None:
    from sklearn.utils.estimator_checks import check_estimator

    found = check_estimator(example_of(kind), on_fail=None, on_skip=None)
    failed = {result["check_name"]: str(result["exception"]) for result in found if result["status"] == "failed"}
    assert failed == {}
    assert sum(result["status"] == "passed" for result in found) > 20


def example_of(kind: type) -> object:
    """An unfitted instance; a meta-estimator gets something simple inside."""
    from sklearn.linear_model import LinearRegression, LogisticRegression

    if "estimator" not in inspect.signature(kind).parameters:
        return kind()
    is_classifier = getattr(kind, "_estimator_type", "") == "classifier" or kind.__name__.endswith("Classifier")
    return kind(estimator=LogisticRegression() if is_classifier else LinearRegression())


def test_the_search_for_our_estimators_finds_them() -> None:
    assert "CodedClassifier" in {kind.__name__ for kind in OURS}
