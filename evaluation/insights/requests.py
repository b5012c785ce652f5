"""Runs that are ready to start: the full request that ``POST /runs`` takes, and whether such a run exists already."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from core.computing.spec import ModelCard
from core.insights.spec import Action
from core.preprocessing.params import PreprocessingParams
from core.records import Change, Run
from core.types import RunStatus, SplitParams

CHANGED = ("params", "preprocessing", "split")
"""Parts of a configuration that a change names single values of."""


def request_of(run: Run) -> dict[str, Any]:
    """The request that repeats ``run``."""
    config = run.config
    request: dict[str, Any] = {
        "dataset_id": run.dataset_id,
        "target": config.target,
        "task": config.task.value,
        "model": config.model,
        "params": dict(config.params),
        "preprocessing": dict(config.preprocessing),
        "split": config.split.model_dump(mode="json", exclude_defaults=True) | {"scheme": config.split.scheme},
        "seed": config.seed,
    }
    if config.resampling.kind != "none":
        request["resampling"] = config.resampling.model_dump(mode="json", exclude_defaults=True)
    if config.series is not None:
        request["series"] = config.series.model_dump(mode="json")
    return request


def changed_request(run: Run, change: Change) -> dict[str, Any]:
    """The request for ``run`` with ``change``."""
    request = request_of(run)
    if change.model is not None:
        request |= {"model": change.model, "params": {}}
    for part in CHANGED:
        request[part] = {**request[part], **getattr(change, part)}
    return request


def is_known(request: Mapping[str, Any], runs: Iterable[Run], models: Mapping[str, ModelCard]) -> bool:
    """Whether a run that was not in vain has this request's configuration: the same rows, model and settings."""
    wanted = _settled(request, models)
    tried = (run for run in runs if run.status not in (RunStatus.FAILED, RunStatus.LOST))
    return any(_settled(request_of(run), models) == wanted for run in tried)


def start(label: str, request: Mapping[str, Any], *, name: str = "") -> Action:
    """The button that starts the run of ``request``."""
    return Action(kind="start_run", label=label, page="runs", request={**request, **({"name": name} if name else {})})


def open_run(run_id: str, label: str, view: str = "") -> Action:
    """The button that opens a run, at one of its views."""
    return Action(kind="open_page", label=label, page="runs", query={"run": run_id, **({"view": view} if view else {})})


def open_page(page: str, label: str, **query: str) -> Action:
    """The button that opens a page."""
    return Action(kind="open_page", label=label, page=page, query=query)


def open_form(run: Run, change: Change, label: str) -> Action:
    """The button that opens the form of a new run with what differs from ``run``."""
    query = {"like": run.id}
    for part in CHANGED:
        query |= {f"{part}.{name}": json.dumps(value) for name, value in getattr(change, part).items()}
    return Action(kind="open_page", label=label, page="train", query=query)


def _settled(request: Mapping[str, Any], models: Mapping[str, ModelCard]) -> str:
    """The request as one text, with every default written out."""
    card = models.get(str(request["model"]))
    properties = card.properties.items() if card else ()
    defaults = {name: schema["default"] for name, schema in properties if "default" in schema}
    parts = [
        request["target"],
        request["model"],
        {**defaults, **request["params"]},
        PreprocessingParams.model_validate(request["preprocessing"]).model_dump(mode="json"),
        SplitParams.model_validate(request["split"]).model_dump(mode="json"),
        request["seed"],
    ]
    return json.dumps([_plain(part) for part in parts], sort_keys=True)


def _plain(value: Any) -> Any:
    """Numbers as floats, so that 1 and 1.0 are the same setting."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return value
