"""A target with a rare class."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import looked
from core.profiling.facts import TableFacts
from core.wording import counted, percent

RARE = 0.2
FEW_ROWS = 30
VERY_RARE = 0.02


def check(facts: TableFacts) -> Iterable[Finding]:
    """One, when the rarest class has far less than its part of the rows."""
    towards = facts.target_facts
    if towards is None or len(towards.classes) < 2:
        return
    total = sum(one.count for one in towards.classes)
    common, rare = towards.classes[0], towards.classes[-1]
    share = rare.count / total
    fair = 1 / len(towards.classes)
    if share < RARE * 2 * fair or rare.count < FEW_ROWS:
        is_tiny = rare.count < FEW_ROWS or share < VERY_RARE
        yield Finding(
            strength=1.0 if is_tiny else 0.6,
            columns=(towards.name,),
            sentence=f"The classes of {towards.name!r} are uneven: {common.value!r} has "
            f"{percent(common.count / total)} of the rows, {rare.value!r} {percent(share)}, "
            f"{counted(rare.count, 'row')}{looked(facts)}.",
        )


SPEC = AlertSpec(
    key="target_imbalance",
    label="Uneven classes",
    weight=62,
    why="Always guessing the frequent class is right most of the time, so accuracy says little. Look at F1 or the "
    "recall of the rare class, and split with stratification.",
    check=check,
)
