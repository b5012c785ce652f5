"""Numbers as people read them."""

import doctest
import math
from datetime import UTC, datetime, timedelta

import pytest

from app.ui import numbers

NOW = datetime(2026, 3, 12, 12, tzinfo=UTC)


def plain(text: str) -> str:
    """The text with ordinary spaces and hyphens, so that the cases below can be read."""
    return text.replace(numbers.NARROW_SPACE, " ").replace(numbers.MINUS, "-")


def test_the_examples_in_the_docstrings_hold() -> None:
    failed, attempted = doctest.testmod(numbers)
    assert (failed, attempted > 0) == (0, True)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.9996, "1.00"),
        (0.09996, "0.100"),
        (999.6, "1 000"),
        (99.96, "100"),
        (1234567.8, "1 234 568"),
        (0.0001, "0.000100"),
        (0.00009999, "0.000100"),
        (0.00009, "9.00 × 10⁻⁵"),
        (-2.5e-9, "-2.50 × 10⁻⁹"),
        (3e18, "3.00 × 10¹⁸"),
        (-math.inf, "-∞"),
        (-0.0, "0"),
    ],
)
def test_rounding_up_to_the_next_power_of_ten_keeps_three_significant_digits(value: float, text: str) -> None:
    assert plain(numbers.significant(value)) == text


@pytest.mark.parametrize(
    ("score", "text"),
    [
        ((0.5, 0.0, 1.0), "0.500 ± 0.500"),
        ((3.2e-6, 3.1e-6, 3.3e-6), "3.20 × 10⁻⁶ ± 1.00 × 10⁻⁷"),
        ((0.8, None, None), "0.800"),
        ((0.8, math.nan, 0.9), "0.800"),
        ((None, 0.1, 0.2), "–"),
        ((-12.34, -12.9, -11.9), "-12.3 ± 0.5"),
    ],
)
def test_a_score_and_its_interval_share_their_decimals(
    score: tuple[float | None, float | None, float | None], text: str
) -> None:
    assert plain(numbers.score_with_interval(*score)) == text


def test_a_difference_too_small_for_three_decimals_is_not_shown_as_zero() -> None:
    assert plain(numbers.delta(0.7000002, 0.7)) == "+2.00 × 10⁻⁷"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.949, "0.9 s"), (0.95, "1 s"), (3599.6, "1 h 00 min"), (86_399.9, "1 d 0 h"), (-3, "0 s"), (math.inf, "–")],
)
def test_a_duration_never_shows_sixty_of_a_unit(seconds: float, text: str) -> None:
    assert numbers.duration(seconds) == text


@pytest.mark.parametrize(
    ("n_bytes", "text"), [(999, "999 B"), (1000, "1 kB"), (2_500_000_000_000_000, "2 500 TB"), (None, "–")]
)
def test_a_size_uses_the_largest_unit_that_leaves_a_whole_digit(n_bytes: int | None, text: str) -> None:
    assert plain(numbers.file_size(n_bytes)) == text


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=1), "just now"),
        (timedelta(seconds=59, milliseconds=900), "59 s ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=6, hours=23), "6 days ago"),
        (timedelta(days=7), "5 Mar 2026"),
        (timedelta(seconds=-30), "in 30 s"),
    ],
)
def test_an_age_is_rounded_down_to_one_unit(age: timedelta, text: str) -> None:
    assert numbers.relative_time(NOW - age, now=NOW) == text
