"""The code for a clustering or an anomaly detection: one Python file that repeats it."""

from typing import Any

from core.preprocessing.pipeline import build_features
from core.preprocessing.plan import Plan
from core.records import Dataset, Run
from core.types import LearningTask
from core.version import VERSION
from workers.script import _HEADER, _SPLIT_BY, _plain, _split_fields, _version
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
OUTPUTS = {LearningTask.CLUSTERING: "models.clusters", LearningTask.ANOMALY_DETECTION: "models.anomalies"}

_MAIN = """

SEED = {seed}
COLUMNS = {columns!r}

frame = pd.read_parquet(sys.argv[1])
{rows}nothing = np.zeros(len(frame))
SPLIT = SplitParams({split})
split = make_split(nothing, params=SPLIT, seed=SEED, task=LearningTask.{task}{split_by})

preprocessing = {preprocessing}

estimator = {estimator}

X_train = np.asarray(preprocessing.fit_transform(frame.loc[split.train, COLUMNS], nothing[split.train]), dtype=float)
estimator.fit(X_train)

for part, rows in (("validation", split.validation), ("test", split.test)):
    X = np.asarray(preprocessing.transform(frame.loc[rows, COLUMNS]), dtype=float)
{report}
"""
_ROWS = "frame = frame[frame[{target!r}].notna()].reset_index(drop=True)\n"
_CLUSTERING_REPORT = """    out = cluster_outputs(estimator, X, X_train.mean(axis=0))
    loss = out[:, ClusterOut.OWN].sum() / out[:, ClusterOut.WHOLE].sum()
    clusters = out[:, ClusterOut.CLUSTER]
    print(f"{part} loss {loss:.6f}")
    print(f"{part} in_clusters {(clusters >= 0).mean():.6f}")"""
_ANOMALY_REPORT = """    out = anomaly_outputs(estimator, X, made_up_rows(X, X_train))
    is_flagged = out[:, AnomalyOut.SCORE] > out[:, AnomalyOut.THRESHOLD]
    print(f"{part} told_apart {1 - out[:, AnomalyOut.MADE_UP].mean():.6f}")
    print(f"{part} flagged_share {is_flagged.mean():.6f}")"""


def unlabelled_script(run: Run, dataset: Dataset, *, plan: Plan, estimator: Any) -> str:
    """The script for ``run``; arguments as for ``workers.script.training_script``."""
    config = run.config
    is_clustering = config.task is LearningTask.CLUSTERING
    preprocessing = build_features(plan)
    modules = source_modules([SPLITS, OUTPUTS[config.task], *own_modules([preprocessing, estimator])])
    imports = {
        ("sys", "", ""),
        ("dataclasses", "dataclass", ""),
        ("enum", "StrEnum", ""),
        ("numpy", "", "np"),
        ("pandas", "", "pd"),
        *library_imports(modules),
        *estimator_imports([preprocessing, estimator]),
    }
    return "\n".join(
        [
            header(run, dataset, imports),
            *(module_body(name, module_title(name)) for name in modules),
            _MAIN.format(
                rows=_ROWS.format(target=config.target) if config.target else "",
                seed=config.seed,
                columns=list(plan.used),
                split=_split_fields(config.split),
                split_by=_SPLIT_BY.get(config.split.scheme, ""),
                task=config.task.name,
                preprocessing=estimator_code(preprocessing),
                estimator=estimator_code(estimator),
                report=_CLUSTERING_REPORT if is_clustering else _ANOMALY_REPORT,
            ),
        ]
    )


def header(run: Run, dataset: Dataset, imports: set[tuple[str, str, str]]) -> str:
    """The beginning of a script: what it repeats, its imports, and the few names that our modules need."""
    text = _HEADER.format(
        title=_plain(run.name),
        version=VERSION,
        sklearn=_version("scikit-learn"),
        file_name="dataset.parquet",
        dataset=_plain(dataset.name),
        sha256=(dataset.content_sha256 or "")[:12],
        target=_plain(run.config.target or "none"),
        seed=run.config.seed,
        imports="\n".join(import_lines(imports)),
    )
    tasks = "".join(f'    {task.name} = "{task.value}"\n' for task in LearningTask)
    known = '    CLASSIFICATION = "classification"\n    REGRESSION = "regression"\n'
    return text.replace(known, tasks)
