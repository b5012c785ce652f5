"""The sample tables keep what their descriptions promise."""

import csv
import io
from collections import Counter

import pytest

from core.samples.registry import SAMPLES
from core.samples.spec import SampleSpec
from core.types import LearningTask


def read_rows(spec: SampleSpec, seed: int = 0) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(spec.to_csv(seed))))


def test_three_samples_are_on_offer() -> None:
    assert list(SAMPLES) == ["churn", "house_prices", "plants"]


@pytest.mark.parametrize("spec", SAMPLES.values(), ids=list(SAMPLES))
class TestEverySample:
    def test_it_has_the_promised_rows_and_a_complete_target(self, spec: SampleSpec) -> None:
        rows = read_rows(spec)
        assert len(rows) == spec.n_rows
        assert all(row[spec.target] for row in rows)

    def test_one_seed_makes_one_table(self, spec: SampleSpec) -> None:
        assert spec.to_csv(1) == spec.to_csv(1)
        assert spec.to_csv(1) != spec.to_csv(2)

    def test_the_target_fits_the_task(self, spec: SampleSpec) -> None:
        n_distinct = len({row[spec.target] for row in read_rows(spec)})
        assert (n_distinct <= 10) is (spec.task is LearningTask.CLASSIFICATION)


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
