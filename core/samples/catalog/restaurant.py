"""Bills and tips of a made-up restaurant."""

import numpy as np

from core.samples.spec import SampleSpec, Table
from core.types import LearningTask

N_ROWS = 600
DAYS = ("Thursday", "Friday", "Saturday", "Sunday")
TIP_SHARE = {"lunch": 0.13, "dinner": 0.16}
CARD_EXTRA = 0.8
WEEKEND_EXTRA = 5.0


def make(seed: int) -> Table:
    """Bills that grow with the party and on weekends; tips of 13 % at lunch and 16 % at dinner, 0.80 more by card.

    Where people sit and which server brings the food have no influence.
    """
    rng = np.random.default_rng(seed)
    day = rng.integers(0, 4, N_ROWS)
    is_dinner = rng.random(N_ROWS) < 0.6
    party = 1 + rng.binomial(5, 0.3, N_ROWS)
    is_card = rng.random(N_ROWS) < 0.65
    expected = 4 + 9.5 * party + WEEKEND_EXTRA * (day >= 2)
    bill = np.round(np.maximum(expected + rng.normal(0, 4.5, N_ROWS), 5), 2)
    share = np.where(is_dinner, TIP_SHARE["dinner"], TIP_SHARE["lunch"])
    tip = share * bill + CARD_EXTRA * is_card + rng.normal(0, 0.9, N_ROWS)
    return {
        "day": [DAYS[each] for each in day],
        "meal": ["dinner" if late else "lunch" for late in is_dinner],
        "party_size": party.tolist(),
        "seating": ["inside" if each < 0.5 else "terrace" for each in rng.random(N_ROWS)],
        "server": [f"server {each}" for each in rng.integers(1, 5, N_ROWS)],
        "payment": ["card" if card else "cash" for card in is_card],
        "bill": bill.tolist(),
        "tip": np.round(np.maximum(tip, 0), 2).tolist(),
    }


SPEC = SampleSpec(
    key="restaurant",
    label="Restaurant tips",
    description=(
        "600 bills of a made-up restaurant. Tips are 13 % of the bill at lunch and 16 % at dinner, and 0.80 higher "
        "by card; weekend bills are 5 higher; seating and server have no influence."
    ),
    target="tip",
    task=LearningTask.REGRESSION,
    n_rows=N_ROWS,
    n_columns=8,
    make=make,
    topic="Statistical tests",
    lesson="Tests whose right answers are known: which differences are real, and how often a true one is missed.",
    icon="restaurant",
)
