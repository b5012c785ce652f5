"""The public REST contract, through an instance that really runs."""

import hashlib
import io
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import httpx
import joblib
import pandas as pd
import pytest

from core.ids import new_id
from models.registry import MODELS
from tests import servers
from tests.rest import CSV, Api
from tests.stacks import SLOW_MODEL, wait_for

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def forest(api: Api, dataset: dict[str, Any]) -> dict[str, Any]:
    params = {"n_estimators": 20, "max_depth": 5}
    return api.train(dataset_id=dataset["id"], target="kind", model="random_forest", params=params)


@pytest.fixture(scope="module")
def logistic(api: Api, dataset: dict[str, Any]) -> dict[str, Any]:
    return api.train(dataset_id=dataset["id"], target="kind", model="logistic_regression")


def assert_problem(answer: httpx.Response, status: int, code: str, *, field: str | None = None) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    body: dict[str, Any] = answer.json()
    assert (body["type"], body["status"], body.get("field")) == (f"about:blank#{code}", status, field)
    assert body["title"]
    assert body["detail"]
    return body


def assert_no_upload_is_left(instance: servers.PraxisInstance) -> None:
    folder = instance.home / "uploads"
    wait_for(lambda: not folder.exists() or not list(folder.iterdir()), patience_s=5, what="an empty upload folder")


# --- Health and description ------------------------------------------------------------------------------------------


def test_every_component_is_up(api: Api) -> None:
    wait_for(lambda: api.get("health").status_code == 200, what="good health")
    body = api.get("health").json()
    assert body["status"] == "up"
    assert {component["status"] for component in body["components"]} == {"up"}
    names = {component["name"] for component in body["components"]}
    assert names >= {"database", "artifacts", "queue", "cpu workers", "interactive workers", "disk"}
    assert names >= {"chroma", "documents workers"}


def test_the_contract_is_described_and_every_reference_in_it_leads_somewhere(
    instance: servers.PraxisInstance, api: Api
) -> None:
    document = api.get(f"{instance.url}/api/openapi.json").json()
    assert document["openapi"].startswith("3.")
    paths = document["paths"]
    expected = {
        "/v1/health": {"get"},
        "/v1/datasets": {"get", "post"},
        "/v1/datasets/{dataset_id}": {"get", "patch", "delete"},
        "/v1/datasets/{dataset_id}/preview": {"get"},
        "/v1/datasets/{dataset_id}/export": {"get"},
        "/v1/datasets/{dataset_id}/cancel": {"post"},
        "/v1/datasets/{dataset_id}/relatives": {"get"},
        "/v1/computations/{computation_id}": {"get"},
        "/v1/computations/{computation_id}/cancel": {"post"},
        "/v1/models": {"get"},
        "/v1/models/{key}": {"get"},
        "/v1/runs": {"get", "post"},
        "/v1/runs/{run_id}": {"get"},
        "/v1/runs/{run_id}/metrics": {"get"},
        "/v1/runs/{run_id}/figures": {"get"},
        "/v1/runs/{run_id}/logs": {"get"},
        "/v1/runs/{run_id}/stop": {"post"},
        "/v1/runs/{run_id}/pause": {"post"},
        "/v1/runs/{run_id}/resume": {"post"},
        "/v1/runs/{run_id}/retry": {"post"},
        "/v1/runs/{run_id}/artifact": {"get"},
        "/v1/runs/{run_id}/script": {"get"},
        "/v1/comparisons": {"post"},
        "/v1/events": {"get"},
    }
    assert {path: set(paths[path]) for path in expected} == expected
    operations = [operation for path in paths.values() for operation in path.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(set(ids)) == len(ids)
    assert all(operation["summary"] and operation["responses"] for operation in operations)

    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    for reference in set(references(document)):
        assert reference.startswith("#/")
        found: Any = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
    assert api.get(f"{instance.url}/api/docs").status_code == 200


def test_the_upload_is_described_as_a_form(instance: servers.PraxisInstance, api: Api) -> None:
    document = api.get(f"{instance.url}/api/openapi.json").json()
    content = document["paths"]["/v1/datasets"]["post"]["requestBody"]["content"]
    assert set(content) == {"multipart/form-data", "application/json"}
    assert set(content["multipart/form-data"]["schema"]["properties"]) == {"file", "name", "options"}
    assert content["multipart/form-data"]["schema"]["required"] == ["file"]


def test_the_registry_lists_every_model_with_a_usable_schema(api: Api) -> None:
    body = api.get("models").json()
    assert body["next_cursor"] is None
    assert [model["key"] for model in body["items"]] == list(MODELS)
    for model in body["items"]:
        assert model == api.get(f"models/{model['key']}").json()
        assert model["params"]["type"] == "object"
        assert model["params"]["additionalProperties"] is False
        assert all("default" in field and field["title"] for field in model["params"]["properties"].values())
        assert model["label"]
        assert model["technical"]
        assert model["kitchen"]
        assert model["source"]
    assert "random_forest" in assert_problem(api.get("models/random_forst"), 404, "not_found")["hint"]


# --- Datasets --------------------------------------------------------------------------------------------------------


def test_an_uploaded_dataset_can_be_looked_at_and_taken_along(api: Api, dataset: dict[str, Any]) -> None:
    assert (dataset["status"], dataset["name"], dataset["n_rows"]) == ("ready", "Plants", 400)
    assert [column["name"] for column in dataset["columns"]] == CSV.split("\n", 1)[0].split(",")
    rows = api.get(f"datasets/{dataset['id']}/preview", params={"rows": 3, "offset": 10}).json()["items"]
    expected = pd.read_csv(io.StringIO(CSV)).iloc[10:13]
    assert [row["weight"] for row in rows] == expected["weight"].tolist()
    export = api.get(f"datasets/{dataset['id']}/export", params={"format": "parquet"})
    assert export.headers["content-type"] == "application/vnd.apache.parquet"
    assert 'filename="Plants-v1.parquet"' in export.headers["content-disposition"]
    frame = pd.read_parquet(io.BytesIO(export.content))
    assert frame["kind"].tolist() == pd.read_csv(io.StringIO(CSV))["kind"].tolist()
    assert hashlib.sha256(export.content).hexdigest() == dataset["content_sha256"]


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [({"rows": 0}, 400, "rows"), ({"rows": 1_001}, 400, "rows"), ({"offset": -1}, 400, "offset")],
)
def test_an_impossible_preview_names_the_parameter(
    api: Api, dataset: dict[str, Any], query: dict[str, int], status: int, field: str
) -> None:
    answer = api.get(f"datasets/{dataset['id']}/preview", params=query)
    assert_problem(answer, status, "user_input", field=field)


def test_options_of_the_import_are_respected(api: Api) -> None:
    text = "a;b\n1,5;2\n3,5;4\n" * 1
    answer = api.upload(text, options=json.dumps({"delimiter": ";", "decimal": ","}))
    ready = api.wait_for_dataset(answer.json()["id"])
    assert [column["type"] for column in ready["columns"]] == ["number", "integer"]
    assert ready["import_options"]["decimal"] == ","


@pytest.mark.parametrize(
    ("options", "field"),
    [("{", "options"), ("[1]", "options"), ('{"delimiter": "x"}', "options.delimiter"), ('{"no": 1}', "options.no")],
)
def test_options_that_cannot_be_are_refused(
    instance: servers.PraxisInstance, api: Api, options: str, field: str
) -> None:
    assert_problem(api.upload(options=options), 400, "user_input", field=field)
    assert_no_upload_is_left(instance)


def test_a_file_that_is_no_table_fails_with_a_sentence(api: Api) -> None:
    failed = api.wait_for_dataset(api.upload(b"\x00\x01\x02" * 1_000, file_name="a.bin").json()["id"])
    assert failed["status"] == "failed"
    assert failed["error"]["code"] == "unreadable_file"
    assert failed["error"]["message"]
    assert_problem(api.get(f"datasets/{failed['id']}/preview"), 409, "conflict")
    assert_problem(
        api.post("runs", json={"dataset_id": failed["id"], "target": "a", "model": "ridge"}), 409, "conflict"
    )


def test_forms_that_hold_no_file_or_several_are_refused(instance: servers.PraxisInstance, api: Api) -> None:
    one = ("file", ("a.csv", b"a,b\n1,2\n"))
    for answer in (
        api.post("datasets", content=b"a,b\n1,2\n", headers={"content-type": "text/csv"}),
        api.post("datasets", content=b"garbage", headers={"content-type": "multipart/form-data; boundary=x"}),
        api.post("datasets", files={"name": (None, b"just a name")}),
        api.post("datasets", files=[one, one]),
        api.post("datasets", files=[("file", ("empty.csv", b""))]),
    ):
        assert_problem(answer, 400, "user_input", field="file")
    assert_no_upload_is_left(instance)


def test_a_file_over_the_limit_is_refused_and_not_kept(instance: servers.PraxisInstance, api: Api) -> None:
    body = assert_problem(api.upload(b"x" * 1_000_001), 400, "user_input", field="file")
    assert body["detail"] == "The file is larger than 1 MB."
    assert_no_upload_is_left(instance)


def test_a_declared_size_over_the_limit_is_refused_before_the_bytes(instance: servers.PraxisInstance) -> None:
    url = urlsplit(instance.url)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=10) as connection:
        head = (
            f"POST /api/v1/datasets HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Length: 99999999999\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        )
        connection.sendall(head.encode())
        assert connection.recv(1_000).startswith(b"HTTP/1.1 400")


def test_a_broken_off_upload_leaves_nothing(instance: servers.PraxisInstance, api: Api) -> None:
    before = [item["id"] for item in api.get("datasets").json()["items"]]
    url = urlsplit(instance.url)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=10) as connection:
        head = (
            f"POST /api/v1/datasets HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Length: 500000\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
            '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        )
        connection.sendall(head.encode() + b"1,2\n" * 10_000)
        wait_for(lambda: list((instance.home / "uploads").iterdir()), patience_s=5, what="the beginning of the upload")
    assert_no_upload_is_left(instance)
    assert [item["id"] for item in api.get("datasets").json()["items"]] == before


def test_a_repeated_upload_with_the_same_key_is_one_dataset(api: Api) -> None:
    headers = {"Idempotency-Key": new_id()}
    first, second = (api.upload(headers=headers).json() for _ in range(2))
    assert first == second


def test_uploads_with_one_key_at_the_same_moment_are_one_dataset(api: Api) -> None:
    headers = {"Idempotency-Key": new_id()}
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: api.upload(headers=headers), range(5)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1


# --- Runs ------------------------------------------------------------------------------------------------------------


def test_a_run_says_what_it_was_and_what_it_came_to(api: Api, dataset: dict[str, Any], forest: dict[str, Any]) -> None:
    assert forest["status"] == "finished"
    assert forest["config"]["params"] == {
        "n_estimators": 20,
        "max_depth": 5,
        "min_samples_leaf": 1,
        "max_features": "sqrt",
        "balance_classes": False,
    }
    assert (forest["config"]["task"], forest["config"]["seed"]) == ("classification", 7)
    assert forest["provenance"]["dataset_sha256"] == dataset["content_sha256"]
    assert {score["split"] for score in forest["result"]["scores"]} == {"validation", "test"}
    assert "idempotency_key" not in forest
    figures = api.get(f"runs/{forest['id']}/figures").json()
    assert {"key", "split", "title", "explanation", "alt", "table", "figure"} <= set(figures["items"][0])
    log = api.get(f"runs/{forest['id']}/logs").json()["items"]
    assert [line["seq"] for line in log] == list(range(1, len(log) + 1))
    assert api.get(f"runs/{forest['id']}/logs", params={"since": log[-1]["seq"]}).json()["items"] == []
    assert api.get(f"runs/{forest['id']}/script").headers["content-type"].startswith("text/x-python")
    compile(api.get(f"runs/{forest['id']}/script").text, "script.py", "exec")


def test_metric_rows_are_read_in_pages_from_a_position_on(api: Api, forest: dict[str, Any]) -> None:
    path = f"runs/{forest['id']}/metrics"
    whole = api.get(path).json()
    rows = whole["items"]
    assert whole["next_cursor"] is None
    assert set(rows[0]) == {"seq", "step", "name", "split", "value", "wall_time"}
    assert {row["split"] for row in rows} == {"train", "validation"}
    assert [row["seq"] for row in rows] == sorted({row["seq"] for row in rows})
    seen: list[dict[str, Any]] = []
    since: int | None = 0
    while since is not None:
        page = api.get(path, params={"since": since, "limit": 7}).json()
        seen += page["items"]
        since = page["next_cursor"]
    assert seen == rows
    assert api.get(path, params={"since": rows[-1]["seq"]}).json() == {"items": [], "next_cursor": None}
    for limit in (0, -1, 10_001):
        assert_problem(api.get(path, params={"limit": limit}), 400, "user_input", field="limit")
    assert_problem(api.get(path, params={"since": -1}), 422, "schema", field="since")


def test_the_model_file_comes_with_its_hash(api: Api, forest: dict[str, Any]) -> None:
    answer = api.get(f"runs/{forest['id']}/artifact")
    assert answer.headers["x-content-sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert answer.headers["x-content-sha256"] == forest["artifacts"]["model"]
    assert f"random_forest-{forest['id'][-12:]}.joblib" in answer.headers["content-disposition"]
    predicted = joblib.load(io.BytesIO(answer.content))["pipeline"].predict(pd.read_csv(io.StringIO(CSV)).head(5))
    assert len(predicted) == 5


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"target": "kinds"}, 400, "user_input", "target"),
        ({"model": "random_forst"}, 404, "not_found", None),
        ({"model": "ridge"}, 400, "user_input", "model"),
        ({"task": "regression"}, 400, "user_input", "task"),
        ({"params": {"C": -1}}, 400, "user_input", "params.C"),
        ({"params": {"speed": 1}}, 400, "user_input", "params.speed"),
        ({"split": {"validation": 0.5, "test": 0.5}}, 400, "user_input", "split"),
        ({"split": {"validation": 2}}, 400, "user_input", "split.validation"),
        ({"preprocessing": {"scale": "huge"}}, 400, "user_input", "preprocessing.scale"),
        ({"seed": -1}, 422, "schema", "seed"),
        ({"task": "guessing"}, 422, "schema", "task"),
        ({"unknown": 1}, 422, "schema", "unknown"),
    ],
)
def test_a_request_that_cannot_work_names_the_field(
    api: Api, dataset: dict[str, Any], change: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    request = {"dataset_id": dataset["id"], "target": "kind", "model": "logistic_regression", **change}
    before = api.get("runs").json()["items"]
    assert_problem(api.post("runs", json=request), status, code, field=field)
    assert [run["id"] for run in api.get("runs").json()["items"]] == [run["id"] for run in before]


def test_close_names_are_suggested(api: Api, dataset: dict[str, Any]) -> None:
    request = {"dataset_id": dataset["id"], "target": "kinds", "model": "logistic_regression"}
    assert "kind" in api.post("runs", json=request).json()["hint"]


def test_unknown_ids_are_not_found_everywhere(api: Api) -> None:
    unknown = new_id()
    answers = [
        api.get(f"datasets/{unknown}{tail}") for tail in ("", "/preview", "/export")
    ] + [
        api.get(f"runs/{unknown}{tail}") for tail in ("", "/metrics", "/figures", "/logs", "/artifact", "/script")
    ]  # fmt: skip
    answers += [api.post(f"runs/{unknown}/{action}") for action in ("stop", "pause", "resume", "retry")]
    answers += [api.post("comparisons", json={"run_ids": [unknown]}), api.get("events", params={"run_id": unknown})]
    answers += [api.post("runs", json={"dataset_id": unknown, "target": "a", "model": "ridge"})]
    for answer in answers:
        assert_problem(answer, 404, "not_found")
    assert_problem(api.get("nowhere"), 404, "http")


def test_runs_are_listed_in_pages_with_filters(api: Api, forest: dict[str, Any], logistic: dict[str, Any]) -> None:
    whole = api.get("runs", params={"limit": 200}).json()["items"]
    ids = [run["id"] for run in whole]
    assert ids == sorted(ids, reverse=True)
    assert {forest["id"], logistic["id"]} <= set(ids)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = api.get("runs", params={"limit": 1} | ({"cursor": cursor} if cursor else {})).json()
        seen += [run["id"] for run in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ids
    finished = api.get("runs", params={"status": ["finished", "stopped"]}).json()["items"]
    assert {run["status"] for run in finished} <= {"finished", "stopped"}
    assert api.get("runs", params={"dataset_id": new_id()}).json() == {"items": [], "next_cursor": None}
    assert_problem(api.get("runs", params={"limit": 201}), 422, "schema", field="limit")
    assert api.get("runs", params={"status": "dancing"}).status_code == 422


def test_a_repeated_start_with_the_same_key_is_one_run(api: Api, dataset: dict[str, Any]) -> None:
    request = {"dataset_id": dataset["id"], "target": "kind", "model": "logistic_regression"}
    headers = {"Idempotency-Key": new_id()}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: api.post("runs", json=request, headers=headers), range(6)))
    answers.append(api.post("runs", json=request, headers=headers))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert api.post("runs", json=request, headers={"Idempotency-Key": "x" * 201}).status_code == 422


def test_a_run_is_steered_from_its_start_to_its_end(api: Api, dataset: dict[str, Any]) -> None:
    started = api.post("runs", json={"dataset_id": dataset["id"], "target": "kind", **SLOW_MODEL}).json()["id"]
    wait_for(lambda: api.get(f"runs/{started}").json()["progress"]["step"] >= 5, what="the fifth epoch")
    pause = api.post(f"runs/{started}/pause")
    assert (pause.status_code, pause.json()) == (202, {"id": started, "status": "running", "command": "pause"})
    api.wait_for_run(started, "paused")
    assert_problem(api.post(f"runs/{started}/pause"), 409, "conflict")
    assert_problem(api.post(f"runs/{started}/retry"), 409, "conflict")
    resume = api.post(f"runs/{started}/resume")
    assert (resume.status_code, resume.json()["status"]) == (202, "queued")
    api.wait_for_run(started, "running")
    assert api.post(f"runs/{started}/stop").status_code == 202
    stopped = api.wait_for_run(started)
    assert (stopped["status"], stopped["result"]["stop_reason"]) == ("stopped", "stopped by a person")
    assert_problem(api.post(f"runs/{started}/stop"), 409, "conflict")
    assert_problem(api.post(f"runs/{started}/resume"), 409, "conflict")
    retry = api.post(f"runs/{started}/retry").json()
    assert retry["id"] != started
    api.post(f"runs/{retry['id']}/stop")
    assert api.wait_for_run(retry["id"])["parent_id"] == started


def test_a_run_without_a_model_has_no_files(api: Api, dataset: dict[str, Any]) -> None:
    busy = api.post("runs", json={"dataset_id": dataset["id"], "target": "kind", **SLOW_MODEL}).json()["id"]
    waiting = api.post("runs", json={"dataset_id": dataset["id"], "target": "kind", **SLOW_MODEL}).json()["id"]
    assert api.post(f"runs/{waiting}/stop").json()["status"] == "stopped"
    assert_problem(api.get(f"runs/{waiting}/artifact"), 404, "not_found")
    assert_problem(api.get(f"runs/{waiting}/script"), 404, "not_found")
    assert api.get(f"runs/{waiting}/figures").json() == {"items": [], "next_cursor": None}
    assert api.get(f"runs/{waiting}/metrics").json() == {"items": [], "next_cursor": None}
    api.post(f"runs/{busy}/stop")
    api.wait_for_run(busy)


# --- Comparisons -----------------------------------------------------------------------------------------------------


def test_comparable_runs_are_ranked_with_intervals_and_the_others_listed_with_reasons(
    api: Api, dataset: dict[str, Any], forest: dict[str, Any], logistic: dict[str, Any]
) -> None:
    request = {"dataset_id": dataset["id"], "target": "kind", "model": "logistic_regression"}
    other_seed = api.train(**request, seed=8)
    other_target = api.train(**{**request, "target": "weight", "model": "ridge"})
    run_ids = [other_target["id"], logistic["id"], other_seed["id"], forest["id"]]
    body = api.post("comparisons", json={"run_ids": run_ids}).json()
    assert (body["metric"]["key"], body["split"]) == ("f1", "validation")
    assert [entry["rank"] for entry in body["ranking"]] == [1, 2]
    assert {entry["run_id"] for entry in body["ranking"]} == {forest["id"], logistic["id"]}
    first, second = body["ranking"]
    assert first["score"]["value"] >= second["score"]["value"]
    assert (first["difference"], first["p_value"], first["is_distinguishable"]) == (None, None, True)
    assert second["difference"] == pytest.approx(second["score"]["value"] - first["score"]["value"])
    assert second["difference_low"] <= second["difference"] <= second["difference_high"]
    assert 0 < second["p_value"] <= 1
    assert second["is_distinguishable"] == (second["difference_high"] < 0 or second["difference_low"] > 0)
    assert {entry["run_id"]: entry["reason"] for entry in body["not_ranked"]} == {
        other_target["id"]: "another target, another task",
        other_seed["id"]: "another seed",
    }
    differing = {entry["setting"] for entry in body["config_diff"]}
    assert {"model", "seed", "target", "task", "params.C", "params.n_estimators"} <= differing
    assert {metric["key"] for metric in body["metrics"]} >= {"accuracy", "f1", "loss", "precision", "recall"}
    assert body["n_samples"] == 60
    assert body["sentence"]


def test_the_lower_loss_comes_first(api: Api, forest: dict[str, Any], logistic: dict[str, Any]) -> None:
    request = {"run_ids": [forest["id"], logistic["id"]], "metric": "loss", "split": "test"}
    body = api.post("comparisons", json=request).json()
    values = [entry["score"]["value"] for entry in body["ranking"]]
    assert values == sorted(values)
    assert body["ranking"][1]["difference"] <= 0
    assert body["split"] == "test"


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"run_ids": []}, 400, "user_input", "run_ids"),
        ({"metric": "rmse"}, 400, "user_input", "metric"),
        ({"metric": "f2"}, 404, "not_found", None),
        ({"split": "train"}, 422, "schema", "split"),
        ({"run_ids": "all"}, 422, "schema", "run_ids"),
    ],
)
def test_a_comparison_that_cannot_be_names_the_field(
    api: Api, forest: dict[str, Any], change: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    answer = api.post("comparisons", json={"run_ids": [forest["id"]], **change})
    assert_problem(answer, status, code, field=field)


def test_a_run_named_twice_is_refused(api: Api, forest: dict[str, Any]) -> None:
    answer = api.post("comparisons", json={"run_ids": [forest["id"]] * 2})
    assert_problem(answer, 400, "user_input", field="run_ids")


# --- Access ----------------------------------------------------------------------------------------------------------


def test_foreign_hosts_and_foreign_pages_are_refused(api: Api) -> None:
    assert_problem(api.get("runs", headers={"Host": "evil.example"}), 403, "host")
    assert_problem(api.post("runs", json={}, headers={"Origin": "http://evil.example"}), 403, "origin")


def test_the_pages_answer_while_the_api_works(instance: servers.PraxisInstance, api: Api) -> None:
    page = api.get(f"{instance.url}/")
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]


def test_a_slow_upload_does_not_hold_up_the_others(instance: servers.PraxisInstance, api: Api) -> None:
    over = threading.Event()

    def slow_form() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\n'
        over.wait(20)
        yield b"1,2\n\r\n--x--\r\n"

    def upload() -> httpx.Response:
        headers = {"content-type": "multipart/form-data; boundary=x"}
        return httpx.post(f"{instance.url}/api/v1/datasets", content=slow_form(), headers=headers, trust_env=False)

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(upload)
        wait_for(lambda: list((instance.home / "uploads").iterdir()), patience_s=5, what="the beginning of the upload")
        started = time.monotonic()
        assert api.get("runs").status_code == 200
        assert time.monotonic() - started < 2
        over.set()
        assert slow.result(20).status_code == 202
    assert_no_upload_is_left(instance)
