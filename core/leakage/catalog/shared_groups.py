"""Rows of one person, device or place on both sides of the split."""

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from core.leakage.findings import Remedy
from core.leakage.spec import Finding, LeakSpec
from core.leakage.table import TEST, TRAIN, LeakTable, plain_values
from core.leakage.words import rounded, tokens
from core.types import ColumnType, Severity
from core.wording import counted, percent, short

FEWEST_GROUPS = 8
FEWEST_ROWS = 40
ROWS_OF_GROUP = (1.3, 200.0)
"""Mean rows of a group. With more, the same groups will come again, and a model may know them."""
SHARED = 0.2
"""Part of the test rows whose group is in training, from which it matters."""
ALIKE, VERY_ALIKE = 0.1, 0.5
"""Intraclass correlation of the target."""
NUMBERED = frozenset({"nr", "no", "number", "code", "key", "num"})
CLEAR = 5.0
"""Standard deviations from chance."""
ENTITIES = frozenset(
    [
        "id",
        "uuid",
        "guid",
        "customer",
        "client",
        "patient",
        "person",
        "user",
        "subject",
        "household",
        "account",
        "device",
        "machine",
        "session",
        "student",
        "employee",
        "member",
        "vehicle",
        "animal",
        "donor",
        "participant",
        "respondent",
        "speaker",
        "author",
        "player",
        "owner",
        "family",
        "visitor",
        "child",
        "claimant",
        "policy",
        "loan",
        "order",
        "invoice",
        "well",
        "site",
        "plot",
        "engine",
        "sensor",
        "unit",
    ]
)


def check(table: LeakTable) -> Iterable[Finding]:
    """One for each column that names something with several rows."""
    if table.split.scheme in ("grouped", "time"):
        return
    for name in table.of_type(ColumnType.STRING, ColumnType.INTEGER, used=False):
        if not _names_something(name):
            continue
        codes = plain_values(table.frame[name], table.columns[name].type)
        known = codes >= 0 if codes.dtype.kind == "i" else ~np.isnan(codes)
        if known.sum() < FEWEST_ROWS:
            continue
        finding = _finding(table, name, np.unique(codes[known], return_inverse=True)[1], known)
        if finding is not None:
            yield finding


def _finding(
    table: LeakTable, name: str, groups: npt.NDArray[np.int64], known: npt.NDArray[np.bool_]
) -> Finding | None:
    n_groups, per_group = int(groups.max()) + 1, len(groups) / (int(groups.max()) + 1)
    if n_groups < FEWEST_GROUPS or not ROWS_OF_GROUP[0] <= per_group <= ROWS_OF_GROUP[1]:
        return None
    part = table.part[known]
    in_train = np.zeros(n_groups, dtype=bool)
    in_train[groups[part == TRAIN]] = True
    asked = groups[part == TEST]
    n_shared = int(in_train[asked].sum())
    if not len(asked) or n_shared < SHARED * len(asked):
        return None
    is_train = part == TRAIN
    alike, clearly = likeness(groups[is_train], table.y[known][is_train], is_class=table.is_class)
    severity = Severity.INFO
    if alike >= ALIKE and clearly >= CLEAR:
        severity = Severity.SERIOUS if alike >= VERY_ALIKE else Severity.WARNING
    return Finding(
        severity=severity,
        columns=(name,),
        sentence=f"{percent(n_shared / len(asked))} of the test rows share their {name!r} with a training row: "
        f"{counted(n_groups, 'group')} of {per_group:.1f} rows on average. Rows of one group have "
        f"{_words(alike, severity)} targets.",
        evidence=(
            {
                "Column": name,
                "Groups": n_groups,
                "Rows in a group": rounded(per_group),
                "Test rows with a known group": n_shared,
                "Of test rows": len(asked),
                "Likeness of targets": rounded(alike),
            },
        ),
        remedy=Remedy(label=f"Keep groups of {short(name, 24)!r} whole", split={"scheme": "grouped", "group": name}),
    )


def _names_something(name: str) -> bool:
    """Whether a column's name ends like that of a person or a thing: "patient_id", but not "order_date"."""
    words = tokens(name)
    if not words:
        return False
    return words[-1] in ENTITIES or (words[-1] in NUMBERED and len(words) > 1 and words[-2] in ENTITIES)


def _words(alike: float, severity: Severity) -> str:
    return f"similar (intraclass correlation {alike:.2f})" if severity is not Severity.INFO else "no clearly similar"


def likeness(groups: npt.NDArray[np.int64], y: npt.NDArray[np.generic], *, is_class: bool) -> tuple[float, float]:
    """The intraclass correlation of targets, and how many standard deviations it is from chance.

    One-way analysis of variance with groups of unequal size; for classes, of the most frequent one against the rest.

    Source:
        Donner 1986, A review of inference procedures for the intraclass correlation coefficient, sec. 2.
    """
    if is_class:
        values, counts = np.unique(y, return_counts=True)
        y = y == values[counts.argmax()]
    target = np.asarray(y, dtype=np.float64)
    codes = np.unique(groups, return_inverse=True)[1]
    sizes = np.bincount(codes).astype(np.float64)
    n, k = len(target), len(sizes)
    if n <= k or k < 2 or np.ptp(target) == 0:
        return 0.0, 0.0
    means = np.bincount(codes, weights=target) / sizes
    between = float((sizes * (means - target.mean()) ** 2).sum()) / (k - 1)
    within = float(((target - means[codes]) ** 2).sum()) / (n - k)
    usual_size = (n - float((sizes**2).sum()) / n) / (k - 1)
    if usual_size <= 1e-9 or between + (usual_size - 1) * within <= 0:
        return 0.0, 0.0
    alike = (between - within) / (between + (usual_size - 1) * within)
    pairs = float((sizes * (sizes - 1) / 2).sum())
    return alike, alike * math.sqrt(pairs)  # under independence the variance of the likeness is about 1 / pairs


SPEC = LeakSpec(
    key="shared_groups",
    label="Groups across parts",
    why="A model can recognise whom a row belongs to and repeat that one's answer. On people, devices or places that "
    "it has never met, it does worse than the test says.",
    advice="Use a grouped split when the model will meet new groups. If it will meet the same ones, leave it.",
    check=check,
)
