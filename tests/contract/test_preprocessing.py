"""What every method of preprocessing promises, so that one file is enough to add one."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.metrics import accuracy_score, f1_score, r2_score, root_mean_squared_error
from threadpoolctl import threadpool_limits

from core.preprocessing.describing import describe
from core.preprocessing.naming import named_pipeline
from core.preprocessing.params import PreprocessingParams
from core.preprocessing.pipeline import build_features, feature_names, import_methods
from core.preprocessing.plan import Plan, n_features
from core.preprocessing.planning import make_plan
from core.preprocessing.registries import METHODS
from core.preprocessing.spec import Purpose
from core.splits import make_split
from core.types import LearningTask
from models.registry import MODELS
from tests.factories import make_config, make_dataset, make_run
from tests.preprocessing import QUOTED, STORY, columns_of, make_table
from workers.preparing.featuring import balanced, new_pipeline, weighted
from workers.preparing.targets import encode_target
from workers.script import training_script

SEED = 3
TABLE = make_table()
EVERY_METHOD = [pytest.param(name, key, id=f"{name}-{key}") for name, registry in METHODS.items() for key in registry]
TREES, NEAREST, GAPS, WEIGHTED = "hist_gradient_boosting", "k_neighbors", "decision_tree", "logistic_regression"
FAST = {TREES: {"max_iter": 10}, NEAREST: {}, WEIGHTED: {}, "ridge": {}, GAPS: {}}
SPECIAL = {"keep": GAPS, "class_weight": WEIGHTED}
"""Models for methods that not every model takes."""
COLUMNS = {"day": {"role": "datetime"}}
"""Of the table's columns, a string that holds dates."""

OTHERS: dict[str, tuple[str, dict[str, Any]]] = {
    "defaults, trees": (TREES, {}),
    "defaults, linear": (NEAREST, {}),
    "defaults, gaps stay": (GAPS, {}),
    "defaults, regression": ("ridge", {}),
    "flags and rounds": (NEAREST, {"missing_flags": True, "date_cycles": True, "impute_categorical": "most_frequent"}),
    "few categories": (NEAREST, {"max_categories": 3, "rare_share": 0.1, "date_parts": False}),
    "interactions": (NEAREST, {"products": "interactions", "degree": 3}),
    "polynomial": ("ridge", {"products": "polynomial", "exclude": ["big"]}),
    "products without gaps": (TREES, {"products": "polynomial"}),
    "single columns": (
        NEAREST,
        {
            "columns": COLUMNS
            | {
                QUOTED: {"impute": "constant", "fill": -1.5, "scale": "minmax"},
                "city": {"encode": "ordinal", "order": ["Lima", "Rome", "Oslo", "Bern"]},
                "shop": {"role": "text"},
                "big": {"role": "categorical", "encode": "hashing"},
                STORY: {"text": "topics"},
                "width": {"role": "leave_out"},
                "empty": {"role": "numeric"},
            },
            "text_topics": 4,
        },
    ),
}
SCRIPTS = OTHERS | {
    f"{name}={key}": (SPECIAL.get(key, NEAREST), {name: key, "columns": COLUMNS, "keep_features": 8})
    for name, registry in METHODS.items()
    for key in registry
}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads wait for each other by spinning: beside other work that takes far longer than fits on so few rows."""
    with threadpool_limits(1):
        yield


def task_of(model: str) -> LearningTask:
    return (
        LearningTask.CLASSIFICATION if LearningTask.CLASSIFICATION in MODELS[model].tasks else LearningTask.REGRESSION
    )


def plan_of(model: str, params: dict[str, Any], table: pd.DataFrame = TABLE) -> Plan:
    task = task_of(model)
    target, other = ("kind", "price") if task is LearningTask.CLASSIFICATION else ("price", "kind")
    return make_plan(
        columns_of(table.drop(columns=other)),
        target=target,
        n_rows=len(table),
        params=PreprocessingParams.model_validate(params),
        purpose=Purpose(
            task=task,
            n_classes=3 if task is LearningTask.CLASSIFICATION else 0,
            labels=("high", "low", "middle"),
            seed=SEED,
            model=MODELS[model],
        ),
    )


def target_of(plan: Plan, table: pd.DataFrame = TABLE) -> Any:
    return encode_target(table["kind" if plan.purpose.is_classification else "price"], plan.purpose.task)[0]


def stored_and_loaded(value: Any) -> Any:
    buffer = io.BytesIO()
    joblib.dump(value, buffer)
    buffer.seek(0)
    return joblib.load(buffer)


each_case = pytest.mark.parametrize(("model", "params"), SCRIPTS.values(), ids=list(SCRIPTS))


@each_case
@pytest.mark.filterwarnings(
    "ignore:.*did not converge|.*Early stopping criterion:sklearn.exceptions.ConvergenceWarning"
)
def test_features_are_finite_named_repeatable_and_take_what_training_never_saw(
    model: str, params: dict[str, Any]
) -> None:
    plan = plan_of(model, params)
    y = target_of(plan)
    preprocessor = clone(build_features(plan))
    features = preprocessor.fit_transform(TABLE, y)
    names = feature_names(preprocessor)
    assert features.dtype == np.float64
    assert features.shape == (len(TABLE), len(names))
    assert 0 < len(names) == len(set(names)) <= n_features(plan)
    keeps = MODELS[model].handles_missing  # gaps may stay, and a category that is new is one
    assert keeps or np.isfinite(features).all()
    assert not np.isinf(features).any()
    np.testing.assert_array_equal(clone(preprocessor).fit_transform(TABLE, y), features)

    unseen = TABLE.iloc[[3, 1]].assign(
        **{"city": ["Atlantis", None], "shop": ["(rare)", ""], "width": [np.nan, -np.inf], STORY: ["zzz", None]}
    )
    expected = preprocessor.transform(unseen)
    assert keeps or np.isfinite(expected).all()
    loaded = stored_and_loaded(preprocessor)
    np.testing.assert_array_equal(loaded.transform(unseen[unseen.columns[::-1]]), expected)
    table = loaded.set_output(transform="pandas").transform(unseen)
    assert list(table.columns) == names
    np.testing.assert_array_equal(table.to_numpy(), expected)


@each_case
def test_a_description_has_words_and_counts_for_every_column(model: str, params: dict[str, Any]) -> None:
    plan = plan_of(model, params)
    found = describe(plan)
    assert {column.name for column in found.columns} == set(plan.used)
    assert sorted(name for lane in found.lanes for name in lane.columns) == sorted(plan.used)
    assert all(step == step.strip() and step for column in found.columns for step in column.steps)
    assert f"{found.n_features:,} features" in found.text
    if found.is_exact and plan.params.select == "none":
        assert build_features(plan).fit_transform(TABLE, target_of(plan)).shape[1] == found.n_features


@pytest.mark.parametrize(("name", "key"), EVERY_METHOD)
def test_a_method_says_what_it_does(name: str, key: str) -> None:
    method = METHODS[name][key]
    assert method.key == key
    assert method.summary.endswith(".")
    assert method.label[0].isupper()
    ranks = [other.rank for other in METHODS[name].values()]
    assert len(ranks) == len(set(ranks))


def test_every_method_is_listed_without_a_learning_library() -> None:
    code = "import sys, core.preprocessing.planning, core.preprocessing.describing; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_process_that_forks_has_imported_every_method() -> None:
    code = (
        "import sys\nfrom core.preprocessing.pipeline import import_methods\nimport_methods()\n"
        "print(sorted(name for name in sys.modules if name.startswith('core.preprocessing.transformers.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    folder = Path(import_methods.__code__.co_filename).parent / "transformers"
    expected = sorted(f"core.preprocessing.transformers.{path.stem}" for path in folder.glob("[a-z]*.py"))
    assert done.stdout.strip() == str(expected)


# --- the script ------------------------------------------------------------------------------------------------------

_RUN_SCRIPTS = """
import contextlib, runpy, sys
for path in sys.argv[2:]:
    sys.argv = ["script.py", sys.argv[1]]
    with open(path + ".out", "w") as out, contextlib.redirect_stdout(out):
        runpy.run_path(path, run_name="__main__")
"""
"""One fresh interpreter that sees the standard places alone, so that the scripts share the time to import."""


def estimator_of(model: str) -> Any:
    spec = MODELS[model]
    known = {name: value for name, value in FAST[model].items() if name in spec.params.model_fields}
    return spec.build(spec.params.model_validate(known), task_of(model), SEED, 1)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the script of each case prints, far from Praxis."""
    folder = tmp_path_factory.mktemp("elsewhere")
    TABLE.to_parquet(folder / "dataset.parquet")
    paths = {}
    for number, (case, (model, params)) in enumerate(SCRIPTS.items()):
        plan = plan_of(model, params)
        target = "kind" if plan.purpose.is_classification else "price"
        config = make_config(target=target, task=plan.purpose.task, model=model, preprocessing=params, seed=SEED)
        dataset = make_dataset(columns=columns_of(TABLE), n_rows=len(TABLE))
        text = training_script(make_run(dataset, config=config), dataset, plan=plan, estimator=estimator_of(model))
        paths[case] = folder / f"{number}.py"
        paths[case].write_text(text, encoding="utf-8")

    one_core = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

    def run(half: list[Path]) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-I", "-W", "ignore", "-c", _RUN_SCRIPTS, str(folder / "dataset.parquet")]
        return subprocess.run(
            [*command, *map(str, half)], cwd=folder, capture_output=True, text=True, check=False, env=one_core
        )

    every = list(paths.values())
    with ThreadPoolExecutor() as pool:
        for done in pool.map(run, [every[::2], every[1::2]]):
            assert done.returncode == 0, done.stderr
    return {case: Path(f"{path}.out").read_text(encoding="utf-8").splitlines() for case, path in paths.items()}


def trained(plan: Plan, model: str, rows: Any) -> Any:
    """The pipeline of a run: features, balanced training rows, a plain ``fit``, names told afterwards."""
    y = target_of(plan)
    preprocessor = build_features(plan)
    X = preprocessor.fit_transform(TABLE.iloc[rows], y[rows])
    estimator = weighted(plan, estimator_of(model), y[rows])
    estimator.fit(*balanced(plan, X, y[rows]))
    return named_pipeline(preprocessor, estimator, TABLE.iloc[:2])


@each_case
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_script_and_a_fit_of_all_steps_give_the_numbers_of_the_run(
    model: str, params: dict[str, Any], printed: dict[str, list[str]], request: pytest.FixtureRequest
) -> None:
    plan = plan_of(model, params)
    y = target_of(plan)
    config = make_config()
    split = make_split(y, params=config.split, seed=SEED, task=plan.purpose.task)
    pipeline = trained(plan, model, split.train)
    whole = new_pipeline(plan, estimator_of(model)).fit(TABLE[list(plan.used)].iloc[split.train], y[split.train])
    expected = []
    for part, rows in (("validation", split.validation), ("test", split.test)):
        predicted = pipeline.predict(TABLE.iloc[rows])
        np.testing.assert_array_equal(whole.predict(TABLE.iloc[rows]), predicted)
        if plan.purpose.is_classification:
            expected.append(f"{part} accuracy {accuracy_score(y[rows], predicted):.6f}")
            expected.append(f"{part} f1 {f1_score(y[rows], predicted, average='macro', zero_division=0):.6f}")
        else:
            expected.append(f"{part} rmse {root_mean_squared_error(y[rows], predicted):.6f}")
            expected.append(f"{part} r2 {r2_score(y[rows], predicted):.6f}")
    assert printed[request.node.callspec.id] == expected


@pytest.mark.parametrize(
    "model",
    [
        key
        for key, spec in MODELS.items()
        if LearningTask.CLASSIFICATION in spec.tasks and not spec.combines_runs  # those are made of stored pipelines
    ],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_downloaded_pipeline_predicts_with_names_and_without_warnings(model: str) -> None:
    """Warnings are errors here; the estimator learned from arrays, and its names hold quotes and a line break."""
    spec, table = MODELS[model], TABLE.iloc[:90]
    plan = plan_of(model, {"columns": COLUMNS})
    y = target_of(plan, table)
    preprocessor = build_features(plan)
    X = preprocessor.fit(table, y).transform(table)
    estimator = spec.build(spec.params(), LearningTask.CLASSIFICATION, SEED, 1).fit(X, y)
    pipeline = stored_and_loaded(named_pipeline(preprocessor, estimator, table.iloc[:2]))
    np.testing.assert_array_equal(pipeline.predict(table), estimator.predict(X))
    assert list(pipeline[0].transform(table).columns) == feature_names(preprocessor)
