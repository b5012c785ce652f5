"""Raw columns as they are."""

from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin

from core.errors import UserInputError


class RawColumns(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # no types
    """The columns it was fitted on, by name and in their order, whatever else there is."""

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Learn the column names."""
        del y
        self.feature_names_in_ = np.asarray(X.columns, dtype=object)
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Those columns of ``X``.

        Raises:
            UserInputError: One is missing.
        """
        for name in self.feature_names_in_:
            if name not in X.columns:
                raise UserInputError(
                    f"Column {name!r} is missing from the rows to predict.",
                    hint=f"The model was trained on: {', '.join(map(str, self.feature_names_in_))}.",
                    field=str(name),
                )
        return X[list(self.feature_names_in_)]
