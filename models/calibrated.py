"""Probabilities for classifiers that only know on which side of a border a row lies."""

from typing import Any

from models.live._needs import Needs

N_FOLDS = 3
FOLD_NEEDS = Needs(
    rows_per_class=N_FOLDS,
    reason=f"The probabilities of this model are fitted on {N_FOLDS} folds, each with every class.",
)


def calibrated(classifier: Any, random_state: int) -> Any:
    """``classifier`` with probabilities, as an unfitted estimator of scikit-learn's own.

    A sigmoid of the decision value is fitted to rows that the classifier had not learned from, in three folds as
    Platt proposed; the classifier itself is then fitted to all rows, once. On the training rows the decision values
    would be too good, and the probabilities too sure. ``SVC(probability=True)`` did much the same and is deprecated;
    ``CalibratedClassifierCV`` does it in the open, for any classifier, and repeats outside Praxis as it stands here.
    With an ``ensemble`` the model would be three machines, three times as slow to ask and as large to keep.

    Args:
        classifier: Unfitted, with ``decision_function``.
        random_state: Decides which rows form a fold.

    Source:
        Platt 1999, Probabilistic outputs for support vector machines, in: Advances in large margin classifiers;
        stable form: Lin, Lin and Weng 2007, doi:10.1007/s10994-007-5018-6.
    """
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.model_selection import StratifiedKFold

    folds = StratifiedKFold(N_FOLDS, shuffle=True, random_state=random_state)
    return CalibratedClassifierCV(classifier, method="sigmoid", cv=folds, ensemble=False)
