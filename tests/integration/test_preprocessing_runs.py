"""Preprocessing of real runs, over REST: described before, applied in the worker, stored with the model."""

import io
import warnings
from typing import Any

import joblib
import pandas as pd
import pytest

from core.preprocessing.registries import METHODS
from tests.rest import CSV, Api

FRAME = pd.read_csv(io.StringIO(CSV if isinstance(CSV, str) else CSV.decode()))


def run_of(api: Api, dataset: dict[str, Any], model: str = "logistic_regression", **preprocessing: Any) -> Any:
    return api.train(dataset_id=dataset["id"], target="kind", model=model, preprocessing=preprocessing)


@pytest.fixture(scope="module")
def balanced(api: Api, dataset: dict[str, Any]) -> dict[str, Any]:
    run: dict[str, Any] = run_of(
        api, dataset, balance="oversample", missing_flags=True, columns={"colour": {"encode": "target"}}
    )
    return run


def test_every_method_is_listed_with_its_setting(api: Api) -> None:
    items = api.get("preprocessing-methods").json()["items"]
    assert {(item["setting"], item["key"]) for item in items} == {
        (setting, key) for setting, registry in METHODS.items() for key in registry
    }
    assert all(item["summary"].endswith(".") for item in items)


def test_what_would_happen_is_described_before_and_what_happened_after(
    api: Api, dataset: dict[str, Any], balanced: dict[str, Any]
) -> None:
    preprocessing = {
        "balance": "oversample",
        "missing_flags": True,
        "columns": {"colour": {"encode": "target"}},
    }
    body = {"target": "kind", "model": "logistic_regression", "preprocessing": preprocessing}
    before = api.post(f"datasets/{dataset['id']}/preprocessing", json=body)
    assert before.status_code == 200, before.text
    assert before.json() == api.get(f"runs/{balanced['id']}/preprocessing").json()
    steps = {column["name"]: column["steps"] for column in before.json()["columns"]}
    assert "the mean of the target in each category, from other folds" in steps["colour"]
    assert len(balanced["result"]["features"]) <= before.json()["n_features"]
    assert {"height_(missing)", "colour_large", "colour_small"} <= set(balanced["result"]["features"])


def test_only_training_rows_are_balanced_and_a_remark_says_so(balanced: dict[str, Any]) -> None:
    counts = balanced["result"]["n_samples"]
    assert sum(counts.values()) == len(FRAME)
    remark = next(notice for notice in balanced["result"]["notices"] if notice["code"] == "balanced")
    assert remark["text"].startswith(f"Classes of the training rows were balanced from {counts['train']:,} to ")


@pytest.mark.parametrize("model", ["logistic_regression", "hist_gradient_boosting"])
def test_the_stored_pipeline_names_its_features_and_predicts_new_rows_without_a_warning(
    api: Api, dataset: dict[str, Any], balanced: dict[str, Any], model: str
) -> None:
    run = balanced if model == "logistic_regression" else run_of(api, dataset, model)
    stored = joblib.load(io.BytesIO(api.get(f"runs/{run['id']}/artifact").content))
    rows = FRAME.head(20).assign(colour="ultraviolet", height=float("inf"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        predicted = stored["pipeline"].predict(rows)
        table = stored["pipeline"][0].transform(rows)
    assert len(predicted) == 20
    assert list(table.columns) == run["result"]["features"]
    assert list(stored["pipeline"][-1].feature_names_in_) == run["result"]["features"]


@pytest.mark.parametrize(
    ("preprocessing", "field"),
    [
        ({"impute_numeric": "keep"}, "preprocessing.impute_numeric"),
        ({"columns": {"nope": {"role": "text"}}}, "preprocessing.columns"),
        ({"encode": "magic"}, "preprocessing.encode"),
        ({"columns": {"colour": {"scale": "magic"}}}, "preprocessing.columns.colour.scale"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_starts(
    api: Api, dataset: dict[str, Any], preprocessing: dict[str, Any], field: str
) -> None:
    body = {"target": "kind", "model": "logistic_regression", "preprocessing": preprocessing}
    for answer in (
        api.post("runs", json=body | {"dataset_id": dataset["id"]}),
        api.post(f"datasets/{dataset['id']}/preprocessing", json=body),
    ):
        assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_weights_for_a_model_that_takes_none_end_the_run_with_a_way_out(api: Api, dataset: dict[str, Any]) -> None:
    body = {"dataset_id": dataset["id"], "target": "kind", "model": "k_neighbors"}
    started = api.post("runs", json=body | {"preprocessing": {"balance": "class_weight"}}).json()
    run = api.wait_for_run(started["id"], "failed")
    assert run["error"]["message"] == "Nearest neighbours takes no weights of classes."
    assert run["error"]["field"] == "preprocessing.balance"
