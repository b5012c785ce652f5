"""Passages that answer a question best, and why."""

from core.computing.spec import ComputationSpec, Workspace
from core.retrieval.spec import SearchParams, SearchResult


def run(params: SearchParams, workspace: Workspace) -> SearchResult:
    """The best passages with the contribution of each way of searching. Raises like ``Library.search``."""
    return workspace.library.search(params)


SPEC = ComputationSpec(
    key="search",
    label="Search",
    params=SearchParams,
    result=SearchResult,
    run=run,
    datasets=lambda _: (),
    timeout_s=60,
    is_repeatable=False,
)
