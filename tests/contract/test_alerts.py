"""Every alert: it speaks up where it should, is silent on tidy data, and its fix is a step that works."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.params import validate_params
from core.profiling.alerts.registry import ALERTS, find_alerts
from core.profiling.facts import Alert, Profile, TableFacts
from core.recipes.preview import preview_recipe
from core.recipes.registry import STEPS
from core.recipes.types import RecipePreviewParams
from core.types import Notice, Severity
from tests.profiling import profile_of
from tests.workspaces import LocalWorkspace, store_frame

N = 400
ODD = "odd 'name' \"q\" `t` [x] {0} \\ 🙂"
"""The name of the column that is odd in each table."""


def tidy() -> pd.DataFrame:
    """A table about which there is nothing to say."""
    rng = np.random.default_rng(20)
    return pd.DataFrame(
        {
            "height": rng.normal(170, 10, N).round(1),
            "weight": rng.normal(70, 8, N).round(1),
            "colour": rng.choice(["red", "green", "blue"], N),
            "bought": rng.choice(["yes", "no"], N),
        }
    )


def mixed(values: list[Any], n: int = N) -> Any:
    """``values`` over and over, in a fixed disorder."""
    return np.random.default_rng(21).permutation(np.resize(np.asarray(values, dtype=object), n))


def words(n: int) -> list[str]:
    return [f"word {i}" for i in range(n)]


def beside(values: Any) -> Callable[[], pd.DataFrame]:
    return lambda: tidy().assign(**{ODD: values})


def repeated() -> pd.DataFrame:
    return pd.concat([tidy(), tidy().head(30)])


def together() -> pd.DataFrame:
    is_gap = np.random.default_rng(22).random(N) < 0.1
    return tidy().assign(height=lambda f: f["height"].mask(is_gap), **{ODD: tidy()["weight"].mask(is_gap)})


def numbers_with(end: list[float]) -> list[float]:
    return [*np.random.default_rng(23).normal(50, 5, N - len(end)).round(2), *end]


HOURS = pd.date_range("2024-01-01", periods=N + 20, freq="h")
TABLES: dict[str, tuple[Callable[[], pd.DataFrame], str | None]] = {
    "blank_text": (beside(mixed(["red", "green", " "])), None),
    "constant_columns": (beside("same"), None),
    "dates_in_text": (beside([*HOURS[: N - 1].strftime("%d.%m.%Y"), "soon"]), None),
    "duplicate_rows": (repeated, None),
    "empty_columns": (beside(pd.Series([None] * N, dtype=object)), None),
    "equal_columns": (lambda: tidy().assign(**{ODD: tidy()["height"]}), None),
    "few_rows": (lambda: tidy().head(60), None),
    "identifier_columns": (beside([f"C{i:04d}" for i in range(N)]), None),
    "infinite_values": (beside(numbers_with([np.inf] * 3)), None),
    "many_categories": (beside(mixed(words(80))), None),
    "missing_together": (together, None),
    "missing_values": (beside(np.where(np.arange(N) % 7 == 0, np.nan, numbers_with([]))), None),
    "mostly_missing": (beside(np.where(np.arange(N) % 4 == 0, numbers_with([]), np.nan)), None),
    "nearly_constant_columns": (beside(["usual"] * (N - 3) + ["rare"] * 3), None),
    "numbers_in_text": (beside([*(f"{i / 7:.2f}" for i in range(N - 3)), "n.a.", "?x", "none yet"]), None),
    "ordered_in_time": (beside(HOURS[:N]), None),
    "outliers": (beside(numbers_with([900.0, 950.0])), None),
    "padded_text": (beside(mixed(["red", "green ", "blue"])), None),
    "personal_data": (beside([f"person{i % 90}@example.org" for i in range(N)]), None),
    "rare_categories": (beside(["a", "b"] * 195 + words(10)), None),
    "repeated_moments": (beside(HOURS[: N - 5].append(HOURS[:5])), None),
    "sentinel_values": (beside(numbers_with([-999.0] * 12)), None),
    "skewed_numbers": (beside(np.random.default_rng(24).lognormal(0, 1.5, N)), None),
    "spelling_variants": (beside(mixed(["Paris", "paris", "Rome", "Oslo"])), None),
    "strong_correlation": (lambda: tidy().assign(**{ODD: tidy()["height"] * 2 + 0.01 * tidy()["weight"]}), None),
    "target_imbalance": (beside(mixed(["no"] * 39 + ["yes"])), ODD),
    "target_leak": (lambda: tidy().assign(**{ODD: tidy()["bought"].map({"yes": 1.5, "no": 2.5})}), "bought"),
    "target_missing": (beside(mixed(["a", "b", "a", None])), ODD),
    "time_gaps": (beside(HOURS[:200].append(HOURS[220:])), None),
}


def make(key: str, folder: Path) -> tuple[pd.DataFrame, Profile]:
    make_frame, target = TABLES[key]
    frame = make_frame()
    return frame, profile_of(frame, folder, target=target)


def test_every_alert_has_a_table_that_calls_for_it() -> None:
    assert set(TABLES) == set(ALERTS)


@pytest.mark.parametrize("key", TABLES)
def test_it_is_raised_with_a_sentence_and_its_fix_can_be_made(tmp_path: Path, key: str) -> None:
    frame, profile = make(key, tmp_path)
    [first, *others] = [alert for alert in profile.alerts if alert.key == key]
    assert first.sentence.endswith(".")
    assert 0 < first.score <= 100
    assert set(first.columns) <= set(frame.columns)
    for alert in (first, *others):
        if alert.fix is not None:
            assert alert.fix_label
            assert_fix_works(frame, alert, tmp_path)


def assert_fix_works(frame: pd.DataFrame, alert: Alert, folder: Path) -> None:
    """The step takes the parameters, and does something to the table."""
    assert alert.fix is not None
    step = {"step": alert.fix.step, "params": alert.fix.params}
    validate_params(STEPS[alert.fix.step].params, alert.fix.params)
    table = store_frame(frame, folder / "to-fix")
    workspace = LocalWorkspace(folder / "to-fix", {table.dataset.id: table})
    params = RecipePreviewParams.model_validate({"dataset_id": table.dataset.id, "steps": [step]})
    preview = preview_recipe(params, workspace)
    assert preview.error is None, preview.error
    effect = preview.steps[0].effect
    assert effect is not None
    has_fewer_rows = effect.n_rows_after < effect.n_rows_before
    assert effect.columns_added or effect.columns_removed or effect.columns_changed or has_fewer_rows


@pytest.mark.parametrize("key", [key for key in TABLES if key != "few_rows"])
def test_tidy_data_does_not_raise_it(tmp_path: Path, key: str) -> None:
    profile = profile_of(tidy(), tmp_path, target="bought")
    assert [alert.key for alert in profile.alerts if alert.key == key] == []


def test_the_most_harmful_comes_first_and_scores_decide_the_severity(tmp_path: Path) -> None:
    frame = tidy().assign(
        empty=pd.Series([None] * N, dtype=object), tells=tidy()["bought"], mark=numbers_with([-999.0] * 12)
    )
    alerts = profile_of(frame, tmp_path, target="bought").alerts
    assert [alert.key for alert in alerts][:3] == ["target_leak", "sentinel_values", "equal_columns"]
    assert [alert.score for alert in alerts] == sorted((alert.score for alert in alerts), reverse=True)
    severities = {alert.key: alert.severity for alert in alerts}
    assert (severities["target_leak"], severities["empty_columns"]) == (Severity.SERIOUS, Severity.WARNING)


def test_the_target_is_never_offered_to_go(tmp_path: Path) -> None:
    frame = tidy().assign(answer="same", copy=tidy()["bought"])
    for target in ("answer", "bought", "copy"):
        for alert in profile_of(frame, tmp_path, target=target).alerts:
            if alert.fix is not None and alert.fix.step == "drop_columns":
                assert target not in alert.fix.params["columns"]


def test_texts_are_there_for_beginners() -> None:
    for spec in ALERTS.values():
        assert 3 <= len(spec.label) <= 30, spec.key
        assert spec.why.endswith("."), spec.key
        assert 0 < spec.weight <= 100, spec.key


def test_infinite_values_that_became_gaps_are_told(tmp_path: Path) -> None:
    facts: TableFacts = profile_of(tidy(), tmp_path).facts
    notice = Notice(severity=Severity.WARNING, code="infinite_as_missing", text="2 infinite values.", column="height")
    [alert] = [a for a in find_alerts(facts.model_copy(update={"notices": (notice,)})) if a.key == "infinite_values"]
    assert (alert.sentence, alert.columns) == ("2 infinite values.", ("height",))
