"""Charts through an instance that really runs: drawn by a worker, kept, changed, exported, removed."""

from typing import Any

import pytest

from tests.factories import make_csv
from tests.rest import Api

BARS = {"chart": "bar", "params": {"x": "colour", "y": "width", "aggregate": "mean"}}


@pytest.fixture(scope="module")
def table(api: Api) -> dict[str, Any]:
    return api.wait_for_dataset(api.upload(make_csv(500), name="Charted").json()["id"])


def test_every_chart_is_listed_with_its_parts_and_its_schema(api: Api) -> None:
    kinds = {kind["key"]: kind for kind in api.get("charts").json()["items"]}
    assert {"histogram", "bar", "scatter", "custom"} <= set(kinds)
    x = kinds["bar"]["roles"][0]
    assert (x["name"], x["is_required"], x["types"]) == ("x", True, ["string", "boolean", "integer"])
    assert kinds["bar"]["params"]["properties"]["top"]["maximum"] == 50


def test_a_chart_is_drawn_once_and_found_again(api: Api, table: dict[str, Any]) -> None:
    address = f"datasets/{table['id']}/charts/render"
    first = api.post(address, json=BARS, params={"wait_s": 30}).json()
    chart = first["result"]
    assert chart["title"] == "Mean of width by colour"
    assert {row["colour"] for row in chart["table"]} == {"red", "green", "blue"}
    assert chart["figure"]["data"][0]["type"] == "bar"
    assert "pd.read_parquet" in chart["script"]
    assert api.post(address, json=BARS).json()["id"] == first["id"]


def test_what_does_not_fit_is_refused_with_its_field(api: Api, table: dict[str, Any]) -> None:
    address = f"datasets/{table['id']}/charts/render"
    wrong = api.post(address, json={"chart": "bar", "params": {"x": "width"}})
    assert (wrong.status_code, wrong.json()["field"]) == (400, "params.x")
    assert api.post(address, json={"chart": "radar", "params": {}}).status_code == 404
    nowhere = api.post("datasets/nowhere/charts/render", json=BARS)
    assert nowhere.status_code == 404


def test_charts_are_suggested_for_columns_and_for_all(api: Api, table: dict[str, Any]) -> None:
    address = f"datasets/{table['id']}/charts/suggest"
    two = api.post(address, json={"columns": ["height", "width"]}).json()["items"]
    assert two[0]["chart"] == "scatter"
    assert len(api.post(address, json={}).json()["items"]) >= 4
    assert api.post(address, json={"columns": ["colou"]}).json()["hint"] == "Did you mean 'colour'?"


def test_a_kept_chart_lives_until_it_is_removed(api: Api, table: dict[str, Any]) -> None:
    address = f"datasets/{table['id']}/charts"
    kept = api.post(address, json={**BARS, "title": "By colour <b>", "note": "Look"})
    assert kept.status_code == 201
    chart = kept.json()
    assert [each["id"] for each in api.get(address).json()["items"]] == [chart["id"]]
    changed = api.patch(f"charts/{chart['id']}", json={"title": "Renamed", "params": {"x": "colour"}}).json()
    assert (changed["title"], changed["note"], changed["params"]["aggregate"]) == ("Renamed", "Look", "count")
    assert api.patch(f"charts/{chart['id']}", json={"title": " "}).status_code == 400
    page = api.get(f"charts/{chart['id']}/html")
    assert page.status_code == 200
    assert page.headers["Content-Disposition"] == 'attachment; filename="chart.html"'
    assert "Renamed" in page.text
    assert api.delete(f"charts/{chart['id']}").status_code == 204
    assert api.get(f"charts/{chart['id']}").status_code == 404
    assert api.get(address).json()["items"] == []


def test_the_browser_gets_plotly_from_the_instance_itself(api: Api) -> None:
    answer = api.get("charts/plotly.js")
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (200, "text/javascript")
    assert b"plotly.js v" in answer.content[:200]
