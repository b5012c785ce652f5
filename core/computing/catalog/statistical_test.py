"""One statistical test on a dataset."""

from typing import Annotated, Any

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from core.params import Params
from core.statistics.asking import ask
from core.statistics.registry import STATISTICAL_TESTS
from core.statistics.result import TestResult


class AskTest(Params):
    """Which test, on what."""

    dataset_id: Annotated[str, Field(title="Dataset")]
    test: Annotated[str, Field(title="Test", description="Key of the registry of statistical tests.")]
    params: Annotated[dict[str, Any], Field(title="Parameters", description="Those of the test.")]


def run(params: AskTest, workspace: Workspace) -> TestResult:
    """Read the columns that the test names, and answer."""
    table = workspace.table(params.dataset_id)
    workspace.report(0.1, f"Working out: {STATISTICAL_TESTS[params.test].label}")
    return ask(params.test, params.params, table)


def datasets(params: AskTest) -> tuple[str, ...]:
    """The one dataset."""
    return (params.dataset_id,)


SPEC = ComputationSpec(
    key="statistical_test", label="Statistical test", params=AskTest, result=TestResult, run=run, datasets=datasets
)
