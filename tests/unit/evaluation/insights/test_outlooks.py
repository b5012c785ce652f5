"""Curves followed beyond their end: intervals that hold the truth, and none where there is nothing to gain."""

import numpy as np
import numpy.typing as npt
import pytest

from evaluation.insights.extrapolating import outlook

ROWS = np.array([100.0, 200.0, 400.0, 800.0, 1600.0])


@pytest.mark.parametrize("power", [0.3, 0.5, 1.0])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_power_law_without_noise_is_followed_exactly(power: float, sign: float) -> None:
    def truth(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return sign * (0.9 - 2.0 * x**-power)

    found = outlook(ROWS, truth(ROWS), np.zeros(5), to=3200.0, sign=sign)
    gain = sign * float(truth(np.array([3200.0]))[0] - truth(np.array([1600.0]))[0])
    assert found.gain == pytest.approx(gain, rel=0.1)
    assert found.y[-1] == pytest.approx(truth(np.array([3200.0]))[0], rel=0.01)


def test_intervals_hold_the_truth_most_of_the_time() -> None:
    generator = np.random.default_rng(0)
    truth = 0.9 - 1.5 * ROWS**-0.5
    gain = 1.5 * (1600.0**-0.5 - 3200.0**-0.5)
    errors = np.full(5, 0.01)
    found = [
        outlook(ROWS, truth + errors * generator.standard_normal(5), errors, to=3200.0, sign=1.0, seed=seed)
        for seed in range(40)
    ]
    held = sum(one.low <= gain <= one.high for one in found)
    assert held >= 36


def test_a_level_curve_promises_nothing() -> None:
    found = outlook(ROWS, np.full(5, 0.8), np.full(5, 0.005), to=3200.0, sign=1.0)
    assert found.gain == pytest.approx(0.0, abs=1e-9)
    assert found.low >= 0
    assert found.high < 0.02
