"""Test rows that have a twin among the training rows: equal in all columns, or so near that it cannot be chance."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.leakage.spec import Finding, LeakSpec
from core.leakage.table import TEST, TRAIN, VALIDATION, LeakTable, plain_values
from core.types import ColumnType, Severity
from core.wording import counted, percent

SERIOUS_SHARE, WARNING_SHARE = 0.10, 0.01
FEWEST_TWINS = 3
BY_CHANCE = 0.25
"""Where unrelated columns would give this part of the twins by chance, equal rows are no copies of each other."""
COPIES_AGREE = 0.9
"""Copies of a row have its target as well; rows that are merely alike differ now and then."""
NEAR = 0.05
"""Of the usual distance to the nearest training row."""
FEWEST_NUMBERS = 4
MOST_TRAIN = 100_000
FEWEST_TRIED = 200
SEED = 20_240_229
Mask = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class _Twins:
    """Rows of a part that have a twin in training."""

    n: int
    n_twins: int
    n_same_target: int

    @property
    def share(self) -> float:
        return self.n_twins / self.n if self.n else 0.0

    @property
    def agreement(self) -> float:
        return self.n_same_target / self.n_twins if self.n_twins else 0.0


def check(table: LeakTable) -> Iterable[Finding]:
    """Equal rows, then near ones."""
    if not table.used or not (table.part == TEST).any() or not (table.part == TRAIN).any():
        return
    hashes = _hashes(table)
    test, validation = _twins(table, hashes, TEST), _twins(table, hashes, VALIDATION)
    expected = _expected_by_chance(table)
    is_chance = expected >= BY_CHANCE * max(test.share, 1e-9)
    if test.n_twins >= FEWEST_TWINS:
        yield _equal(table, test, validation, is_chance=is_chance)
    is_alike = test.n_twins >= FEWEST_TWINS and test.agreement < COPIES_AGREE
    if not is_chance and not is_alike and (near := _near(table, hashes)) is not None:
        yield near


def _equal(table: LeakTable, test: _Twins, validation: _Twins, *, is_chance: bool) -> Finding:
    severity = Severity.INFO
    if not is_chance and test.share >= WARNING_SHARE:
        severity = Severity.SERIOUS if test.share >= SERIOUS_SHARE else Severity.WARNING
    chance = ""
    if is_chance:
        chance = " Its columns take so few different values that many of them are equal by chance."
    elif test.agreement < COPIES_AGREE:
        severity = Severity.INFO
        chance = (
            f" Only {percent(test.agreement)} of them have its target as well, so they are alike rather than copies."
        )
    return Finding(
        severity=severity,
        sentence=f"{counted(test.n_twins, 'test row')} of {test.n:,} ({percent(test.share)}) "
        f"{'has' if test.n_twins == 1 else 'have'} a twin among the training rows: the same in all "
        f"{counted(len(table.used), 'column')}.{chance}",
        evidence=tuple(
            {
                "Rows": name,
                "Count": part.n,
                "With a twin in training": part.n_twins,
                "Of these, with the same target": part.n_same_target,
            }
            for name, part in (("Test", test), ("Validation", validation))
        ),
    )


def _hashes(table: LeakTable) -> Hashes:
    """One number for each row: equal for equal inputs."""
    return np.asarray(pd.util.hash_pandas_object(table.frame[list(table.used)], index=False).to_numpy())


def _twins(table: LeakTable, hashes: Hashes, part: int) -> _Twins:
    train, asked = hashes[table.part == TRAIN], table.part == part
    has_twin = np.isin(hashes[asked], train)
    both = pd.util.hash_array(np.asarray(table.y)) ^ (hashes * np.uint64(0x9E3779B97F4A7C15))
    same = np.isin(both[asked][has_twin], both[table.part == TRAIN])
    return _Twins(int(asked.sum()), int(has_twin.sum()), int(same.sum()))


def _expected_by_chance(table: LeakTable) -> float:
    """The share of rows that would have a twin if every column were drawn independently of the others."""
    n_train, log_p = int((table.part == TRAIN).sum()), 0.0
    for name in table.used:
        shares = table.scored[name].value_counts(normalize=True, dropna=False).to_numpy()
        log_p += float(np.log(max((shares**2).sum(), 1e-300)))
    return float(-np.expm1(-n_train * np.exp(log_p)))


def _near(table: LeakTable, hashes: Hashes) -> Finding | None:
    numbers = table.of_type(ColumnType.NUMBER, ColumnType.INTEGER, ColumnType.DATETIME)
    is_train = table.part == TRAIN
    has_twin = np.isin(hashes, hashes[is_train])
    X = _standardised(table, numbers, is_train)
    if X is None:
        return None
    rng = np.random.default_rng(SEED)
    train = _some(np.flatnonzero(is_train), MOST_TRAIN, rng)
    tried = np.flatnonzero((table.part == TEST) & ~has_twin)
    tried = _some(tried, max(FEWEST_TRIED, table.most_pairs // max(1, len(train))), rng)
    if len(tried) < FEWEST_TWINS:
        return None
    from sklearn.neighbors import NearestNeighbors

    distances, places = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(X[train]).kneighbors(X[tried])
    usual = float(np.median(distances))
    is_near = (distances[:, 0] < NEAR * usual) & _same_categories(table, tried, train[places[:, 0]])
    n_near = int(is_near.sum())
    if n_near < max(FEWEST_TWINS, WARNING_SHARE * len(tried)) or usual == 0:
        return None
    share = n_near / len(tried)
    return Finding(
        severity=Severity.SERIOUS if share >= SERIOUS_SHARE else Severity.WARNING,
        sentence=f"{counted(n_near, 'test row')} of {len(tried):,} looked at ({percent(share)}) nearly "
        f"{'equals' if n_near == 1 else 'equal'} a training row: {'it is' if n_near == 1 else 'they are'} less than "
        f"{percent(NEAR)} of the usual distance away from it, in {counted(X.shape[1], 'number')}.",
        evidence=(
            {"Rows": "Test, looked at", "Count": len(tried)},
            {"Rows": "With a near twin in training", "Count": n_near},
        ),
    )


def _standardised(table: LeakTable, numbers: tuple[str, ...], is_train: Mask) -> npt.NDArray[np.float32] | None:
    """Numbers that vary, with mean 0 and deviation 1; None where there are too few for distances to mean something."""
    found = []
    for name in numbers:
        values = plain_values(table.frame[name], table.columns[name].type)
        known = values[is_train & ~np.isnan(values)]
        if len(known) < 10 or len(np.unique(known[:2_000])) < 10:
            continue
        with np.errstate(over="ignore", invalid="ignore"):
            mean, deviation = known.mean(), known.std()
            scaled = np.clip((values - mean) / deviation, -10, 10)
        if np.isfinite(deviation) and deviation > 0:
            found.append(np.nan_to_num(scaled, nan=-20.0).astype(np.float32))
    return np.column_stack(found) if len(found) >= FEWEST_NUMBERS else None


def _same_categories(table: LeakTable, a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> Mask:
    same = np.ones(len(a), dtype=bool)
    for name in table.of_type(ColumnType.STRING, ColumnType.BOOLEAN):
        codes = plain_values(table.frame[name], table.columns[name].type)
        same &= codes[a] == codes[b]
    return same


def _some(rows: npt.NDArray[np.int64], most: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    return np.sort(rng.choice(rows, most, replace=False)) if len(rows) > most else rows


SPEC = LeakSpec(
    key="repeated_rows",
    label="Twins across parts",
    why="A model that has seen a row in training need not understand it in the test. The more test rows have a twin, "
    "the more the score measures memory.",
    advice="Remove repeated rows with a recipe. If they belong together, such as pictures of one object, keep them in "
    "one part with a grouped split.",
    check=check,
)
