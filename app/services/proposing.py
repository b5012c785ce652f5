"""Ready changes of a run's configuration: as an address that opens the form with them, and after a failure."""

import json
from urllib.parse import urlencode

from core.records import Change, Run
from core.types import SUPERVISED
from evaluation.remarks.history import ModelFacts
from evaluation.remarks.levers import calmer, lighter, simpler, steadier
from models.registry import MODELS

TRAIN_PAGE = "train"


def proposal(run_id: str, change: Change | None = None) -> dict[str, str]:
    """The query of the form that starts with a run's settings and a ``change`` of them."""
    if change is None:
        return {"like": run_id}
    query = {"like": run_id}
    for part in ("params", "preprocessing", "split"):
        query |= {f"{part}.{name}": json.dumps(value) for name, value in getattr(change, part).items()}
    return query if change.model is None else query | {"model": change.model}


def proposal_address(run_id: str, change: Change | None = None) -> str:
    """The same as an address relative to the pages."""
    return f"{TRAIN_PAGE}?{urlencode(proposal(run_id, change))}"


def proposed_change(run: Run, remark: str) -> Change | None:
    """The change that a remark on ``run`` proposes, by its key, or "error" what follows from its failure."""
    if remark == "error":
        return change_after_failure(run)
    return next((one.change for one in run.progress.remarks if one.key == remark), None)


def change_after_failure(run: Run) -> Change | None:
    """What to change before a failed run is tried again; None where no setting would help, or too many might."""
    if run.error is None or run.config.model not in MODELS:
        return None
    config = run.config
    spec = MODELS[config.model]
    model = ModelFacts(
        key=spec.key,
        label=spec.label,
        params=config.params,
        schema=spec.params.model_json_schema().get("properties", {}),
    )
    match run.error.code:
        case "training_diverged":
            return calmer(model) or simpler(model)
        case "numerical_failure":
            return steadier(model)
        case "out_of_memory" | "process_ended" | "worker_lost" | "timeout":
            return lighter(model)
        case "one_class" if config.task in SUPERVISED and config.split.scheme == "random":
            return Change(label="Split random → stratified", split={"scheme": "stratified"})
    return None
