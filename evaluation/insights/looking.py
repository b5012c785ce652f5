"""Going through the finders of a scope: each is told of, counted, and fails alone."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from core.computing.spec import Workspace
from core.errors import WorkbenchError
from core.insights.report import InsightReport, LookedFor
from core.insights.spec import Finding
from evaluation.insights.spec import Finder

logger = logging.getLogger(__name__)

E = TypeVar("E")


class Progress:
    """Where a look stands: one finder after the other, each with computations of its own inside."""

    def __init__(self, report: Callable[[float, str], None]) -> None:
        self._report = report
        self._start, self._width = 0.0, 1.0

    def enter(self, place: int, n: int, label: str) -> None:
        """The next finder begins; raises when the look shall end."""
        self._start, self._width = place / n, 1 / n
        self._report(self._start, label)

    def report(self, fraction: float, stage: str) -> None:
        """An inner computation is so far; raises when the look shall end."""
        self._report(self._start + self._width * fraction, stage)

    def inside(self, workspace: Workspace) -> Workspace:
        """``workspace`` for a computation inside a finder: its progress is part of the whole."""
        return cast("Workspace", _Inside(workspace, self))


class _Inside:
    def __init__(self, workspace: Workspace, progress: Progress) -> None:
        self._workspace = workspace
        self.report = progress.report

    def __getattr__(self, name: str) -> Any:
        return getattr(self._workspace, name)


def look_for(
    finders: Sequence[Finder[E]],
    evidence: E,
    *,
    progress: Progress,
    n_looked: Mapping[str, int] | None = None,
) -> InsightReport:
    """What ``finders`` find, the most interesting first.

    Args:
        finders: In the order in which they look.
        evidence: What they look at.
        progress: Told how far it is; raises when the look shall end.
        n_looked: How many things a finder looked at, by its key; 1 for those it does not name.
    """
    found: list[Finding] = []
    looked: list[LookedFor] = []
    notices: list[str] = []
    for place, finder in enumerate(finders):
        progress.enter(place, len(finders), finder.label)
        started = time.perf_counter()
        own: list[Finding] = []
        try:
            own = list(finder.look(evidence))
        except WorkbenchError as error:  # what this finder needs is not there; the others go on
            notices.append(f"{finder.label} was left out: {error.message}")
        except (ValueError, ArithmeticError) as error:
            logger.warning("the finder %s failed", finder.key, exc_info=error)
            notices.append(f"{finder.label} was left out: its arithmetic came to no result.")
        found += own
        looked.append(
            LookedFor(
                key=finder.key,
                label=finder.label,
                n_looked=(n_looked or {}).get(finder.key, 1),
                n_found=len(own),
                seconds=round(time.perf_counter() - started, 3),
            )
        )
    return InsightReport(
        findings=tuple(sorted(found, key=lambda one: (-one.interest, one.kind, one.subject))),
        looked=tuple(looked),
        n_tests=sum(len(one.tests) for one in found),
        notices=tuple(notices),
    )
