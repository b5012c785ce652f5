"""Profiles of frames, as the computation makes them."""

from pathlib import Path
from typing import Literal

import pandas as pd

from core.profiling.facts import Profile
from core.profiling.running import run_profile
from tests.workspaces import LocalWorkspace, store_frame


def profile_of(
    frame: pd.DataFrame, folder: Path, *, level: Literal["quick", "full"] = "full", target: str | None = None
) -> Profile:
    """The profile of ``frame`` after a real ingest."""
    table = store_frame(frame, folder / "stored")
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    workspace = LocalWorkspace(scratch, {table.dataset.id: table})
    return run_profile(table.dataset.id, level, target, workspace)
