"""Statistical tests by real workers: chosen, done, kept in the ledger, over services and over REST."""

import csv
import io
from typing import Any

import httpx
import pytest
from statsmodels.stats.multitest import multipletests

from core.errors import NotFound, UserInputError
from core.statistics.result import TestResult as Answer
from tests.factories import make_csv
from tests.rest import Api
from tests.stacks import PATIENCE_S, Stack


def done(stack: Stack, test: str, **params: Any) -> Answer:
    service = stack.wiring.services.statistics
    computation = service.start(stack.ready(make_csv()).id, test, params)
    computation = stack.computations.wait(computation.id, timeout_s=PATIENCE_S)
    found = stack.computations.result(computation)
    assert isinstance(found, Answer)
    return found


def test_every_test_that_was_done_stands_in_the_ledger_once(each_stack: Stack) -> None:
    dataset_id = each_stack.ready(make_csv()).id
    service = each_stack.wiring.services.statistics
    first = done(each_stack, "welch_anova", measure="width", group="kind")
    again = done(each_stack, "welch_anova", measure="width", group="kind", alpha=0.05)
    other = done(each_stack, "kruskal_wallis", measure="width", group="kind")
    assert again == first
    ledger = service.ledger(dataset_id)
    assert (ledger.n_tests, [line.test for line in ledger.lines]) == (2, ["kruskal_wallis", "welch_anova"])
    p_values = [other.p_value, first.p_value]
    assert [line.p_value for line in ledger.lines] == p_values
    assert [line.p_holm for line in ledger.lines] == pytest.approx(list(multipletests(p_values, method="holm")[1]))
    assert [line.p_benjamini_hochberg for line in ledger.lines] == pytest.approx(
        list(multipletests(p_values, method="fdr_bh")[1])
    )
    rows = list(csv.DictReader(io.StringIO(service.ledger_csv(dataset_id))))
    assert [row["label"] for row in rows] == ["Kruskal-Wallis test", "Welch ANOVA"]
    assert float(rows[0]["p_value"]) == other.p_value


def test_what_cannot_be_tested_is_refused_before_a_worker_sees_it(stack: Stack) -> None:
    dataset_id = stack.ready(make_csv()).id
    service = stack.wiring.services.statistics
    with pytest.raises(NotFound, match="Unknown statistical test 'welch'"):
        service.start(dataset_id, "welch", {})
    with pytest.raises(UserInputError, match="'kind' holds text; 'values' takes numbers"):
        service.start(dataset_id, "shapiro_wilk", {"measure": "kind"})
    with pytest.raises(NotFound):
        service.ledger("no-such-dataset")


def test_only_tests_of_the_dataset_are_found_again(stack: Stack) -> None:
    dataset_id = stack.ready(make_csv()).id
    service = stack.wiring.services.statistics
    test = service.start(dataset_id, "shapiro_wilk", {"measure": "width"})
    choice = service.choose(dataset_id, goal="fit", columns=["width"])
    assert service.find(test.id, dataset_id) is not None
    assert service.find(test.id, "another") is None
    assert service.find(choice.id, dataset_id) is None
    assert service.find("nothing", dataset_id) is None


# --- REST ------------------------------------------------------------------------------------------------------------


def problem(answer: httpx.Response) -> tuple[int, str, str | None]:
    body = answer.json()
    return answer.status_code, body["detail"], body.get("field")


def test_the_registry_is_served_with_schemas(api: Api) -> None:
    items = {item["key"]: item for item in api.get("statistics").json()["items"]}
    assert len(items) == 25
    assert items["welch_t"]["params"]["properties"]["measure"]["column"] == "number"
    assert items["student_t"]["alternative"] == "welch_t"


def test_a_question_leads_to_a_test_and_to_the_ledger(api: Api, dataset: dict[str, Any]) -> None:
    base = f"datasets/{dataset['id']}/statistics"
    assert api.get(f"{base}/ledger").json() == {"n_tests": 0, "false_alarm_chance": 0.0, "lines": []}
    question = {"goal": "difference", "columns": ["width", "kind"]}
    choice = api.post(f"{base}/choose?wait_s=60", json=question)
    assert choice.status_code == 200, choice.text
    first = choice.json()["result"]["suggestions"][0]
    answer = api.post(f"{base}/{first['test']}?wait_s=60", json=first["params"])
    assert answer.status_code == 200, answer.text
    result = answer.json()["result"]
    assert result["test"] == first["test"]
    ledger = api.get(f"{base}/ledger").json()
    assert [line["p_value"] for line in ledger["lines"]] == [result["p_value"]]
    table = api.get(f"{base}/ledger?format=csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.text.splitlines()) == 2


def test_mistakes_are_problem_documents(api: Api, dataset: dict[str, Any]) -> None:
    base = f"datasets/{dataset['id']}/statistics"
    assert problem(api.post(f"{base}/welch", json={}))[:2] == (404, "Unknown statistical test 'welch'.")
    assert problem(api.post(f"{base}/shapiro_wilk", json={"measure": "kind"})) == (
        400,
        "'kind' holds text; 'values' takes numbers.",
        "params.measure",
    )
    three = api.post(f"{base}/welch_t?wait_s=60", json={"measure": "width", "group": "kind"})
    assert three.status_code == 400
    assert "this test compares two" in three.json()["detail"]
    assert "Welch ANOVA" in three.json()["hint"]
    assert api.post("datasets/nothing/statistics/shapiro_wilk", json={"measure": "x"}).status_code == 404
    assert api.post(f"{base}/choose", json={"goal": "wonder", "columns": ["width"]}).status_code == 422
