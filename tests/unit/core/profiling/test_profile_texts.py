"""Texts and moments: forms, spellings, steps and gaps."""

from pathlib import Path

import pandas as pd
import pytest

from core.profiling.facts import TextFacts, TimeFacts
from tests.profiling import profile_of


def texts_of(values: list[str | None], folder: Path) -> TextFacts:
    found = profile_of(pd.DataFrame({"t": values, "n": range(len(values))}), folder).facts.column("t").texts
    assert found is not None
    return found


def times_of(values: object, folder: Path) -> TimeFacts:
    found = profile_of(pd.DataFrame({"t": values}), folder).facts.column("t").times
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("email", ["ann@example.org", "a.b+c@mail.example.co"], ["ann at example", "@home", "a@b"]),
        ("phone", ["+49 30 1234567", "(030) 555-1234", "030-123-4567", "555-123-4567"], ["12345", "2024-01-31", "1.5"]),
        ("web address", ["https://example.org/a?b", "www.example.org"], ["example", "http//x"]),
        ("date", ["2024-01-31", "31.12.2024", "3 March 2024", "2024-01-31 10:00:05"], ["20240131", "31.12", "may be"]),
        ("number", ["1", "-2.5", "1,234.50", ".5", "1e9"], ["1.2.3", "12a", "1,23,4"]),
        ("uuid", ["0189f7a0-3c1e-7b8a-9d2f-0123456789ab"], ["0189f7a0-3c1e"]),
        ("ip address", ["192.168.0.1"], ["1.2.3"]),
        ("blank", [" ", "\t "], ["x"]),
    ],
)
def test_forms_are_told_apart(tmp_path: Path, pattern: str, yes: list[str], no: list[str]) -> None:
    found = {one.pattern: one.n for one in texts_of([*yes, *no, "plain", "other words"], tmp_path).patterns}
    assert found.get(pattern) == len(yes)  # type: ignore[call-overload]  # the parameter is one of the names


def test_lengths_words_and_spaces_are_counted(tmp_path: Path) -> None:
    found = texts_of(["one", " two words", "drei Wörter hier ", None], tmp_path)
    assert (found.min_length, found.max_length, found.mean_length) == (3, 17, pytest.approx(10.0))
    assert (found.mean_words, found.n_padded, found.n_looked) == (2.0, 2, 3)


def test_spellings_that_differ_in_case_and_spaces_are_one_thing(tmp_path: Path) -> None:
    found = texts_of(["Paris"] * 5 + ["paris "] * 2 + ["PARIS", "Rome", "New  York", "New York"], tmp_path)
    groups = [[(value.value, value.count) for value in group.values] for group in found.variants]
    assert groups == [
        [("Paris", 5), ("paris ", 2), ("PARIS", 1)],
        [("New  York", 1), ("New York", 1)],
    ]
    assert found.n_variants == 2


def test_what_is_no_number_among_numbers_is_named(tmp_path: Path) -> None:
    found = texts_of([*(str(i) for i in range(20)), "n.a.", "n.a.", "unknown"], tmp_path)
    assert found.n_numbers == 20
    assert [(value.value, value.count) for value in found.not_numbers] == [("n.a.", 2), ("unknown", 1)]


@pytest.mark.parametrize(
    ("dates", "format_"),
    [
        (["31.12.2024x", "2024-01-31", "2024-02-01", "2024-02-28"], "%Y-%m-%d"),
        (["soon", "01/02/2024", "03/04/2024", "05/06/2024"], None),
        (["soon", "01/02/2024", "13/04/2024", "05/06/2024"], "%d/%m/%Y"),
        (["soon", "1 March 2024", "12 May 2024", "30 June 2024"], "%d %B %Y"),
    ],
)
def test_a_date_format_is_named_when_one_alone_fits(tmp_path: Path, dates: list[str | None], format_: str) -> None:
    assert texts_of(dates, tmp_path).date_format == format_


def test_a_regular_series_with_a_gap_and_a_repetition(tmp_path: Path) -> None:
    hours = pd.date_range("2024-01-01", periods=100, freq="h")
    found = times_of(hours.delete(slice(40, 45)).append(hours[:1]), tmp_path)
    assert (found.step_s, found.step_label, found.n_gaps, found.n_repeated) == (3_600.0, "hour", 1, 1)
    assert found.regular_share == pytest.approx(93 / 94)
    gap = found.largest_gaps[0]
    assert (gap.start, gap.end, gap.seconds) == ("2024-01-02 15:00:00", "2024-01-02 21:00:00", 6 * 3_600.0)


@pytest.mark.parametrize(
    ("freq", "label"), [("MS", "month"), ("D", "day"), ("W", "week"), ("15min", "15 minutes"), ("QS", "quarter")]
)
def test_usual_distances_have_names(tmp_path: Path, freq: str, label: str) -> None:
    found = times_of(pd.date_range("2020-01-01", periods=30, freq=freq), tmp_path)
    assert (found.step_label, found.regular_share, found.n_gaps) == (label, 1.0, 0)


def test_irregular_moments_have_no_step(tmp_path: Path) -> None:
    found = times_of(pd.to_datetime(["2024-01-01", "2024-01-03", "2024-01-10", "2024-02-01"]), tmp_path)
    assert (found.step_s, found.step_label, found.n_gaps) == (None, "", 0)
    assert found.largest_gaps[0].seconds == 22 * 86_400


def test_one_moment_in_every_row_has_no_steps(tmp_path: Path) -> None:
    assert times_of(pd.to_datetime(["2024-01-01"] * 3), tmp_path).n_repeated == 2
