"""Shapley values of any model, from rows mixed of the explained row and of rows of the training part.

Players join one after the other in a random order; what the answer changes by when one joins is its contribution in
that order. Each order is also walked backwards, which cancels much of the chance. The absent players come from
background rows, all of them for each step. Every order adds up exactly, so their mean does too.

Source:
    Strumbelj and Kononenko 2014, doi:10.1007/s10115-013-0679-x; Mitchell et al. 2022, JMLR 23(43), antithetic orders.
"""

import time

import numpy as np
import numpy.typing as npt

from evaluation.explaining.subject import OnFraction, Subject, silent

FloatArray = npt.NDArray[np.float64]
Players = list[tuple[str, npt.NDArray[np.int64]]]
N_BACKGROUND = 24
N_ORDERS = 4
"""Pairs of an order and its reverse."""
MOST_ASKED = 100_000
"""Rows in one question to the model."""
BUDGET_S = 15.0


def mixed_contributions(
    subject: Subject,
    players: Players,
    *,
    class_code: int,
    seed: int,
    n_orders: int = N_ORDERS,
    n_background: int = N_BACKGROUND,
    on_fraction: OnFraction = silent,
) -> tuple[FloatArray, float, FloatArray, float]:
    """Contributions of shape (n_rows, n_players), base, outputs of shape (n_rows,), and their standard error.

    Fewer rows come back than there are when a quarter of a minute is over; those that do are the same as ever.
    """
    generator = np.random.default_rng(seed)
    n_known = len(subject.background)
    chosen = generator.permutation(n_known)[:n_background]
    background = subject.transform(subject.background.iloc[np.sort(chosen)])
    base = float(subject.one_output(background, class_code).mean())
    started = time.monotonic()
    values, errors = [], []
    for place in range(len(subject.X)):
        row_generator = np.random.default_rng([seed, int(subject.row_numbers[place])])
        orders = [row_generator.permutation(len(players)) for _ in range(n_orders)]
        found = _one_row(subject, subject.X[place], background, players, orders, class_code)
        values.append(found.mean(axis=0))
        errors.append(found.std(axis=0, ddof=1) / np.sqrt(n_orders) if n_orders > 1 else np.zeros(len(players)))
        on_fraction((place + 1) / len(subject.X))
        if time.monotonic() - started > BUDGET_S:
            break
    outputs = subject.one_output(subject.X[: len(values)], class_code)
    return np.array(values), base, outputs, float(np.sqrt(np.mean(np.square(errors))))


def _one_row(
    subject: Subject,
    row: FloatArray,
    background: FloatArray,
    players: Players,
    orders: list[npt.NDArray[np.int64]],
    class_code: int,
) -> FloatArray:
    """Contributions by pair of orders, shape (n_orders, n_players)."""
    walks = [walk for order in orders for walk in (order, order[::-1])]
    steps = len(players) + 1
    answers = np.empty((len(walks), steps))
    per_question = max(1, MOST_ASKED // (steps * len(background)))
    for start in range(0, len(walks), per_question):
        asked = walks[start : start + per_question]
        mixed = np.tile(background, (len(asked) * steps, 1)).reshape(len(asked), steps, *background.shape)
        for number, walk in enumerate(asked):
            for step, player in enumerate(walk):
                places = players[player][1]
                mixed[number, step + 1 :, :, places] = row[places][:, None, None]
        said = subject.one_output(mixed.reshape(-1, background.shape[1]), class_code)
        answers[start : start + per_question] = said.reshape(len(asked), steps, len(background)).mean(axis=2)
    gains = np.diff(answers, axis=1)
    by_player = np.empty((len(walks), len(players)))
    for number, walk in enumerate(walks):
        by_player[number, walk] = gains[number]
    pairs: FloatArray = by_player.reshape(len(orders), 2, len(players)).mean(axis=1)
    return pairs
