"""What a method of preprocessing declares: one file under a package here is one method.

Packages are kinds of methods: ``imputers``, ``scalers``, ``encoders``, ``texts``, ``selectors`` and ``balancers``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from core.types import SUPERVISED, LearningTask

if TYPE_CHECKING:
    from core.preprocessing.params import PreprocessingParams

Transformer = Any
"""Something with scikit-learn's ``fit`` and ``transform``; the library has no type for it."""


class ModelTraits(Protocol):
    """What preprocessing needs to know of the model behind it; every model of the registry says so much."""

    @property
    def needs_scaling(self) -> bool:
        """Whether columns with large values would count for more."""
        ...

    @property
    def handles_missing(self) -> bool:
        """Whether it takes NaN."""
        ...

    @property
    def handles_categories(self) -> bool:
        """Whether it splits category codes as categories."""
        ...


@dataclass(frozen=True, kw_only=True)
class PlainTraits:
    """Traits of a model that is not known, or of no model: numbers only, all of them, on one scale."""

    needs_scaling: bool = True
    handles_missing: bool = False
    handles_categories: bool = False


PLAIN = PlainTraits()


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What features are made for: it decides what ``auto`` means and how the target is used."""

    task: LearningTask = LearningTask.CLASSIFICATION
    n_classes: int = 2
    """0 where there are no classes."""
    labels: tuple[str, ...] = ()
    """Class names by code, where they are known; for the names of features."""
    seed: int = 0
    model: ModelTraits = PLAIN

    @property
    def is_classification(self) -> bool:
        """Whether the target is a class."""
        return self.task is LearningTask.CLASSIFICATION

    @property
    def has_target(self) -> bool:
        """Whether there is a target to learn from."""
        return self.task in SUPERVISED


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a method is built from."""

    params: "PreprocessingParams"
    purpose: Purpose = Purpose()
    fill: float | str | None = None
    """The constant of one column; None for that of all."""
    order: tuple[str, ...] = ()
    """The categories of one column from low to high; empty for the order of the alphabet."""
    n_columns: int = 1
    """How many columns the method is built for."""


@dataclass(frozen=True, kw_only=True)
class MethodSpec:
    """Facts about one method and the function that builds it; listing methods imports no learning library."""

    key: str
    """Stable snake-case name; stored runs carry it."""
    label: str
    """A word or two for the chooser."""
    rank: int
    """Methods stand in ascending order; the plainest first."""
    summary: str
    """What it does and when to choose it, in a sentence or two for a beginner."""
    text: Callable[[Setting], str]
    """``(setting)`` to the words of its step, beginning with a verb: "fill with the median"."""
    build: Callable[[Setting], list[Transformer]]
    """``(setting)`` to unfitted transformers, applied in a row; none when there is nothing to do."""
    n_features: Callable[[int, Setting], int] = lambda _n_distinct, _setting: 1
    """``(n_distinct, setting)`` to the most features that one column becomes."""
    leaves_missing: bool = False
    """Whether missing values stay: only for models that take them."""
    gives_codes: bool = False
    """Whether the feature is the number of a category, for a model that knows what that is."""
    gives_numbers: bool = False
    """Whether an encoder's feature has a size worth scaling."""
    needs_classes: bool = False
    """Whether it makes sense for classes only."""


def nothing(_setting: Setting) -> list[Transformer]:
    """The ``build`` of methods that leave things as they are."""
    return []
