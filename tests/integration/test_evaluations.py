"""What a finished run is worth, asked over REST of real runs: scores, figures, thresholds, slices, groups, reports."""

import csv
import io
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.ids import new_id
from tests.factories import make_csv
from tests.rest import Api

HOSTILE = "<b>heavy</b> [x](http://evil.example)"
"""A column whose name would be obeyed rather than shown, were it not escaped."""


def make_table() -> str:
    """The usual table with a target of two classes, a tenth of them missing, and a column of groups."""
    frame = pd.read_csv(io.StringIO(make_csv(700)))
    is_heavy = frame["weight"] > frame["weight"].median()
    rng = np.random.default_rng(3)
    frame[HOSTILE] = np.where(is_heavy ^ (rng.random(700) < 0.05), "yes", "no")
    frame.loc[rng.random(700) < 0.1, HOSTILE] = None
    frame["group"] = rng.choice(["a", "b"], 700)
    text: str = frame.drop(columns="weight").to_csv(index=False)
    return text


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.read_csv(io.StringIO(make_table()))


@pytest.fixture(scope="module")
def run(api: Api) -> dict[str, Any]:
    dataset = api.wait_for_dataset(api.upload(make_table(), name="Heavy plants").json()["id"])
    run = api.train(dataset_id=dataset["id"], target=HOSTILE, model="logistic_regression")
    assert run["status"] == "finished", run["error"]
    return run


@pytest.fixture(scope="module")
def regression(api: Api, dataset: dict[str, Any]) -> dict[str, Any]:
    run = api.train(dataset_id=dataset["id"], target="weight", model="ridge")
    assert run["status"] == "finished", run["error"]
    return run


def refusal(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.text
    body = answer.json()
    return f"{body['detail']} {body['hint']}"


def test_scores_come_as_json_and_csv_with_intervals_and_baseline(api: Api, run: dict[str, Any]) -> None:
    items = api.get(f"runs/{run['id']}/scores").json()["items"]
    by_metric = {item["metric"]: item for item in items}
    assert items[0]["metric"] == "f1"
    assert {"roc_auc", "average_precision", "brier", "log_loss", "mcc", "kappa", "specificity"} <= set(by_metric)
    assert "loss" not in by_metric
    assert by_metric["roc_auc"]["validation"]["baseline"] == 0.5
    rows = list(csv.DictReader(io.StringIO(api.get(f"runs/{run['id']}/scores", params={"format": "csv"}).text)))
    assert len(rows) == 2 * len(items)
    first = items[0]["validation"]
    assert [float(rows[0][name]) for name in ("value", "low", "high")] == [first[n] for n in ("value", "low", "high")]


def test_the_history_is_every_stored_point(api: Api, run: dict[str, Any]) -> None:
    rows = list(csv.DictReader(io.StringIO(api.get(f"runs/{run['id']}/history").text)))
    stored = api.get(f"runs/{run['id']}/metrics", params={"limit": 10_000}).json()["items"]
    assert [(int(row["seq"]), row["metric"], float(row["value"])) for row in rows] == [
        (item["seq"], item["name"], item["value"]) for item in stored
    ]


def test_one_figure_comes_as_json_or_as_its_table(api: Api, run: dict[str, Any]) -> None:
    address = f"runs/{run['id']}/figures/roc"
    figure = api.get(address, params={"split": "test"}).json()
    assert (figure["key"], figure["split"]) == ("roc", "test")
    rows = list(csv.DictReader(io.StringIO(api.get(address, params={"split": "test", "format": "csv"}).text)))
    assert [float(row["threshold"]) for row in rows] == [row["threshold"] for row in figure["table"]]
    assert "browser" in refusal(api.get(address, params={"format": "png"}), 400)
    assert "precision_recall" in refusal(api.get(f"runs/{run['id']}/figures/rok"), 404)


def test_the_rows_of_a_cell_are_the_rows_of_the_table(api: Api, run: dict[str, Any], table: pd.DataFrame) -> None:
    matrix = api.get(f"runs/{run['id']}/figures/confusion_matrix").json()["table"]
    for cell in matrix:
        request = {"true_class": cell["true"], "predicted_class": cell["predicted"]}
        found = api.post(f"runs/{run['id']}/rows", json=request).json()["result"]
        assert found["n_matching"] == cell["count"]
        for row in found["rows"]:
            assert (row["truth"], row["prediction"]) == (cell["true"], cell["predicted"])
            cells = dict(zip(found["columns"], row["cells"], strict=True))
            original = table.iloc[row["row_number"] - 1]
            assert cells[HOSTILE] == original[HOSTILE] == cell["true"]
            assert cells["width"] == original["width"]
    misses = [row["probability_of_truth"] for row in found["rows"]]
    assert misses == sorted(misses)
    assert "'maybe'" in refusal(api.post(f"runs/{run['id']}/rows", json={"true_class": "maybe"}), 400)


def test_the_worst_rows_of_a_regression_come_first(api: Api, regression: dict[str, Any]) -> None:
    found = api.post(f"runs/{regression['id']}/rows", json={"limit": 5}).json()["result"]
    errors = [abs(row["error"]) for row in found["rows"]]
    assert errors == sorted(errors, reverse=True)
    scores = api.get(f"runs/{regression['id']}/scores").json()["items"]
    worst = next(item for item in scores if item["metric"] == "max_error")
    assert errors[0] == pytest.approx(worst["validation"]["value"], rel=1e-12)
    assert "no classes" in refusal(api.post(f"runs/{regression['id']}/rows", json={"true_class": "1"}), 400)


def test_a_threshold_is_weighed_tested_kept_and_forgotten(api: Api, run: dict[str, Any]) -> None:
    values = {"false_negative": -8.0}
    address = f"runs/{run['id']}/threshold"
    curve = api.post(f"{address}/weigh", json={"values": values}).json()["result"]
    assert curve["best"]["value"] == max(curve["best"]["value"], *(point["value"] for point in curve["points"]))
    assert curve["best"]["threshold"] < 0.5
    looks = api.get(f"runs/{run['id']}").json()["test_looks"]
    on_test = api.post(f"{address}/test", json={"threshold": 0.5, "values": values}).json()
    matrix = api.get(f"runs/{run['id']}/figures/confusion_matrix", params={"split": "test"}).json()["table"]
    names = ("true_negative", "false_positive", "false_negative", "true_positive")
    assert [on_test[name] for name in names] == [cell["count"] for cell in matrix]
    assert api.get(f"runs/{run['id']}").json()["test_looks"] == looks + 1

    kept = api.put(address, json={"threshold": 0.2, "values": values}).json()
    assert kept["counts"]["true_positive"] == curve["points"][20]["true_positive"]
    assert api.get(f"runs/{run['id']}").json()["result"]["threshold"] == kept
    assert "above a probability of 0.2" in api.get(f"runs/{run['id']}/report", params={"format": "md"}).text
    assert api.delete(address).status_code == 204
    assert api.get(f"runs/{run['id']}").json()["result"]["threshold"] is None


def test_thresholds_out_of_range_and_runs_without_two_classes_are_refused(
    api: Api, run: dict[str, Any], regression: dict[str, Any]
) -> None:
    assert api.put(f"runs/{run['id']}/threshold", json={"threshold": 1.5}).status_code == 422
    assert "two classes" in refusal(api.put(f"runs/{regression['id']}/threshold", json={"threshold": 0.5}), 400)
    assert "classification" in refusal(api.post(f"runs/{regression['id']}/threshold/weigh", json={}), 400)
    unknown = new_id()
    for tail in ("scores", "history", "figures/roc", "report"):
        assert api.get(f"runs/{unknown}/{tail}").status_code == 404
    for tail in ("slices", "fairness", "rows", "threshold/weigh"):
        assert api.post(f"runs/{unknown}/{tail}", json={}).status_code == 404


def test_slices_are_scored_and_test_rows_count_as_a_look(api: Api, run: dict[str, Any]) -> None:
    address = f"runs/{run['id']}/slices"
    report = api.post(address, json={"pairs": True, "min_rows": 10}).json()["result"]
    scores = api.get(f"runs/{run['id']}/scores").json()["items"]
    accuracy = next(item for item in scores if item["metric"] == "accuracy")
    assert (report["metric"], report["overall"]) == ("accuracy", accuracy["validation"]["value"])
    assert HOSTILE not in report["columns"]
    single = [each for each in report["slices"] if each["columns"] == ["group"]]
    assert sum(each["n_rows"] for each in single) == report["n_rows"] == accuracy["validation"]["n_samples"]
    looks = api.get(f"runs/{run['id']}").json()["test_looks"]
    on_test = api.post(address, json={"split": "test", "columns": ["group"]}).json()["result"]
    assert on_test["overall"] == accuracy["test"]["value"]
    # A look shortly after another one is the same look.
    assert api.get(f"runs/{run['id']}").json()["test_looks"] == max(looks, 1)
    assert "'nope'" in refusal(api.post(address, json={"columns": ["nope"]}), 400)
    assert "does not fit" in refusal(api.post(address, json={"metric": "rmse"}), 400)


def test_groups_are_compared_for_classes_and_for_numbers(
    api: Api, run: dict[str, Any], regression: dict[str, Any]
) -> None:
    report = api.post(f"runs/{run['id']}/fairness", json={"column": "group"}).json()["result"]
    assert report["called"] == "yes"
    assert {group["group"] for group in report["groups"]} == {"a", "b"}
    matrix = api.get(f"runs/{run['id']}/figures/confusion_matrix").json()["table"]
    called = sum(group["rates"]["selection_rate"]["hits"] for group in report["groups"])
    assert called == sum(cell["count"] for cell in matrix if cell["predicted"] == "yes")
    assert {gap["key"] for gap in report["gaps"]} == {
        "demographic_parity_difference",
        "demographic_parity_ratio",
        "equal_opportunity_difference",
        "equalised_odds_difference",
    }
    errors = api.post(f"runs/{regression['id']}/fairness", json={"column": "is_native"}).json()["result"]
    assert [gap["key"] for gap in errors["gaps"]] == ["mean_error_difference"]
    assert sum(group["n_rows"] for group in errors["groups"]) == errors["n_rows"]
    assert "'maybe'" in refusal(
        api.post(f"runs/{run['id']}/fairness", json={"column": "group", "called": "maybe"}), 400
    )


def test_the_report_is_one_file_that_fetches_and_obeys_nothing(api: Api, run: dict[str, Any]) -> None:
    page = api.get(f"runs/{run['id']}/report")
    assert page.headers["content-disposition"].startswith("attachment")
    assert page.headers["content-security-policy"] == "sandbox allow-scripts"
    words = page.text.split("<script>")[0]
    assert "<b>heavy</b>" not in words
    assert "&lt;b&gt;heavy&lt;/b&gt;" in words
    assert not {"src=", "href=", "@import"} & set(words.split())
    text = api.get(f"runs/{run['id']}/report", params={"format": "md"}).text
    assert "[x](http://evil" not in text.split("```")[0]
    body = api.get(f"runs/{run['id']}/report", params={"format": "json"}).json()
    assert body["origin"]["content (SHA-256)"] == run["provenance"]["dataset_sha256"]
    assert {figure["key"] for figure in body["figures"]} >= {"roc", "calibration"}
    assert body["script"].startswith('"""')
