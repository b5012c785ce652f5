"""The code for a run: one Python file that repeats it with pandas and scikit-learn alone.

What Praxis does in its own way (dividing rows, preparing columns) goes into the file as it stands here, so that the
script gives the same numbers and can be read from top to bottom.
"""

from collections.abc import Sequence
from typing import Any

from core.preprocessing.pipeline import build_features
from core.preprocessing.plan import Plan
from core.records import Dataset, Run
from core.types import LearningTask, SplitParams
from core.version import VERSION
from workers.script_source import (
    estimator_code,
    estimator_imports,
    import_lines,
    library_imports,
    module_body,
    module_title,
    own_modules,
    source_modules,
)

SPLITS = "core.splits"
BALANCING = "core.preprocessing.transformers.balancing"
_HEADER = '''"""{title}

Repeats a training of Praxis {version} with pandas and scikit-learn {sklearn}. Give it the dataset as a Parquet file:

    python script.py {file_name}

Dataset: {dataset} (content {sha256}), target {target}, seed {seed}.
"""

from __future__ import annotations

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
    group: str | None = None
    time: str | None = None
    gap: float = 0.0
    bins: int = 10
'''

_MAIN = """

TARGET = {target!r}
SEED = {seed}
COLUMNS = {columns!r}

frame = pd.read_parquet(sys.argv[1])
frame = frame[frame[TARGET].notna()].reset_index(drop=True)
{encode}
SPLIT = SplitParams({split})
split = make_split(y, params=SPLIT, seed=SEED, task=LearningTask.{task}{split_by})

preprocessing = {preprocessing}

estimator = {estimator}

model = {model}
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


def training_script(run: Run, dataset: Dataset, *, plan: Plan, estimator: Any) -> str:
    """The script for ``run``.

    Args:
        run: The run.
        dataset: Its dataset.
        plan: What is done to the columns it learns from.
        estimator: Unfitted, as the model builds it: its plain ``fit`` gives the same result as the live training.
    """
    return script_of(
        run,
        dataset,
        columns=list(plan.used),
        preprocessing=build_features(plan),
        estimator=estimator,
        model=_model(plan),
        modules=[BALANCING] if plan.params.balance != "none" else [],
    )


def script_of(
    run: Run,
    dataset: Dataset,
    *,
    columns: Sequence[str],
    preprocessing: Any,
    estimator: Any,
    model: str,
    modules: Sequence[str] = (),
) -> str:
    """The script for ``run`` around unfitted parts.

    Args:
        run: The run.
        dataset: Its dataset.
        columns: The raw columns that ``preprocessing`` takes.
        preprocessing: From them to features.
        estimator: From features to answers.
        model: An expression for the pipeline of both, under the names ``preprocessing`` and ``estimator``.
        modules: Names of our modules that ``model`` needs.
    """
    config = run.config
    is_classification = config.task is LearningTask.CLASSIFICATION
    modules = source_modules([SPLITS, *own_modules([preprocessing, estimator]), *modules])
    metrics = ("accuracy_score", "f1_score") if is_classification else ("r2_score", "root_mean_squared_error")
    imports = {
        ("sys", "", ""),
        ("dataclasses", "dataclass", ""),
        ("enum", "StrEnum", ""),
        ("numpy", "", "np"),
        ("pandas", "", "pd"),
        ("sklearn.pipeline", "Pipeline", ""),
        *(("sklearn.metrics", metric, "") for metric in metrics),
        *library_imports(modules),
        *estimator_imports([preprocessing, estimator]),
    }
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
            imports="\n".join(import_lines(imports)),
        ),
        *(module_body(name, module_title(name)) for name in modules),
        _MAIN.format(
            target=config.target,
            seed=config.seed,
            columns=list(columns),
            encode=_ENCODE_CLASSES if is_classification else _ENCODE_NUMBERS,
            split=_split_fields(config.split),
            split_by=_SPLIT_BY.get(config.split.scheme, ""),
            task=config.task.name,
            preprocessing=estimator_code(preprocessing),
            estimator=estimator_code(estimator),
            model=model,
            report=_CLASSIFICATION_REPORT if is_classification else _REGRESSION_REPORT,
        ),
    ]
    return "\n".join(parts)


def _model(plan: Plan) -> str:
    steps = '[("preprocessing", preprocessing), ("estimator", estimator)]'
    if plan.params.balance == "none":
        return f"Pipeline({steps})"
    return f"BalancedPipeline({steps}, balance={plan.params.balance!r}, seed=SEED)"


_SPLIT_BY = {
    "grouped": ", groups=group_codes(frame[SPLIT.group])",
    "time": ", times=time_numbers(frame[SPLIT.time])",
}
_ENCODE_CLASSES = "classes, y = np.unique(frame[TARGET].to_numpy(), return_inverse=True)"
_ENCODE_NUMBERS = "y = pd.to_numeric(frame[TARGET]).to_numpy(dtype=float)"


def _split_fields(split: SplitParams) -> str:
    """The arguments of a split, those that are not usual by name."""
    fields = split.model_dump(exclude_defaults=True, exclude={"validation", "test", "scheme"})
    named = "".join(f", {name}={value!r}" for name, value in fields.items())
    return f"{split.validation!r}, {split.test!r}, {split.scheme!r}{named}"


def _plain(text: str) -> str:
    """``text`` safe inside a docstring."""
    return text.replace("\\", "/").replace('"', "'").replace("\n", " ")


def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)
