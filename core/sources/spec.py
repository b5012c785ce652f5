"""What a source declares. One file under ``core/sources/catalog`` is one source."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.computing.spec import Workspace
from core.params import Params


@dataclass(frozen=True, kw_only=True)
class FetchedFile:
    """A table as a source delivered it; the ingest reads it like an uploaded file."""

    path: Path
    """Inside the workspace's folder."""
    file_name: str
    """Decides nothing but the format by its ending; data, never a path."""
    is_original: bool
    """Whether the bytes are kept as the dataset's original: True for what came from elsewhere and may change there,
    False for what can be made again from datasets that are kept."""
    details: dict[str, Any] = field(default_factory=dict)
    """What was learned on the way (JSON), kept with the dataset: fitted recipe steps, the address after redirects."""


@dataclass(frozen=True, kw_only=True)
class SourceSpec:
    """Facts about one source and its function; listing specs imports no driver."""

    key: str
    """Stable snake-case name, as in ``Dataset.source.kind``."""
    label: str
    params: type[Params]
    """Never a secret: those are in a saved connection or in the settings."""
    fetch: Callable[[Any, Workspace], FetchedFile]
    """``(params, workspace)``; bounded memory; raises WorkbenchError for what a person can mend."""
    datasets: Callable[[Any], tuple[str, ...]]
    """Ids of the datasets that the rows are made from; the first one is the parent."""
