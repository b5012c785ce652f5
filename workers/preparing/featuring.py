"""From raw rows to features, fitted on training rows only; balanced classes among them where that was asked for."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import UnsuitableData
from core.preprocessing.pipeline import build_features, check_room
from core.preprocessing.plan import Plan
from core.preprocessing.planning import plan_run
from core.preprocessing.registries import BALANCERS
from core.records import Dataset, RunConfig
from core.types import Notice, Severity
from models.native import with_categories
from models.registry import MODELS

NONE, CLASS_WEIGHT = "none", "class_weight"


def plan_of(dataset: Dataset, config: RunConfig, *, exclude: Iterable[str] = ()) -> Plan:
    """What is done to the columns of ``dataset`` in a run of ``config``: see ``plan_run``."""
    return plan_run(dataset, config, MODELS[config.model], exclude=exclude)


def with_labels(plan: Plan, labels: tuple[str, ...]) -> Plan:
    """``plan`` once the classes are known by name."""
    return plan.with_purpose(replace(plan.purpose, n_classes=len(labels), labels=labels))


def check_memory(plan: Plan, y: npt.NDArray[Any]) -> None:
    """Refuse features of the training rows ``y``, after balancing, that would not fit into free memory.

    Raises:
        UnsuitableData: They would not.
    """
    import psutil

    n_rows = len(y)
    if plan.params.balance in ("oversample", "smote"):
        import numpy as np

        counts = np.unique(y, return_counts=True)[1]
        n_rows = int(len(counts) * counts.max())
    check_room(plan, n_rows=n_rows, free_bytes=psutil.virtual_memory().available)


def balanced(plan: Plan, X: npt.NDArray[Any], y: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The training features and targets that the model learns from."""
    if plan.params.balance in (NONE, CLASS_WEIGHT):
        return X, y
    from core.preprocessing.transformers.balancing import RESAMPLERS

    return RESAMPLERS[plan.params.balance](X, y, plan.purpose.seed)


def balance_notices(plan: Plan, y: npt.NDArray[Any], y_balanced: npt.NDArray[Any]) -> tuple[Notice, ...]:
    """What balancing did to the training rows, and what that means for probabilities."""
    if plan.params.balance == NONE:
        return ()
    done = BALANCERS[plan.params.balance].label.lower()
    rows = "" if len(y) == len(y_balanced) else f" from {len(y):,} to {len(y_balanced):,} rows"
    return (
        Notice(
            severity=Severity.INFO,
            code="balanced",
            text=f"Classes of the training rows were balanced{rows} ({done}). Validation and test rows are as they "
            f"were. "
            "Predicted probabilities of rare classes come out too high.",
        ),
    )


def weighted(plan: Plan, estimator: Any, y: npt.NDArray[Any]) -> Any:
    """``estimator`` with weights of the classes in ``y``, where they were asked for.

    Raises:
        UnsuitableData: It takes no weights of classes.
    """
    if plan.params.balance != CLASS_WEIGHT:
        return estimator
    from core.preprocessing.transformers.balancing import balanced_weights

    if "class_weight" not in estimator.get_params():
        raise UnsuitableData(
            f"{getattr(plan.purpose.model, 'label', type(estimator).__name__)} takes no weights of classes.",
            hint="Repeat rare rows instead, or choose a model that takes weights, such as logistic regression or a "
            "random forest.",
            field="preprocessing.balance",
        )
    return estimator.set_params(class_weight=balanced_weights(y))


def new_pipeline(plan: Plan, estimator: Any) -> Any:
    """An unfitted pipeline from raw rows to predictions; its ``fit`` balances the rows it is given, and no others."""
    from sklearn.pipeline import Pipeline

    steps = [("preprocessing", build_features(plan)), ("estimator", estimator)]
    if plan.params.balance == NONE:
        return Pipeline(steps)
    from core.preprocessing.transformers.balancing import BalancedPipeline

    return BalancedPipeline(steps, balance=plan.params.balance, seed=plan.purpose.seed)


def tell_categories(pipeline: Any, rows: Any, y: npt.NDArray[Any]) -> None:
    """Have the unfitted ``pipeline`` take categories and classes as a run does, when it is fitted to ``rows``.

    Which features are codes, and of how many features, is known only once preprocessing has seen the rows.
    """
    from sklearn.base import clone, is_classifier

    from models.coded import CodedClassifier

    preprocessing = clone(pipeline.named_steps["preprocessing"]).fit(rows, y)
    n_features = len(preprocessing.get_feature_names_out())
    estimator = with_categories(pipeline.named_steps["estimator"], preprocessing.categorical_, n_features)
    # Among few rows a class may be missing, and some libraries take codes without gaps only.
    if is_classifier(estimator) and len(np.unique(y)) <= np.max(y):
        estimator = CodedClassifier(estimator)
    pipeline.set_params(estimator=estimator)
