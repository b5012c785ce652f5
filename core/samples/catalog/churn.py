"""Customers of a made-up telephone company, of whom some leave."""

import numpy as np

from core.samples.spec import Cell, SampleSpec, Table
from core.types import LearningTask

N_ROWS = 5_000
CONTRACTS = ("monthly", "one year", "two years")
REGIONS = ("north", "east", "south", "west")
PAYMENTS = ("card", "transfer", "direct debit", "cheque")


def make(seed: int) -> Table:
    """Customers whose odds of leaving follow a logistic model of contract, tenure, calls, price and payment.

    Region and birth month have no influence. About 3 % of the usage and 8 % of the satisfaction values are missing
    at random.
    """
    rng = np.random.default_rng(seed)
    contract = rng.choice(3, N_ROWS, p=[0.55, 0.27, 0.18])
    tenure = np.clip(rng.gamma(1.6, 14.0, N_ROWS) * (1 + 0.4 * contract), 1, 72).astype(int)
    calls = rng.poisson(1.1, N_ROWS)
    usage = np.round(rng.lognormal(3.0, 0.6, N_ROWS), 1)
    price = np.round(18 + 0.35 * usage + rng.normal(0, 6, N_ROWS).clip(-12, 25), 2)
    satisfaction = np.clip(np.round(4.3 - 0.5 * calls + rng.normal(0, 0.8, N_ROWS)), 1, 5).astype(int)
    payment = rng.choice(4, N_ROWS, p=[0.35, 0.25, 0.25, 0.15])
    log_odds = (
        -0.1
        - 1.4 * contract
        - 0.035 * tenure
        + 0.55 * calls
        + 0.045 * (price - 25)
        - 0.45 * (satisfaction - 3)
        + 0.6 * (payment == 3)
    )
    leaves = rng.random(N_ROWS) < 1 / (1 + np.exp(-log_odds))
    no_usage, no_satisfaction = rng.random(N_ROWS) < 0.03, rng.random(N_ROWS) < 0.08
    spent: list[Cell] = [None if gap else float(value) for value, gap in zip(usage, no_usage, strict=True)]
    felt: list[Cell] = [None if gap else int(value) for value, gap in zip(satisfaction, no_satisfaction, strict=True)]
    return {
        "customer_id": [f"C{number:05d}" for number in rng.permutation(N_ROWS)],
        "region": [REGIONS[i] for i in rng.integers(0, 4, N_ROWS)],
        "birth_month": rng.integers(1, 13, N_ROWS).tolist(),
        "contract": [CONTRACTS[i] for i in contract],
        "payment": [PAYMENTS[i] for i in payment],
        "tenure_months": tenure.tolist(),
        "support_calls": calls.tolist(),
        "monthly_usage_gb": spent,
        "monthly_price": price.tolist(),
        "satisfaction": felt,
        "churned": ["yes" if gone else "no" for gone in leaves],
    }


SPEC = SampleSpec(
    key="churn",
    label="Customer churn",
    description=(
        "5,000 customers of a made-up telephone company. Short contracts, many support calls and high prices make "
        "leaving more likely; region and birth month have no influence; some values are missing."
    ),
    target="churned",
    task=LearningTask.CLASSIFICATION,
    n_rows=N_ROWS,
    n_columns=11,
    make=make,
    topic="Classification",
    lesson="What a model finds when the causes are known, and which columns it should ignore.",
    icon="person_cancel",
)
