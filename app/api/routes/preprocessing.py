"""How raw columns become features."""

from typing import Any

from fastapi import APIRouter

from app.bootstrap import services
from app.services.preprocessing import DescribePreprocessing
from core.preprocessing.describing import Description

router = APIRouter(tags=["preprocessing"])


@router.get("/preprocessing-methods")
def preprocessing_methods() -> dict[str, Any]:
    """The methods of preprocessing by the setting in which each is chosen."""
    items = [method.model_dump(mode="json") for method in services().preprocessing.methods()]
    return {"items": items, "next_cursor": None}


@router.post("/datasets/{dataset_id}/preprocessing")
def describe_preprocessing(dataset_id: str, request: DescribePreprocessing) -> Description:
    """What a run would do to each column, and how many features come of it; reads no row."""
    return services().preprocessing.describe(dataset_id, request)


@router.get("/runs/{run_id}/preprocessing")
def preprocessing_of_run(run_id: str) -> Description:
    """What a run does, or did, to each column."""
    run = services().runs.get(run_id)
    return services().preprocessing.describe_config(services().datasets.get(run.dataset_id), run.config)
