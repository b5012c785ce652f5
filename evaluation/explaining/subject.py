"""What is explained: a fitted pipeline, the rows it is asked about, and the rows it learned from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from core.errors import UserInputError
from core.types import LearningTask
from evaluation.explaining.coding import FrameCodec
from evaluation.spec import Predictions

if TYPE_CHECKING:
    import pandas as pd

FloatArray = npt.NDArray[np.float64]
Codes = npt.NDArray[Any]
OnFraction = Callable[[float], None]
"""Called with how far the work is, in [0, 1]; raises when it shall end."""
BATCH_VALUES = 4_000_000
"""Numbers in one batch of rows: 32 MB."""


def silent(_: float) -> None:
    """Nobody wants to know how far it is."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A fitted pipeline and raw rows. The test rows are never among them."""

    pipeline: Any
    """scikit-learn ``Pipeline`` from a raw frame to predictions; its last step is the estimator."""
    task: LearningTask
    labels: tuple[str, ...]
    """Class names by code; empty for a regression."""
    target: str
    features: tuple[str, ...]
    """Names after preprocessing."""
    frame: "pd.DataFrame"
    """The rows that are explained: raw columns as the pipeline takes them."""
    y: Codes
    """Their class codes or values."""
    row_numbers: npt.NDArray[np.int64]
    """Their numbers in the table, counted from 1."""
    background: "pd.DataFrame"
    """Rows that the pipeline learned from."""
    y_background: Codes
    """Their class codes or values."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Raw columns, in the order of the frame."""
        return tuple(str(name) for name in self.frame.columns)

    @property
    def estimator(self) -> Any:
        """The last step."""
        return self.pipeline[-1]

    @property
    def is_regression(self) -> bool:
        """Whether a number is predicted."""
        return self.task is LearningTask.REGRESSION

    @cached_property
    def X(self) -> FloatArray:
        """The rows after preprocessing, shape (n_rows, n_features)."""
        return self.transform(self.frame)

    @cached_property
    def X_background(self) -> FloatArray:
        """The background after preprocessing."""
        return self.transform(self.background)

    def transform(self, frame: "pd.DataFrame") -> FloatArray:
        """Raw rows to features."""
        if self._codec is not None:
            return self._codec.encode(frame)
        values: Any = self.pipeline[:-1].transform(frame)
        if hasattr(values, "toarray"):
            values = values.toarray()
        return np.ascontiguousarray(np.asarray(values, dtype=np.float64))

    def as_learned(self, X: FloatArray) -> Any:
        """Features in the form that the estimator learned from: raw rows, a frame with names, or the numbers alone."""
        if self._codec is not None:
            return self._codec.decode(X)
        names = getattr(self.estimator, "feature_names_in_", None)
        if names is None:
            return X
        import pandas as pd

        return pd.DataFrame(X, columns=list(names), copy=False)

    @cached_property
    def _codec(self) -> FrameCodec | None:
        """For an estimator that takes raw rows, such as a vote of whole pipelines; None for all others."""
        raw = self.background.iloc[:2]
        first: Any = self.pipeline[:-1].transform(raw)
        takes_rows = hasattr(first, "columns") and raw.equals(first)
        return FrameCodec(self.background) if takes_rows else None

    def outputs(self, X: FloatArray) -> FloatArray:
        """What the estimator says: probabilities by class code, or values; all rows at once."""
        estimator = self.estimator
        rows = self.as_learned(X)
        if self.is_regression:
            return np.asarray(estimator.predict(rows), dtype=np.float64).reshape(len(X))
        found = np.asarray(estimator.predict_proba(rows), dtype=np.float64)
        classes = np.asarray(getattr(estimator, "classes_", np.arange(found.shape[1])), dtype=np.intp)
        if len(classes) == len(self.labels):
            return found
        spread = np.zeros((len(found), len(self.labels)))  # a class without a training row is never predicted
        spread[:, classes] = found
        return spread

    def one_output(self, X: FloatArray, class_code: int) -> FloatArray:
        """The probability of one class, or the values; shape (n_rows,)."""
        found = self.outputs(X)
        return found if self.is_regression else found[:, class_code]

    def predictions(self, y_out: FloatArray) -> Predictions:
        """Outputs for the explained rows beside their truth."""
        return Predictions(task=self.task, y_true=self.y, y_out=y_out, n_classes=len(self.labels))

    def part(self, places: npt.NDArray[np.int64]) -> "Subject":
        """The same with fewer explained rows, by their places."""
        return replace(self, frame=self.frame.iloc[places], y=self.y[places], row_numbers=self.row_numbers[places])

    def class_code(self, name: str | None) -> int:
        """The code of a class by its name; for two classes the second one unless another is named, else the first.

        Raises:
            UserInputError: There is no such class.
        """
        if self.is_regression:
            return 0
        if name is None:
            return 1 if len(self.labels) == 2 else 0
        if name not in self.labels:
            shown = ", ".join(repr(label) for label in self.labels[:8])
            raise UserInputError(f"There is no class {name!r}.", hint=f"There are: {shown}.", field="params.class_name")
        return self.labels.index(name)

    def column(self, name: str, field: str = "params.column") -> str:
        """``name``, if it is a column that the model uses.

        Raises:
            UserInputError: It is not.
        """
        if name not in self.columns:
            raise UserInputError(
                f"The model does not use a column {name!r}.",
                hint=f"It uses: {', '.join(self.columns[:12])}{', …' if len(self.columns) > 12 else ''}.",
                field=field,
            )
        return name

    def output_words(self, class_code: int) -> str:
        """What ``one_output`` is, for an axis: "probability of yes", "price"."""
        return self.target if self.is_regression else f"probability of {self.labels[class_code]}"


def batches(n_rows: int, n_columns: int) -> Iterator[slice]:
    """Slices of at most about 32 MB of float64."""
    size = max(1, BATCH_VALUES // max(1, n_columns))
    for start in range(0, n_rows, size):
        yield slice(start, min(n_rows, start + size))
