"""Comparison of runs."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from app.bootstrap import services
from app.services.comparison import Comparison
from core.types import Split

router = APIRouter(tags=["comparisons"])


class CompareRuns(BaseModel):
    """Which runs to compare, and by what."""

    model_config = ConfigDict(extra="forbid")

    run_ids: list[str]
    metric: str | None = None
    split: Literal["validation", "test"] = "validation"


@router.post("/comparisons")
def compare(request: CompareRuns) -> Comparison:
    """Rank runs, with intervals, paired tests and the differences of their configurations."""
    return services().comparison.compare(request.run_ids, metric=request.metric, split=Split(request.split))
