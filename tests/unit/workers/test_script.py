"""The script of a run, as text; that it gives the run's numbers is shown with real runs."""

import ast
import sys

import pytest

from core.preprocessing.params import PreprocessingParams
from core.preprocessing.planning import make_plan
from core.preprocessing.spec import Purpose
from core.types import SUPERVISED, ColumnType, LearningTask
from models.registry import MODELS
from tests.factories import make_column, make_config, make_dataset, make_run
from workers.script import training_script

NASTY = 'a"""b\\n\'; import os; {x} %s \n#ü'


def model_library(model: str) -> str:
    """The package that holds the estimator itself: "xgboost" for its models."""
    spec = MODELS[model]
    return type(spec.build(spec.params(), sorted(spec.tasks)[0], 7, 1)).__module__.split(".")[0]


def script(target: str = "kind", *, model: str = "logistic_regression", name: str = "A run") -> str:
    columns = (make_column(NASTY), make_column(target, ColumnType.STRING, n_distinct=2))
    dataset = make_dataset(columns=columns, name=name)
    spec = MODELS[model]
    task = sorted(spec.tasks & SUPERVISED)[-1]
    config = make_config(target=target, task=task, preprocessing=PreprocessingParams().model_dump(mode="json"))
    return training_script(
        make_run(dataset, config=config, name=name),
        dataset,
        plan=make_plan(columns, target=target, n_rows=100, params=PreprocessingParams(), purpose=Purpose(task=task)),
        estimator=spec.build(spec.params(), task, 7, 1),
    )


def test_names_stay_data_whatever_is_in_them() -> None:
    tree = ast.parse(script(NASTY + "2", name=NASTY))
    values = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper()
        if node.targets[0].id in {"TARGET", "COLUMNS", "SEED"}
    }
    assert values == {"TARGET": NASTY + "2", "COLUMNS": [NASTY], "SEED": 7}
    assert not any(isinstance(node, ast.Import) and node.names[0].name == "os" for node in ast.walk(tree))


@pytest.mark.parametrize(
    "model", [key for key, spec in MODELS.items() if spec.tasks & SUPERVISED and not spec.combines_runs]
)
def test_a_script_needs_neither_praxis_nor_more_than_three_libraries(model: str) -> None:
    tree = ast.parse(script(model=model))
    packages = {
        node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }
    packages |= {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    assert packages - set(sys.stdlib_module_names) <= {"numpy", "pandas", "sklearn", model_library(model)}


def test_both_tasks_report_their_own_metrics() -> None:
    assert "accuracy_score" in script()
    assert LearningTask.REGRESSION in MODELS["ridge"].tasks
    assert "root_mean_squared_error" in script(model="ridge")


def test_a_wide_table_is_written_out_in_full() -> None:
    columns = tuple(make_column(f"c{number}") for number in range(45))
    dataset = make_dataset(columns=(*columns, make_column("kind", ColumnType.STRING, n_distinct=2)))
    spec = MODELS["logistic_regression"]
    config = make_config(target="kind", preprocessing=PreprocessingParams().model_dump(mode="json"))
    text = training_script(
        make_run(dataset, config=config),
        dataset,
        plan=make_plan(
            dataset.columns, target="kind", n_rows=100, params=PreprocessingParams(), purpose=Purpose(n_classes=2)
        ),
        estimator=spec.build(spec.params(), LearningTask.CLASSIFICATION, 7, 1),
    )
    lists = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.List)]
    assert not any(isinstance(item, ast.Constant) and item.value is ... for node in lists for item in node.elts)
    assert text.count("'c44'") == 2  # once to read the rows, once to prepare them
