"""Every kind of leak is found where it was planted, with its column and a remedy, and not where there is none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.leakage.asking import LeakQuestion
from core.leakage.findings import Leak, LeakReport
from core.leakage.registry import LEAKS
from core.leakage.running import check_leaks
from core.splits import make_split
from core.types import LearningTask, Severity, Split, SplitParams
from tests.workspaces import LocalWorkspace, store_frame

CLASSIFICATION, REGRESSION = LearningTask.CLASSIFICATION, LearningTask.REGRESSION
N = 1_200


def clean(seed: int = 0, *, n: int = N) -> pd.DataFrame:
    """Four numbers, two categories and a flag, of which three tell something; ``y`` is a number, ``kind`` a class."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({name: rng.normal(size=n) for name in ("height", "width", "depth", "mass")})
    frame["colour"] = rng.choice(["red", "green", "blue"], n)
    frame["town"] = rng.choice([f"town {i}" for i in range(25)], n)
    frame["is_new"] = rng.random(n) < 0.3
    signal = frame["height"] - 0.7 * frame["width"] + 0.8 * (frame["colour"] == "red")
    frame["y"] = signal + rng.normal(size=n)
    frame["kind"] = np.where(signal + rng.normal(size=n) > 0.6, "yes", "no")
    return frame


def report_of(frame: pd.DataFrame, target: str, task: LearningTask, folder: Path, **facts: Any) -> LeakReport:
    table = store_frame(frame.drop(columns={"y", "kind"} - {target}, errors="ignore"), folder)
    question = LeakQuestion(dataset_id=table.dataset.id, target=target, task=task, **facts)
    return check_leaks(question, LocalWorkspace(folder, {table.dataset.id: table}))


def found(report: LeakReport, key: str) -> list[Leak]:
    return [leak for leak in report.leaks if leak.key == key]


def alarms(report: LeakReport) -> list[str]:
    return [leak.sentence for leak in report.leaks if leak.severity is not Severity.INFO]


Plant = Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame]


def _add(name: str, make: Callable[[pd.DataFrame, np.random.Generator], Any]) -> Plant:
    return lambda frame, rng: frame.assign(**{name: make(frame, rng)})


def _repeat_rows(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    return frame.iloc[np.concatenate([np.arange(N), rng.integers(0, N, 300)])].reset_index(drop=True)


def _jitter_rows(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    copies = frame.sample(400, random_state=1)
    numbers = ["height", "width", "depth", "mass"]
    copies[numbers] += rng.normal(scale=1e-3, size=(400, 4))
    return pd.concat([frame, copies], ignore_index=True)


def _people(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    person = rng.integers(0, 150, len(frame))
    wears = rng.random(150) < 0.5
    return frame.assign(patient_id=[f"P{p}" for p in person], kind=np.where(wears[person], "yes", "no"))


def _seasons(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    days = rng.permutation(len(frame))
    wave = np.sin(days / 60)
    return frame.assign(
        seen_at=pd.Timestamp("2021-01-01") + pd.to_timedelta(days, unit="D"), kind=np.where(wave > 0, "yes", "no")
    )


def _mean_by_town(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    lift = dict(zip(frame["town"].unique(), rng.normal(size=25), strict=True))
    y = frame["y"] + frame["town"].map(lift)
    return frame.assign(y=y, town_level=y.groupby(frame["town"]).transform("mean"))


def _mean_by_town_without_own_row(frame: pd.DataFrame, _: np.random.Generator) -> pd.DataFrame:
    hit = (frame["kind"] == "yes").astype(float)
    group = hit.groupby(frame["town"])
    return frame.assign(town_rate=(group.transform("sum") - hit) / (group.transform("count") - 1))


def _payout(frame: pd.DataFrame, _: np.random.Generator) -> pd.DataFrame:
    return frame.assign(y=40.0 * frame["is_new"] + frame["y"], payout=frame["mass"].where(frame["is_new"]))


def _parts(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    paid = rng.normal(size=N)
    return frame.assign(paid=paid, owed=frame["y"] - 2 * paid)


def _factors(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    area, rate = rng.lognormal(size=N), rng.lognormal(size=N)
    return frame.assign(area=area, rate=rate, y=area * rate)


def _closing(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    opened = pd.Timestamp("2022-01-01") + pd.to_timedelta(pd.Series(rng.integers(0, 900, N)), unit="h")
    closed = opened + pd.to_timedelta(pd.Series(rng.integers(1, 99, N)), unit="D")
    return frame.assign(opened_at=opened, closed_at=closed.where(rng.random(N) < 0.6))


PLANTED: list[tuple[str, str, str, LearningTask, Plant]] = [
    ("target_copies", "copy", "y", REGRESSION, _add("copy", lambda f, _: f["y"])),
    ("target_copies", "euros", "y", REGRESSION, _add("euros", lambda f, _: 3.5 - 0.92 * f["y"])),
    ("target_copies", "bent", "y", REGRESSION, _add("bent", lambda f, _: np.exp(f["y"] / 3))),
    ("target_copies", "code", "kind", CLASSIFICATION, _add("code", lambda f, _: f["kind"].map({"yes": 7, "no": 3}))),
    (
        "target_copies",
        "fine_code",
        "kind",
        CLASSIFICATION,
        _add("fine_code", lambda f, rng: f["kind"] + pd.Series(rng.integers(0, 4, len(f)).astype(str))),
    ),
    ("computed_target", "paid", "y", REGRESSION, _parts),
    ("computed_target", "area", "y", REGRESSION, _factors),
    ("encoded_target", "town_level", "y", REGRESSION, _mean_by_town),
    ("encoded_target", "town_rate", "kind", CLASSIFICATION, _mean_by_town_without_own_row),
    (
        "revealing_values",
        "reason",
        "kind",
        CLASSIFICATION,
        _add("reason", lambda f, rng: np.where(f["kind"] == "yes", rng.choice(["moved", "price"], len(f)), None)),
    ),
    (
        "revealing_values",
        "fee",
        "kind",
        CLASSIFICATION,
        _add(
            "fee",
            lambda f, rng: np.where(f["kind"] == "yes", rng.integers(1, 9, len(f)) * (rng.random(len(f)) < 0.6), 0),
        ),
    ),
    ("revealing_values", "payout", "y", REGRESSION, _payout),
    (
        "single_feature",
        "gauge",
        "kind",
        CLASSIFICATION,
        _add("gauge", lambda f, rng: (f["kind"] == "yes") * 6.0 + rng.normal(size=len(f))),
    ),
    (
        "single_feature",
        "gauge",
        "y",
        REGRESSION,
        _add("gauge", lambda f, rng: f["y"].round(1) + rng.normal(scale=0.04, size=len(f))),
    ),
    (
        "late_names",
        "days_after_refund",
        "kind",
        CLASSIFICATION,
        _add("days_after_refund", lambda f, rng: (f["kind"] == "yes") * 1.8 + rng.normal(size=len(f))),
    ),
    (
        "late_dates",
        "closed_at",
        "kind",
        CLASSIFICATION,
        _closing,
    ),
    ("repeated_rows", "", "kind", CLASSIFICATION, _repeat_rows),
    ("repeated_rows", "", "kind", CLASSIFICATION, _jitter_rows),
    ("shared_groups", "patient_id", "kind", CLASSIFICATION, _people),
    ("time_order", "seen_at", "kind", CLASSIFICATION, _seasons),
    (
        "row_numbers",
        "line",
        "kind",
        CLASSIFICATION,
        lambda f, _: f.sort_values("kind", ignore_index=True).assign(line=np.arange(N, dtype=float)),
    ),
]


@pytest.mark.parametrize(
    ("key", "column", "target", "task", "plant"),
    PLANTED,
    ids=[f"{entry[0]}-{entry[1]}-{entry[2]}" for entry in PLANTED],
)
def test_planted_leak_is_found_with_evidence(
    key: str, column: str, target: str, task: LearningTask, plant: Plant, tmp_path: Path
) -> None:
    leaks = found(report_of(plant(clean(), np.random.default_rng(1)), target, task, tmp_path), key)
    assert leaks, "not found"
    leak = leaks[0]
    assert leak.severity is not Severity.INFO
    assert leak.evidence
    assert repr(column) in leak.sentence or not column
    if leak.remedy is not None and leak.remedy.exclude:
        assert column in leak.remedy.exclude


def test_every_kind_of_leak_is_planted_somewhere() -> None:
    assert {entry[0] for entry in PLANTED} == set(LEAKS)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("target", "task"), [("y", REGRESSION), ("kind", CLASSIFICATION)])
def test_clean_rows_raise_no_alarm(seed: int, target: str, task: LearningTask, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    frame = clean(seed).assign(
        customer_id=rng.integers(0, 300, N),
        seen_at=pd.Timestamp("2021-01-01") + pd.to_timedelta(rng.integers(0, 700, N), unit="D"),
        gaps=np.where(rng.random(N) < 0.3, np.nan, rng.normal(size=N)),
        seldom=np.where(rng.random(N) < 0.9, 0, rng.integers(1, 9, N)),
    )
    assert alarms(report_of(frame, target, task, tmp_path)) == []


def test_a_sharper_finding_silences_a_blunter_one(tmp_path: Path) -> None:
    report = report_of(clean().assign(copy=lambda f: f["kind"] + "!"), "kind", CLASSIFICATION, tmp_path)
    assert [leak.key for leak in report.leaks if leak.columns == ("copy",)] == ["target_copies"]


def test_remedies_that_are_taken_silence_their_findings(tmp_path: Path) -> None:
    people = _people(clean(), np.random.default_rng(1)).assign(code=lambda f: f["kind"] + "!")
    first = report_of(people, "kind", CLASSIFICATION, tmp_path / "a")
    exclude = [name for leak in first.leaks if leak.remedy for name in leak.remedy.exclude]
    split: dict[str, Any] = {}
    for leak in first.leaks:
        split |= leak.remedy.split if leak.remedy else {}
    assert exclude == ["code"]
    assert split == {"scheme": "grouped", "group": "patient_id"}
    assert alarms(report_of(people, "kind", CLASSIFICATION, tmp_path / "b", exclude=tuple(exclude), split=split)) == []


def test_targets_of_test_rows_are_not_looked_at(tmp_path: Path) -> None:
    frame = clean()
    report = report_of(frame, "kind", CLASSIFICATION, tmp_path / "a", split={"scheme": "random"})
    codes = np.unique(frame["kind"], return_inverse=True)[1]
    split = make_split(codes, params=SplitParams(scheme="random"), seed=7, task=CLASSIFICATION)
    assert report.n_samples[Split.TRAIN] == len(split.train)
    # A copy of the target in every row but those to train with: nothing of it may be seen.
    copy = np.random.default_rng(3).choice(["yes", "no"], N)
    hidden = np.concatenate([split.validation, split.test])
    copy[hidden] = frame["kind"].to_numpy()[hidden]
    report = report_of(frame.assign(copy=copy), "kind", CLASSIFICATION, tmp_path / "b", split={"scheme": "random"})
    assert alarms(report) == []


def test_equal_rows_of_few_values_are_a_question_and_no_alarm(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"a": rng.integers(0, 3, N), "b": rng.choice(["x", "y"], N), "kind": rng.choice(["u", "v"], N)}
    )
    report = report_of(frame, "kind", CLASSIFICATION, tmp_path)
    assert alarms(report) == []
    assert "equal by chance" in found(report, "repeated_rows")[0].sentence
