"""The page about profiles agrees with the code."""

from core.profiling.alerts.registry import ALERTS
from tests.markdown import ROOT, first_cells


def test_the_profile_page_names_every_alert() -> None:
    assert first_cells(ROOT / "docs" / "user" / "profile.md") == set(ALERTS)
