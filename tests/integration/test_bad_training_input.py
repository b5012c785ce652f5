"""What a careless or hostile person asks to be trained: refused by name, or handled. Never a traceback."""

import io
import itertools
import random
from collections.abc import Callable
from typing import Any

import httpx
import joblib
import pandas as pd
import pytest

from core.errors import UserInputError
from core.failures import FAILURES
from core.preprocessing.pipeline import check_columns
from tests.rest import Api
from tests.stacks import SLOW_MODEL, wait_for

N_ROWS = 120
Cell = Callable[[int], object]


def table(n_rows: int = N_ROWS, **columns: Cell) -> str:
    """Two numbers ``a`` and ``b``, a target ``y`` that follows from them, and further columns."""
    rng = random.Random(7)
    cells: dict[str, list[str]] = {"a": [], "b": [], **{name: [] for name in columns}}
    cells.setdefault("y", [])
    for row in range(n_rows):
        a, b = rng.gauss(0, 1), rng.gauss(0, 1)
        known = {"a": f"{a:.4f}", "b": f"{b:.4f}", "y": "yes" if a + b + rng.gauss(0, 0.5) > 0 else "no"}
        for name, values in cells.items():
            values.append(str(columns[name](row)) if name in columns else known[name])
    text: str = pd.DataFrame(cells).to_csv(index=False)
    return text


@pytest.fixture(scope="module")
def ready(api: Api) -> Callable[[str], str]:
    """Ids of datasets by their content, each uploaded once."""
    known: dict[str, str] = {}

    def upload(csv: str) -> str:
        if csv not in known:
            body = api.wait_for_dataset(api.upload(csv).json()["id"])
            assert body["status"] == "ready", body["error"]
            known[csv] = body["id"]
        return known[csv]

    return upload


@pytest.fixture(scope="module")
def request_for(ready: Callable[[str], str]) -> Callable[..., dict[str, Any]]:
    """A request that would train well, with some parts of it changed."""

    def make(csv: str = "", **changes: Any) -> dict[str, Any]:
        facts = {"dataset_id": ready(csv or table()), "target": "y", "model": "logistic_regression"}
        return facts | changes

    return make


def refused(answer: httpx.Response) -> dict[str, Any]:
    """The problem document of a request that was turned down with a reason and no sign of our insides."""
    assert answer.status_code in (400, 404, 409, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in answer.text
    assert "site-packages" not in answer.text
    body: dict[str, Any] = answer.json()
    assert body["detail"]
    return body


# --- Refused at once -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("csv", "code", "said"),
    [
        (table(y=lambda _: "same"), "constant_target", "'y'"),
        (table(y=lambda _: ""), "empty_target", "'y'"),
        (table(y=lambda row: "yes" if row == 5 else ""), "constant_target", "'y'"),
        (table(804, y=lambda row: f"class {row % 201}"), "too_many_classes", "201"),
        ("a,b,y\n1,2,yes\n", "constant_target", "'y'"),
    ],
    ids=["constant", "empty", "one value", "201 classes", "single row"],
)
def test_a_target_that_cannot_be_learned_is_refused_with_cause_and_cure(
    api: Api, request_for: Callable[..., dict[str, Any]], csv: str, code: str, said: str
) -> None:
    body = refused(api.post("runs", json=request_for(csv)))
    assert (body["type"], body["field"]) == (f"about:blank#{code}", "target")
    assert said in body["detail"]
    assert (body["cause"], body["cure"], body["docs"]) == (
        FAILURES[code].cause,
        FAILURES[code].cure,
        FAILURES[code].docs,
    )


@pytest.mark.parametrize(
    ("changes", "status", "field", "said"),
    [
        ({"target": "nope"}, 400, "target", "'nope'"),
        ({"target": None}, 422, "target", "string"),
        ({"model": "logistic_regresion"}, 404, None, "'logistic_regresion'"),
        ({"model": 5}, 422, "model", "string"),
        ({"model": "ridge"}, 400, "model", "Ridge"),
        ({"task": "poetry"}, 422, "task", "classification"),
        ({"task": "regression", "model": "ridge"}, 400, "task", "'y'"),
        ({"params": {"C": -1}}, 400, "params.C", "-1"),
        ({"params": {"C": "lots"}}, 400, "params.C", "'lots'"),
        ({"params": {"C": None}}, 400, "params.C", "None"),
        ({"params": {"C": "nan"}}, 400, "params.C", "'nan'"),
        ({"params": {"depth": 3}}, 400, "params.depth", "'depth'"),
        ({"params": [1]}, 422, "params", "dictionary"),
        ({"seed": -1}, 422, "seed", "0"),
        ({"seed": 2**40}, 422, "seed", "4294967295"),
        ({"split": {"validation": 0.6, "test": 0.5}}, 400, "split", "0.6"),
        ({"split": {"parts": 3}}, 400, "split.parts", "'parts'"),
        ({"colour": "red"}, 422, "colour", "not permitted"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_request_is_refused_naming_the_field_and_the_value(
    api: Api,
    request_for: Callable[..., dict[str, Any]],
    changes: dict[str, Any],
    status: int,
    field: str | None,
    said: str,
) -> None:
    answer = api.post("runs", json=request_for(**changes))
    body = refused(answer)
    assert (answer.status_code, body.get("field")) == (status, field)
    assert said in body["detail"]


def test_an_unknown_model_is_told_what_was_probably_meant(api: Api, request_for: Callable[..., dict[str, Any]]) -> None:
    body = refused(api.post("runs", json=request_for(model="logistic_regresion")))
    assert "logistic_regression" in body["hint"]


def test_a_dataset_that_does_not_exist_is_not_found(api: Api) -> None:
    answer = api.post("runs", json={"dataset_id": "nope", "target": "y", "model": "ridge"})
    assert (answer.status_code, refused(answer)["type"]) == (404, "about:blank#not_found")


# --- Found out by the worker -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("csv", "changes", "said"),
    [
        ("a,b,y\n1,2,yes\n2,3,no\n", {}, "2 rows"),
        (table(y=lambda row: "rare" if row == 0 else "ab"[row % 2]), {}, "'rare'"),
        ("c,y\n" + "".join(f",{'uv'[row % 2]}\n" for row in range(60)), {}, "No column is left"),
        (table(), {"preprocessing": {"exclude": ["a", "b"]}}, "No column is left"),
    ],
    ids=["two rows", "a class with one member", "no column with a value", "every column left out"],
)
def test_a_run_that_cannot_learn_fails_with_a_message_a_hint_a_cause_and_a_cure(
    api: Api, request_for: Callable[..., dict[str, Any]], csv: str, changes: dict[str, Any], said: str
) -> None:
    run = api.train(**request_for(csv, **changes))
    error = run["error"]
    assert run["status"] == "failed"
    assert said in error["message"]
    assert error["code"] in FAILURES
    assert error["hint"]
    assert error["cause"]
    assert error["cure"]
    assert error["href"].startswith(f"train?like={run['id']}")
    lines = [line["text"] for line in api.get(f"runs/{run['id']}/logs").json()["items"]]
    assert lines[-1] == error["message"]
    assert run["live"]["error"] == error
    (failed,) = [step for step in run["live"]["workflow"] if step["state"] == "failed"]
    assert failed["key"] in ("read", "split", "preprocess")


def test_a_training_that_overflows_says_so_and_proposes_a_lower_learning_rate(
    api: Api, request_for: Callable[..., dict[str, Any]]
) -> None:
    rng = random.Random(1)
    csv = table(z=lambda _: f"{rng.gauss(0, 1e150):g}", y=lambda _: f"{rng.gauss(0, 1e160):g}")
    request = request_for(csv, task="regression", model="mlp", params={"learning_rate": 0.1})
    run = api.train(**request)
    assert (run["status"], run["error"]["code"]) == ("failed", "training_diverged")
    assert run["error"]["change"]["params"] == {"learning_rate": 0.01}
    assert "params.learning_rate=0.01" in run["error"]["href"]
    assert all(value is not None for value in run["live"]["baseline"].values())


# --- Handled ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("csv", "changes"),
    [
        (table(c=lambda _: ""), {}),
        (table(c=lambda row: "inf" if row % 10 == 0 else row % 7), {}),
        (table(c=lambda row: 10**30 + row * 10**25), {}),
        (table(c=lambda row: f"{1 + row % 28}. {('Jan', 'Feb', 'Mar')[row % 3]} 20{10 + row % 10}"), {}),
        (table(c=lambda row: f"category {row % 40}"), {}),
        (table().replace("a,b,y", "select,class,y", 1), {}),
        (table().replace("a,b,y", '"a""[0]<x>",__index__,y', 1), {}),
        (table().replace("a,b,y", "split,train__a,y", 1), {"model": "hist_gradient_boosting"}),
        (table().replace("a,b,y", "a,b,\U0001f3af", 1), {"target": "\U0001f3af"}),
        (table(y=lambda row: "rare" if row == 0 else "ab"[row % 2]), {"split": {"scheme": "random"}}),
    ],
    ids=[
        "empty column",
        "infinities",
        "huge integers",
        "dates as text",
        "many categories",
        "reserved words",
        "odd names",
        "names of ours",
        "an emoji",
        "a lonely class",
    ],
)
def test_an_odd_table_is_trained_on_and_its_model_predicts(
    api: Api, request_for: Callable[..., dict[str, Any]], csv: str, changes: dict[str, Any]
) -> None:
    run = api.train(**request_for(csv, **changes))
    assert (run["status"], run["error"]) == ("finished", None)
    stored = joblib.load(io.BytesIO(api.get(f"runs/{run['id']}/artifact").content))
    rows = pd.read_csv(io.StringIO(csv)).drop(columns=run["config"]["target"])
    assert len(stored["pipeline"].predict(rows)) == N_ROWS


def test_a_hundred_thousand_categories_neither_fill_the_memory_nor_become_features(
    api: Api, request_for: Callable[..., dict[str, Any]]
) -> None:
    rng = random.Random(5)
    letters = "abcdefghijklmnopqr"  # four of them name 104,976 categories, in less than the upload limit
    words = ("".join(word) for word in itertools.product(letters, repeat=4))
    csv = "a,c,y\n" + "".join(f"{rng.randrange(9)},{word},{rng.choice('uv')}\n" for word in words)
    run = api.train(**request_for(csv))
    assert run["status"] == "finished"
    assert run["progress"]["facts"]["n_features"] < 100
    assert run["progress"]["memory_bytes"] < 2e9


def test_rows_to_predict_may_hold_what_training_never_saw_and_must_have_its_columns(
    api: Api, request_for: Callable[..., dict[str, Any]]
) -> None:
    run = api.train(**request_for(table(colour=lambda row: ("red", "green")[row % 2])))
    stored = joblib.load(io.BytesIO(api.get(f"runs/{run['id']}/artifact").content))
    names = ["a", "b", "colour"]
    odd = pd.DataFrame({"colour": ["mauve", None], "b": [float("inf"), None], "a": [1e300, -1.0], "y": ["yes", "no"]})
    y_prob = stored["pipeline"].predict_proba(check_columns(odd, names, ignored=["y"]))
    assert y_prob.shape == (2, 2)
    assert y_prob.sum(axis=1) == pytest.approx([1, 1])  # probabilities of a row, rounded in double precision
    with pytest.raises(UserInputError, match="'colour'") as missing:
        check_columns(odd.drop(columns="colour"), names, ignored=["y"])
    assert missing.value.field == "colour"
    with pytest.raises(UserInputError, match="'size'"):
        check_columns(odd.assign(size=1), names, ignored=["y"])


def test_a_dataset_cannot_be_deleted_under_a_training_that_reads_it(
    api: Api, request_for: Callable[..., dict[str, Any]]
) -> None:
    request = request_for(table(200), **SLOW_MODEL)
    run_id = api.post("runs", json=request).json()["id"]
    wait_for(lambda: api.get(f"runs/{run_id}").json()["progress"]["step"] > 0, what="the first step")
    answer = api.delete(f"datasets/{request['dataset_id']}")
    body = refused(answer)
    assert answer.status_code == 409
    assert body["hint"]
    api.post(f"runs/{run_id}/stop")
    assert api.wait_for_run(run_id)["status"] == "stopped"
