"""The code for a run: one Python file that repeats it with pandas and scikit-learn alone.

What Praxis does in its own way (dividing rows, preparing columns) goes into the file as it stands here, so that the
script gives the same numbers and can be read from top to bottom.
"""

import inspect
from types import ModuleType
from typing import Any

from core import splits
from core.preprocessing import transformers
from core.preprocessing.params import PreprocessingParams
from core.preprocessing.pipeline import build_preprocessor
from core.preprocessing.roles import ColumnRoles
from core.records import Dataset, Run
from core.types import LearningTask
from core.version import VERSION

_HEADER = '''"""{title}

Repeats a training of Praxis {version} with pandas and scikit-learn {sklearn}. Give it the dataset as a Parquet file:

    python script.py {file_name}

Dataset: {dataset} (content {sha256}), target {target}, seed {seed}.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.metrics import {metrics}
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, RobustScaler, StandardScaler
{imports}


class UserInputError(ValueError):
    def __init__(self, message: str, hint: str = "", field: str = "") -> None:
        super().__init__(" ".join(part for part in (message, hint) if part))


UnsuitableData = UserInputError


class LearningTask(StrEnum):
    CLASSIFICATION = "classification"
    REGRESSION = "regression"


@dataclass
class SplitParams:
    validation: float
    test: float
    scheme: str
'''

_MAIN = """

TARGET = {target!r}
SEED = {seed}
COLUMNS = {columns!r}

frame = pd.read_parquet(sys.argv[1])
frame = frame[frame[TARGET].notna()].reset_index(drop=True)
{encode}
split = make_split(y, params=SplitParams({validation!r}, {test!r}, {scheme!r}), seed=SEED, task=LearningTask.{task})

preprocessing = {preprocessing}

estimator = {estimator}

model = Pipeline([("preprocessing", preprocessing), ("estimator", estimator)])
model.fit(frame.loc[split.train, COLUMNS], y[split.train])

for part, rows in (("validation", split.validation), ("test", split.test)):
    y_true = y[rows]
    y_pred = model.predict(frame.loc[rows, COLUMNS])
{report}
"""

_CLASSIFICATION_REPORT = """    print(f"{part} accuracy {accuracy_score(y_true, y_pred):.6f}")
    average = "binary" if len(classes) == 2 else "macro"
    print(f"{part} f1 {f1_score(y_true, y_pred, average=average, zero_division=0):.6f}")"""

_REGRESSION_REPORT = """    print(f"{part} rmse {root_mean_squared_error(y_true, y_pred):.6f}")
    print(f"{part} r2 {r2_score(y_true, y_pred):.6f}")"""


def training_script(run: Run, dataset: Dataset, *, roles: ColumnRoles, estimator: Any) -> str:
    """The script for ``run``.

    Args:
        run: The run.
        dataset: Its dataset.
        roles: The columns it learns from.
        estimator: Unfitted, as the model builds it: its plain ``fit`` gives the same result as the live training.
    """
    config = run.config
    is_classification = config.task is LearningTask.CLASSIFICATION
    parts = [
        _HEADER.format(
            title=_plain(run.name),
            version=VERSION,
            sklearn=_version("scikit-learn"),
            file_name="dataset.parquet",
            dataset=_plain(dataset.name),
            sha256=(dataset.content_sha256 or "")[:12],
            target=_plain(config.target),
            seed=config.seed,
            metrics="accuracy_score, f1_score" if is_classification else "r2_score, root_mean_squared_error",
            imports="\n".join(_imports(estimator)),
        ),
        _own_source(splits, "How rows are divided"),
        _own_source(transformers, "How raw columns become numbers"),
        _MAIN.format(
            target=config.target,
            seed=config.seed,
            columns=list(roles.used),
            encode=_ENCODE_CLASSES if is_classification else _ENCODE_NUMBERS,
            validation=config.split.validation,
            test=config.split.test,
            scheme=config.split.scheme,
            task=config.task.name,
            preprocessing=_code(build_preprocessor(roles, PreprocessingParams.model_validate(config.preprocessing))),
            estimator=_code(estimator),
            report=_CLASSIFICATION_REPORT if is_classification else _REGRESSION_REPORT,
        ),
    ]
    return "\n".join(parts)


_ENCODE_CLASSES = "classes, y = np.unique(frame[TARGET].to_numpy(), return_inverse=True)"
_ENCODE_NUMBERS = "y = pd.to_numeric(frame[TARGET]).to_numpy(dtype=float)"


def _own_source(module: ModuleType, title: str) -> str:
    """The body of one of our modules: everything after its imports."""
    lines = inspect.getsource(module).splitlines()
    last_import = max(
        number
        for number, line in enumerate(lines)
        if line.startswith(("import ", "from ")) or (line == ")" and number < 40)
    )
    return f"\n# {title} {'-' * (100 - len(title))}\n" + "\n".join(lines[last_import + 1 :])


def _code(estimator: Any) -> str:
    """An expression that builds ``estimator``: scikit-learn's own representation, with lists of any length in full."""
    from sklearn.utils._pprint import _EstimatorPrettyPrinter

    printer = _EstimatorPrettyPrinter(compact=True, indent=1, indent_at_name=True, n_max_elements_to_show=None)
    return str(printer.pformat(estimator))


def _imports(estimator: Any) -> list[str]:
    """The lines that import the class of ``estimator`` and of every estimator inside it."""
    inner = [value for value in estimator.get_params().values() if hasattr(value, "get_params")]
    kinds = {type(each) for each in (estimator, *inner)}
    return sorted(f"from {_public_module(kind)} import {kind.__name__}" for kind in kinds)


def _public_module(kind: type) -> str:
    """``sklearn.ensemble`` for ``sklearn.ensemble._forest``: the public package that holds the class."""
    return kind.__module__.split("._", 1)[0]


def _plain(text: str) -> str:
    """``text`` safe inside a docstring."""
    return text.replace("\\", "/").replace('"', "'").replace("\n", " ")


def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)
