"""Two ways to look into an uninterrupted ``fit`` after each iteration of its solver."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from models.training import FloatArray

Iterate = Mapping[str, Any]
"""The fitted attributes that make an estimator of one iteration."""
Seen = Callable[[Iterate], None]
Watch = Callable[[Any, FloatArray, npt.NDArray[Any], Seen], None]
"""Fits an estimator to rows and tells of each iteration when it is over."""


def by_callbacks(estimator: Any, X: FloatArray, y: npt.NDArray[Any], seen: Seen) -> None:
    """Watch through scikit-learn's own callbacks, which few estimators offer."""
    estimator.set_callbacks(_Watcher(seen))
    try:
        estimator.fit(X, y)
    finally:
        estimator.set_callbacks()


class _Watcher:
    """Passes the coefficients of each iteration on."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def setup(self, estimator: Any, context: Any) -> None:
        """Part of the callback protocol; nothing to prepare."""

    def teardown(self, estimator: Any, context: Any) -> None:
        """Part of the callback protocol; nothing to clear away."""

    def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
        """Part of the callback protocol; an iteration is interesting when it is over."""

    def on_fit_task_end(self, estimator: Any, context: Any, *, fitted_estimator: Any = None) -> None:
        """Take the coefficients of one iteration; other tasks of the fit bring none."""
        del estimator
        if fitted_estimator is not None and context.task_name == "lbfgs-iter":
            self._seen({"coef_": fitted_estimator.coef_.copy(), "intercept_": fitted_estimator.intercept_.copy()})


def by_minimize(estimator: Any, X: FloatArray, y: npt.NDArray[Any], seen: Seen) -> None:
    """Watch the call of ``scipy.optimize.minimize`` inside the fit of a linear regression.

    The function is replaced only from the beginning of the fit to that call, in which nothing else runs. The vector
    that it moves begins with the coefficients and, if there is one, the intercept.
    """
    from scipy import optimize

    original = optimize.minimize
    n_features = X.shape[1]

    def tell(x: FloatArray) -> None:
        intercept = float(x[n_features]) if estimator.fit_intercept else 0.0
        # Beside the coefficients, a prediction may need what the fit has set before, such as its link function.
        seen({**vars(estimator), "coef_": np.array(x[:n_features]), "intercept_": intercept})

    def minimize(*args: Any, **options: Any) -> Any:
        optimize.minimize = original
        return original(*args, **options, callback=tell)

    optimize.minimize = minimize
    try:
        estimator.fit(X, y)
    finally:
        optimize.minimize = original
