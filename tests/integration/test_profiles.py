"""Profiles and comparisons over REST, through an instance that really runs."""

from typing import Any

import pytest

from tests.rest import Api
from tests.stacks import wait_for

TABLE = "size,kind,note\n" + "".join(f"{i if i % 5 else ''},{'ab'[i % 2]},<b>{i % 9}</b>\n" for i in range(90))
NEXT = "size,kind,other\n" + "".join(f"{i + 40},{'ac'[i % 2]},{i % 9}\n" for i in range(80))


@pytest.fixture(scope="module")
def dataset_id(api: Api) -> str:
    return ready(api, TABLE, "Plants")


def ready(api: Api, text: str, name: str) -> str:
    dataset = api.wait_for_dataset(api.upload(text, name=name).json()["id"])
    assert dataset["status"] == "ready"
    return str(dataset["id"])


def finished(api: Api, address: str, **query: Any) -> dict[str, Any]:
    """The answer, asked for until it is there."""

    def look() -> dict[str, Any] | None:
        answer = api.get(address, params=query)
        assert answer.status_code in (200, 202), answer.text
        return answer.json() if answer.status_code == 200 else None

    return wait_for(look, what="the answer")


def test_a_profile_holds_facts_and_alerts(api: Api, dataset_id: str) -> None:
    result = finished(api, f"datasets/{dataset_id}/profile", target="kind")["result"]
    assert (result["dataset_id"], result["facts"]["n_rows"], result["facts"]["level"]) == (dataset_id, 90, "quick")
    assert result["facts"]["n_missing"] == 18
    assert [column["kind"] for column in result["facts"]["columns"]] == ["quantity", "category", "category"]
    missing = next(alert for alert in result["alerts"] if alert["key"] == "missing_values")
    assert missing["fix"] == {"step": "impute", "params": {"columns": ["size"], "strategy": "median"}}


def test_equal_questions_have_one_answer(api: Api, dataset_id: str) -> None:
    first = finished(api, f"datasets/{dataset_id}/profile", target="kind")
    again = finished(api, f"datasets/{dataset_id}/profile", target="kind")
    other = finished(api, f"datasets/{dataset_id}/profile", target="size")
    assert first["id"] == again["id"] != other["id"]


def test_a_full_profile_is_started_and_fetched(api: Api, dataset_id: str) -> None:
    started = api.post(f"datasets/{dataset_id}/profile", json={"level": "full", "target": "kind"})
    assert started.status_code == 202
    assert started.headers["location"] == f"/api/v1/computations/{started.json()['id']}"
    body = finished(api, f"datasets/{dataset_id}/profile", level="full", target="kind")
    assert body["id"] == started.json()["id"]
    assert {matrix["kind"] for matrix in body["result"]["facts"]["matrices"]} == {"cramers_v", "eta"}


def test_the_page_of_a_profile_can_be_read_and_downloaded(api: Api, dataset_id: str) -> None:
    finished(api, f"datasets/{dataset_id}/profile")
    page = api.get(f"datasets/{dataset_id}/profile", params={"format": "html"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "&lt;b&gt;1&lt;/b&gt;" in page.text
    assert "<b>1</b>" not in page.text
    file = api.get(f"datasets/{dataset_id}/profile", params={"format": "html", "download": True})
    assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''Plants-v1-profile.html"
    data = api.get(f"datasets/{dataset_id}/profile", params={"download": True})
    assert data.headers["content-disposition"] == "attachment; filename*=UTF-8''Plants-v1-profile.json"
    assert data.json()["name"] == "Plants"


def test_what_cannot_be_profiled_is_refused_in_words(api: Api, dataset_id: str) -> None:
    wrong = api.get(f"datasets/{dataset_id}/profile", params={"target": "kinds"})
    assert (wrong.status_code, wrong.json()["hint"], wrong.json()["field"]) == (400, "Did you mean kind?", "target")
    assert api.get("datasets/nothing/profile").status_code == 404
    assert api.get(f"datasets/{dataset_id}/profile", params={"level": "deep"}).status_code == 422
    assert api.post(f"datasets/{dataset_id}/profile", json={"speed": 1}).status_code == 422


def test_two_datasets_are_compared(api: Api, dataset_id: str) -> None:
    other = ready(api, NEXT, "Plants again")
    result = finished(api, f"datasets/{dataset_id}/compare", **{"with": other})["result"]
    assert (result["added"], result["removed"], result["is_same_content"]) == (["other"], ["note"], False)
    assert {shift["column"]: shift["change"] for shift in result["shifts"]} == {"size": "large", "kind": "large"}
    assert next(s for s in result["shifts"] if s["column"] == "kind")["new_values"] == [{"value": "c", "count": 40}]
    same = finished(api, f"datasets/{dataset_id}/compare", **{"with": dataset_id})["result"]
    assert same["sentences"] == ["Both hold exactly the same data."]
    assert api.get(f"datasets/{dataset_id}/compare", params={"with": "nothing"}).status_code == 404
