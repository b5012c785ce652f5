"""Small fitted pipelines on rows of every kind, for tests of explanations."""

from typing import Any

import numpy as np
import pandas as pd

from core.types import LearningTask
from evaluation.explaining.subject import Subject

CITIES = ("Oslo", 'R"o\nme', "<b>Kyiv</b> 🌍")


def make_frame(n_rows: int = 400, *, seed: int = 0) -> pd.DataFrame:
    """Numbers with gaps, two of them nearly the same, names that want to be escaped, and times."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": rng.normal(40, 10, n_rows),
            "income": rng.normal(50, 5, n_rows).round(1),
            "city": rng.choice(CITIES, n_rows),
            "joined": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, n_rows), unit="D"),
        }
    )
    frame["age in months"] = 12 * frame["age"] + rng.normal(0, 5, n_rows)
    frame.loc[::9, "age"] = np.nan
    return frame


def make_target(frame: pd.DataFrame, *, n_classes: int = 0, seed: int = 1) -> np.ndarray[Any, Any]:
    """A number that hangs on age, city and income, or its class among ``n_classes`` of equal size."""
    noise = np.random.default_rng(seed).normal(0, 0.5, len(frame))
    is_oslo, is_rome = (frame["city"] == CITIES[0]), (frame["city"] == CITIES[1])
    value = (frame["age in months"] / 120 + 2 * is_oslo - 0.1 * frame["income"] * is_rome + noise).to_numpy()
    if not n_classes:
        return value
    return np.digitize(value, np.quantile(value, np.linspace(0, 1, n_classes + 1)[1:-1]))


def preprocessing(frame: pd.DataFrame) -> Any:
    """Imputed and scaled numbers, one feature for each city, and times as days and months."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

    numbers = [name for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])]
    return ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), numbers),
            ("city", OneHotEncoder(sparse_output=False, handle_unknown="ignore"), ["city"]),
            ("joined", FunctionTransformer(_times, feature_names_out=_time_names), ["joined"]),
        ],
        verbose_feature_names_out=False,
    )


def make_subject(estimator: Any, *, n_classes: int = 0, n_rows: int = 400) -> Subject:
    """``estimator`` fitted on three quarters of the rows, to be explained on the others; 0 classes: a regression."""
    from sklearn.pipeline import Pipeline

    frame = make_frame(n_rows)
    y = make_target(frame, n_classes=n_classes)
    is_known = np.arange(n_rows) % 4 != 0
    pipeline = Pipeline([("preprocessing", preprocessing(frame)), ("estimator", estimator)])
    pipeline.fit(frame[is_known], y[is_known])
    return Subject(
        pipeline=pipeline,
        task=LearningTask.CLASSIFICATION if n_classes else LearningTask.REGRESSION,
        labels=("low", "middle", "high")[:n_classes],
        target="risk",
        features=tuple(pipeline[0].get_feature_names_out()),
        frame=frame[~is_known],
        y=y[~is_known],
        row_numbers=np.flatnonzero(~is_known) + 1,
        background=frame[is_known],
        y_background=y[is_known],
    )


def _times(frame: pd.DataFrame) -> np.ndarray[Any, Any]:
    times = frame.iloc[:, 0]
    days = (times - pd.Timestamp("2020-01-01")).dt.days
    return np.column_stack([days.to_numpy(dtype=float), times.dt.month.to_numpy(dtype=float)])


def _time_names(_: Any, names: Any) -> list[str]:
    return [f"{names[0]}_days", f"{names[0]}_month"]
