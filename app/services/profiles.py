"""Profiles: what is in a dataset, what is odd about it, and how two differ."""

from typing import Literal, cast

from app.services.computations import ComputationService
from app.services.datasets import DatasetService
from core.ids import clean_name
from core.profiling.asking import require_column
from core.profiling.differences import TableDifference
from core.profiling.facts import Profile
from core.profiling.html_report import profile_html
from core.records import Computation

Level = Literal["quick", "full"]


class ProfileService:
    """What can be asked about a dataset as a whole."""

    def __init__(self, *, datasets: DatasetService, computations: ComputationService) -> None:
        self._datasets = datasets
        self._computations = computations

    def start(
        self,
        dataset_id: str,
        *,
        level: Level = "quick",
        target: str | None = None,
        idempotency_key: str | None = None,
    ) -> Computation:
        """Have a dataset profiled; the same question on the same data has one answer.

        Raises:
            NotFound: There is no such dataset.
            Conflict: It is not ready.
            UserInputError: It has no column ``target``.
        """
        if target is not None:
            require_column(self._datasets.get(dataset_id), target)
        params = {"dataset_id": dataset_id, "level": level, "target": target}
        return self._computations.start("profile", params, idempotency_key=idempotency_key)

    def result(self, computation: Computation) -> Profile:
        """The profile. Raises Conflict while there is none."""
        return cast(Profile, self._computations.result(computation))

    def html(self, computation: Computation) -> tuple[str, str]:
        """A name for the file, and the profile as a page that stands alone. Raises Conflict while there is none."""
        profile = self.result(computation)
        return file_name(profile, "html"), profile_html(profile)

    def start_comparison(self, before_id: str, after_id: str) -> Computation:
        """Have two datasets compared. Raises like ``start``."""
        return self._computations.start("version_comparison", {"before_id": before_id, "after_id": after_id})

    def comparison(self, computation: Computation) -> TableDifference:
        """The comparison. Raises Conflict while there is none."""
        return cast(TableDifference, self._computations.result(computation))


def file_name(profile: Profile, ending: str) -> str:
    """A name for a downloaded profile."""
    stem = clean_name(profile.name, max_length=80).replace("/", "-").replace("\\", "-") or "dataset"
    return f"{stem}-v{profile.version}-profile.{ending}"
