"""The sample tables keep what their descriptions promise."""

import csv
import io
import subprocess
import sys
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn.datasets

from core.samples.catalog import demand, messy_orders, restaurant, tickets
from core.samples.registry import SAMPLES
from core.samples.spec import SampleSpec
from core.sources.catalog.sample import SampleParams, fetch
from core.types import LearningTask
from tests.markdown import ROOT
from tests.workspaces import LocalWorkspace

MADE = [spec for spec in SAMPLES.values() if spec.origin == "made"]
MEASURED = [spec for spec in SAMPLES.values() if spec.origin == "measured"]
every_sample = pytest.mark.parametrize("spec", SAMPLES.values(), ids=list(SAMPLES))


def read_rows(spec: SampleSpec, seed: int = 0) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(spec.to_csv(seed))))


def read_frame(key: str, seed: int = 0) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(SAMPLES[key].to_csv(seed)))


@every_sample
class TestEverySample:
    def test_it_has_the_promised_rows_and_columns_and_a_complete_target(self, spec: SampleSpec) -> None:
        rows = read_rows(spec)
        assert (len(rows), len(rows[0])) == (spec.n_rows, spec.n_columns)
        assert all(row[spec.target] for row in rows)

    def test_the_target_fits_the_task(self, spec: SampleSpec) -> None:
        n_distinct = len({row[spec.target] for row in read_rows(spec)})
        assert (n_distinct <= 10) is (spec.task is LearningTask.CLASSIFICATION)

    def test_it_says_what_it_is_for(self, spec: SampleSpec) -> None:
        assert spec.description.endswith(".")
        assert spec.lesson.endswith(".")
        assert spec.topic
        assert spec.icon.replace("_", "").isalnum()


@pytest.mark.parametrize("spec", MADE, ids=lambda spec: spec.key)
def test_one_seed_makes_one_table(spec: SampleSpec) -> None:
    assert spec.to_csv(1) == spec.to_csv(1)
    assert spec.to_csv(1) != spec.to_csv(2)


@pytest.mark.parametrize("spec", MEASURED, ids=lambda spec: spec.key)
def test_what_was_measured_is_the_same_for_every_seed(spec: SampleSpec) -> None:
    assert spec.to_csv(1) == spec.to_csv(2)


@pytest.mark.parametrize("key", ["iris", "wine", "breast_cancer", "diabetes", "digits"])
def test_measured_tables_agree_with_the_library_that_they_come_with(key: str) -> None:
    load: Any = getattr(sklearn.datasets, f"load_{key}")
    reference = load(scaled=False) if key == "diabetes" else load()
    frame = read_frame(key)
    target = frame.pop(SAMPLES[key].target)
    np.testing.assert_array_equal(frame.to_numpy(float), reference.data)  # the same digits, read twice
    if SAMPLES[key].task is LearningTask.REGRESSION or key == "digits":
        np.testing.assert_array_equal(target.to_numpy(float), reference.target)
    else:
        codes = {name: code for code, name in enumerate(dict.fromkeys(reference.target_names[reference.target]))}
        expected = [codes[name] for name in reference.target_names[reference.target]]
        assert list(pd.factorize(target)[0]) == expected


def test_making_a_measured_table_does_not_import_the_library() -> None:
    code = (
        "import sys; from core.samples.registry import SAMPLES; [spec.to_csv() for spec in SAMPLES.values()];"
        "sys.exit('sklearn' in sys.modules or 'scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_worker_writes_the_table(tmp_path: Any) -> None:
    fetched = fetch(SampleParams(key="plants", seed=3), LocalWorkspace(tmp_path))
    assert fetched.path.read_text(encoding="utf-8") == SAMPLES["plants"].to_csv(3)
    assert fetched.file_name == "plants.csv"


def test_churn_follows_the_contract_and_not_the_region() -> None:
    rows = read_rows(SAMPLES["churn"])
    share = {
        (name, value): sum(row["churned"] == "yes" for row in group) / len(group)
        for name in ("contract", "region")
        for value in {row[name] for row in rows}
        if (group := [row for row in rows if row[name] == value])
    }
    assert share["contract", "monthly"] > 2 * share["contract", "two years"]
    regions = [part for (name, _), part in share.items() if name == "region"]
    assert max(regions) - min(regions) < 0.06  # about three deviations of a share of 1,250 rows
    assert 0.15 < sum(row["churned"] == "yes" for row in rows) / len(rows) < 0.4
    assert sum(row["satisfaction"] == "" for row in rows) == pytest.approx(400, abs=80)


def test_plants_are_equally_frequent() -> None:
    assert set(Counter(row["species"] for row in read_rows(SAMPLES["plants"])).values()) == {150}


def test_house_prices_rise_with_area() -> None:
    rows = sorted(read_rows(SAMPLES["house_prices"]), key=lambda row: float(row["living_area_m2"]))
    small, large = rows[:500], rows[-500:]
    assert sum(int(row["price"]) for row in large) > 1.7 * sum(int(row["price"]) for row in small)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_fraud_is_rare_and_follows_new_devices_rather_than_the_age_of_the_card(seed: int) -> None:
    frame = read_frame("fraud", seed)
    is_fraud = frame["fraud"] == "yes"
    assert is_fraud.sum() == pytest.approx(200, abs=50)  # three and a half deviations of a Poisson count of 200
    by_device = is_fraud.groupby(frame["is_new_device"]).mean()
    assert by_device[True] > 3 * by_device[False]
    by_age = is_fraud.groupby(frame["card_age_months"] > 30).mean()
    assert abs(by_age[True] - by_age[False]) < 0.005  # about three and a half deviations of shares of 10,000 rows


def test_demand_has_the_promised_promotions_weekends_and_gaps() -> None:
    frame = read_frame("demand")
    dates = pd.to_datetime(frame["date"])
    assert frame.groupby("product").size().tolist() == [demand.N_DAYS - demand.GAP_DAYS] * len(demand.PRODUCTS)
    bread = frame["product"] == "bread"  # whose season is next to none
    by_day = frame[bread & ~frame["is_promoted"]].groupby(dates.dt.day_of_week >= 5)["units"].mean()
    assert by_day[True] / by_day[False] == pytest.approx(
        demand.WEEKEND, rel=0.03
    )  # noise of some hundred counts of 220
    promoted = frame[bread & (dates.dt.day_of_week < 5)].groupby("is_promoted")["units"].mean()
    assert promoted[True] / promoted[False] == pytest.approx(demand.PROMOTION, rel=0.05)
    summer = frame[(frame["product"] == "ice cream") & dates.dt.month.isin([6, 7, 8])]["units"].mean()
    winter = frame[(frame["product"] == "ice cream") & dates.dt.month.isin([12, 1, 2])]["units"].mean()
    assert summer > 3 * winter


def test_tickets_say_their_topic_but_for_the_mislabelled_ones() -> None:
    frame = read_frame("tickets")
    signs = {"billing": "invoice", "delivery": "courier", "account": "sign in", "returns": "warranty"}
    for topic, sign in signs.items():
        labels = frame.loc[frame["text"].str.contains(sign), "topic"]
        share = (labels == topic).mean()
        assert 1 - share == pytest.approx(tickets.MISLABELLED, abs=0.06)  # three deviations of a share of 100 rows
    assert (frame.loc[frame["text"].str.contains("urgent"), "urgency"] == "high").all()


def test_shapes_are_pictures_whose_shapes_differ() -> None:
    frame = read_frame("shapes")
    pixels = frame.drop(columns="shape")
    assert pixels.to_numpy().min() >= 0
    assert pixels.to_numpy().max() <= 255
    assert set(frame["shape"].value_counts()) == {300}
    bright = (pixels > 100).sum(axis=1).groupby(frame["shape"]).mean()
    assert bright["circle"] > bright["square"] > bright["cross"] > bright["triangle"]


def test_messy_orders_hold_each_kind_of_dirt_as_often_as_promised() -> None:
    frame = pd.read_csv(io.StringIO(SAMPLES["messy_orders"].to_csv()), dtype=str, keep_default_na=False)
    assert frame.duplicated().sum() == messy_orders.N_DUPLICATES
    spellings = {each for group in messy_orders.CITIES.values() for each in group}
    assert set(frame["city "]) == spellings
    assert len(spellings) == 21
    single = frame.drop_duplicates()
    plain = pd.to_numeric(single["amount"].str.replace("€ ", "").str.replace(",", "."), errors="coerce")
    assert plain.isna().sum() == pytest.approx(38, abs=20)  # three deviations of 4 % of 960
    assert (plain > 1_500).sum() == pytest.approx(messy_orders.N_OUTLIERS, abs=2)
    assert set(frame["currency"]) == {"EUR"}
    assert {"99"} < set(frame["rating"])
    shapes = Counter("-" if "-" in day else "/" if "/" in day else "words" for day in single["Order Date"])
    assert min(shapes.values()) > 40


def test_tips_follow_meal_and_payment_and_not_the_seating() -> None:
    frame = read_frame("restaurant")
    dinner, card = frame["meal"] == "dinner", frame["payment"] == "card"
    terrace = frame["seating"] == "terrace"
    design = np.column_stack([frame["bill"] * ~dinner, frame["bill"] * dinner, card, terrace]).astype(float)
    found, *_ = np.linalg.lstsq(design, frame["tip"], rcond=None)
    truth = [restaurant.TIP_SHARE["lunch"], restaurant.TIP_SHARE["dinner"], restaurant.CARD_EXTRA, 0.0]
    np.testing.assert_allclose(found, truth, atol=0.3)  # about three standard errors of the worst one, noise 0.9
    np.testing.assert_allclose(found[:2], truth[:2], atol=0.02)


def test_the_page_on_samples_names_each_with_its_size_and_says_what_is_true_of_it() -> None:
    page = " ".join((ROOT / "docs" / "user" / "samples.md").read_text(encoding="utf-8").split())
    for spec in SAMPLES.values():
        assert f"| `{spec.key}` | {spec.label} | {spec.n_rows:,} × {spec.n_columns} | {spec.topic} |" in page
        assert spec.origin == "measured" or spec.description in page
