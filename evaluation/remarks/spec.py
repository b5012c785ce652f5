"""What a remark declares. One file under ``evaluation/remarks/catalog`` is one remark."""

from collections.abc import Callable
from dataclasses import dataclass

from core.records import Change
from core.types import SUPERVISED, LearningTask, Severity
from evaluation.remarks.history import History


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that was seen in one training."""

    seen: str
    """One or two sentences with the numbers."""
    advice: str
    """What to try, in a sentence or two."""
    step: int = 0
    """Where it shows; 0 for what was true before the first step."""
    change: Change | None = None
    """The advice as a configuration that is ready to start; None where it is no matter of settings."""
    severity: Severity | None = None
    """Where this case is milder or worse than the spec says."""


@dataclass(frozen=True, kw_only=True)
class RemarkSpec:
    """Facts about a remark and its one function."""

    key: str
    title: str
    """A few words above the sentence."""
    severity: Severity
    look: Callable[[History], Finding | None]
    """Pure, and cheap enough to be called twice a second: the same history always gives the same finding."""
    meaning: str
    """What is behind it, in a sentence or two, for the docs and for a person who asks."""
    silences: frozenset[str] = frozenset()
    """Keys of remarks that say less of the same, and are left out beside this one."""
    tasks: frozenset[LearningTask] = SUPERVISED
