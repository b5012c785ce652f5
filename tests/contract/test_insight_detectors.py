"""Every detector finds what it is for, says only numbers that it proves, and survives any table."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.computing.catalog.find_insights import FindInsightsParams
from core.computing.catalog.find_insights import run as find_insights
from core.insights.registry import DETECTORS
from core.insights.report import InsightReport
from core.insights.said_numbers import is_known, numbers_said
from core.insights.spec import Finding
from core.recipes.registry import STEPS
from core.wording import short
from tests.insight_patterns import PATTERNS, noise, plant
from tests.workspaces import LocalWorkspace, store_frame

HOSTILE = "<b>{}</b> \"'; DROP %{{x}} 100% **{}** \n{{0}} \u202e"
QUOTED = re.compile(r"'[^']*'")


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., InsightReport]:
    """The computation's answer about a frame."""

    def answer(frame: pd.DataFrame, target: str | None = None, depth: str = "quick") -> InsightReport:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        table = store_frame(frame, folder / "data")
        workspace = LocalWorkspace(folder, {"table": table})
        if target is not None:  # the reading of a file may give a column another name
            target = table.dataset.columns[list(frame.columns).index(target)].name
        params = FindInsightsParams.model_validate({"dataset_id": "table", "target": target, "depth": depth})
        report: InsightReport = find_insights(params, workspace)
        fractions = [fraction for fraction, _ in workspace.stages]
        assert fractions == sorted(fractions)
        assert fractions[-1] <= 1
        return report

    return answer


def unknown_numbers(finding: Finding, names: list[str]) -> list[str]:
    """The numbers of a statement that its evidence does not hold; those inside names aside."""
    text = finding.statement
    for name in names:
        text = text.replace(f"'{short(name)}'", "").replace(repr(short(name)), "")
    text = QUOTED.sub("", text)
    shares = {**finding.numbers, **{f"{key} share": value / 100 for key, value in finding.numbers.items()}}
    return [said.text for said in numbers_said(text) if not is_known(said, shares)]


def check(finding: Finding, names: list[str]) -> None:
    """What holds for every card."""
    detector = DETECTORS[finding.kind]
    assert finding.family == detector.family
    assert set(finding.subject) <= set(names)
    assert 0 < finding.interest <= 1
    assert finding.title
    assert finding.statement.endswith(".")
    assert finding.advice
    assert unknown_numbers(finding, names) == []
    assert all(np.isfinite(list(finding.numbers.values())))
    for test in finding.tests:
        assert test.p_value is None or (0 <= test.p_value <= 1 and test.q_value is not None and test.q_value <= 0.05)
        assert test.interval is None or test.interval[0] <= test.interval[1]
        assert test.n is None or test.n > 0
    assert (finding.sureness == "certain") == all(test.p_value is None for test in finding.tests)
    json.dumps(finding.model_dump(mode="json"), allow_nan=False)
    assert len({len(values) for values in finding.table.values()}) <= 1
    assert all(len(values) <= 500 for values in finding.table.values())
    if finding.picture is not None:
        assert finding.picture["data"]
        assert finding.picture["layout"]["title"]["text"]
        assert "<b>" not in json.dumps(finding.picture)
    for action in finding.actions:
        for step in action.request.get("steps", ()):
            STEPS[step["step"]].params.model_validate(step["params"])


@pytest.mark.parametrize("key", PATTERNS)
def test_a_planted_pattern_is_told_and_nothing_is_told_of_the_noise_around_it(
    key: str, look: Callable[..., InsightReport]
) -> None:
    planted = plant(key, seed=11)
    report = look(planted.frame, planted.target)
    names = list(planted.frame.columns)
    for finding in report.findings:
        check(finding, names)
    telling = [one for one in report.findings if one.kind in planted.kinds and planted.columns <= set(one.subject)]
    assert telling, [(one.kind, one.subject) for one in report.findings]
    beside = [
        one for one in report.findings if not planted.columns & set(one.subject) and one.kind not in planted.kinds
    ]
    assert not beside, beside[0].statement


@pytest.mark.parametrize("key", PATTERNS)
def test_hostile_names_change_nothing_but_the_names(key: str, look: Callable[..., InsightReport]) -> None:
    planted = plant(key, seed=12, n_noise=3)
    plain = {one.kind for one in look(planted.frame, planted.target).findings}
    new = {name: HOSTILE.format(place, place) for place, name in enumerate(planted.frame.columns)}
    frame = planted.frame.rename(columns=new)
    report = look(frame, None if planted.target is None else new[planted.target])
    # The reading of the file may give them other names: those are the ones that count.
    names = sorted({name for one in report.findings for name in one.subject})
    for finding in report.findings:
        check(finding, names)
    assert {one.kind for one in report.findings} == plain


def test_every_detector_has_a_pattern_that_only_it_or_its_like_tells() -> None:
    covered = {kind for key in PATTERNS for kind in plant(key, seed=1, n_rows=300, n_noise=1).kinds}
    assert set(DETECTORS) - covered == {"numbers_in_text", "related_columns"}


@pytest.mark.parametrize("key", DETECTORS)
def test_a_detector_says_what_it_looks_for(key: str) -> None:
    detector = DETECTORS[key]
    assert detector.label[0].isupper()
    assert detector.looks_for.endswith(".")
    assert 0 < detector.surprise <= 1


@pytest.mark.parametrize("seed", range(6))
def test_noise_is_passed_over_in_silence(seed: int, look: Callable[..., InsightReport]) -> None:
    report = look(noise(9_000 + seed, n_rows=(200, 1_000, 4_000)[seed % 3]))
    assert [one.statement for one in report.findings] == []
    assert report.n_tests > 100


def wide_integers() -> pd.DataFrame:
    """Numbers that no float holds."""
    rng = np.random.default_rng(0)
    return pd.DataFrame({f"n{place}": rng.integers(2**62, 2**63 - 1, 200) for place in range(4)})


def extreme_numbers() -> pd.DataFrame:
    """Infinite, tiny and enormous ones."""
    values = np.array([np.inf, -np.inf, 1e308, -1e308, 5e-324, 0.0, np.nan, 1.0, 2.0, 3.0] * 30)
    return pd.DataFrame({"a": values, "b": np.roll(values, 1), "c": values * 0.5, "d": np.arange(300) * 1e-300})


def mixed() -> pd.DataFrame:
    """Every type with gaps, and columns of one kind of cell."""
    n = 120
    return pd.DataFrame(
        {
            "text": ["x", None, "1", "2020-01-01", ""] * 24,
            "flag": [True, None, False] * 40,
            "when": [pd.NaT, pd.Timestamp("1700-01-01"), pd.Timestamp("2200-01-01")] * 40,
            "number": [None, 1.5, -2.0] * 40,
            "constant": 7,
            "empty": [None] * n,
            "one": [1.0] + [None] * (n - 1),
        }
    )


TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "one row": lambda: pd.DataFrame({"a": [1.0], "b": ["x"], "c": [pd.Timestamp("2020-01-01")]}),
    "three rows": lambda: pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": ["x", "y", "x"], "c": [1, 2, 3]}),
    "one column": lambda: pd.DataFrame({"a": np.arange(500.0)}),
    "constants": lambda: pd.DataFrame({"a": [1] * 300, "b": ["x"] * 300, "c": [True] * 300}),
    "all missing": lambda: pd.DataFrame({"a": [np.nan] * 300, "b": [None] * 300, "c": np.arange(300) % 7}),
    "huge integers": wide_integers,
    "extreme numbers": extreme_numbers,
    "mixed": mixed,
    "all equal rows": lambda: pd.DataFrame({"a": [1.0, 2.0] * 200, "b": ["x", "y"] * 200, "c": [5, 6] * 200}),
    "sorted": lambda: pd.DataFrame(
        {"a": np.arange(400), "b": np.sqrt(np.arange(400)), "c": np.repeat(["x", "y"], 200)}
    ),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("depth", ["quick", "full"])
def test_no_table_is_too_odd(name: str, depth: str, look: Callable[..., InsightReport]) -> None:
    frame = TABLES[name]()
    report = look(frame, None, depth)
    for finding in report.findings:
        check(finding, list(frame.columns))
    for target in frame.columns:
        for finding in look(frame, target, depth).findings:
            check(finding, list(frame.columns))
