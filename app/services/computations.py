"""Computations: a question to the workers, its answer kept and found again."""

import hashlib
import json
import logging
import time
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError

from core.deliveries import computation_job
from core.errors import Conflict, NotFound, Unavailable
from core.ids import new_id, utc_now
from core.jobs import JobQueue
from core.params import Params, validate_params
from core.records import Computation, DatasetSummary, ErrorRecord, Run
from core.types import ComputationStatus, DatasetStatus, Value
from core.version import VERSION
from evaluation.computing import COMPUTATIONS
from storage.storage import Storage

logger = logging.getLogger(__name__)

SHORTEST_POLL_S, LONGEST_POLL_S = 0.015, 0.25
POLL_SHARE = 0.1
"""Between two looks at an answer lies a tenth of the time that was waited: so much later it is seen at most."""


class ComputationService:
    """What can be asked of the workers."""

    def __init__(self, *, storage: Storage, queue: JobQueue) -> None:
        self._storage = storage
        self._queue = queue

    def start(
        self, kind: str, params: Params | dict[str, Any], *, is_fresh: bool = False, idempotency_key: str | None = None
    ) -> Computation:
        """Ask a question. An equal one on equal data that is answered or under way serves again.

        Args:
            kind: Key of the computation registry.
            params: Its parameters.
            is_fresh: Whether to ask anew although an answer is kept.
            idempotency_key: A second call with the same key returns the first one's computation.

        Raises:
            NotFound: No such kind, or a dataset that the parameters name does not exist.
            UserInputError: A parameter does not fit.
            Conflict: A dataset that they name is not ready, a run has no result, or the key was used for a question of
                another kind.
        """
        spec = COMPUTATIONS[kind]
        checked = params if isinstance(params, spec.params) else validate_params(spec.params, _as_dict(params))
        values = checked.model_dump(mode="json")
        with self._storage.read() as unit:
            runs = [unit.runs.get(run_id) for run_id in spec.runs(checked)]
            dataset_ids = (*spec.datasets(checked), *(run.dataset_id for run in runs))
            contents = [_content(unit.datasets.get_summary(dataset_id)) for dataset_id in dataset_ids]
            contents += map(_model, runs)
            known = unit.computations.find_by_idempotency_key(idempotency_key) if idempotency_key else None
            cache_key = _cache_key(kind, values, contents) if spec.is_repeatable else None
            if known is None and cache_key and not is_fresh:
                known = unit.computations.find_by_cache_key(cache_key)
        if known is not None:
            return _of_kind(known, kind)
        computation = Computation(
            id=new_id(),
            kind=kind,
            params=values,
            dataset_id=dataset_ids[0] if dataset_ids else None,
            cache_key=cache_key,
            stage="Waiting for a worker",
            heartbeat_at=utc_now(),
            idempotency_key=idempotency_key,
        )
        try:
            with self._storage.write() as unit:
                unit.computations.add(computation)
        except IntegrityError:
            # The same request arrived twice at once, and the other one was faster.
            with self._storage.read() as unit:
                known = unit.computations.find_by_idempotency_key(idempotency_key or "")
            if known is None:
                raise
            return _of_kind(known, kind)
        try:
            self._queue.enqueue(computation_job(computation, spec))
        except Unavailable as error:
            logger.warning("computation %s: %s", computation.id, error.message)
        return computation

    def get(self, computation_id: str) -> Computation:
        """The computation. Raises NotFound."""
        with self._storage.read() as unit:
            return unit.computations.get(computation_id)

    def wait(self, computation_id: str, *, timeout_s: float) -> Computation:
        """The computation at its end, or as it stands after ``timeout_s``. Raises NotFound."""
        began = time.monotonic()
        deadline = began + timeout_s
        while True:
            computation = self.get(computation_id)
            now = time.monotonic()
            left_s = deadline - now
            if computation.status.is_terminal or left_s <= 0:
                return computation
            time.sleep(min(left_s, LONGEST_POLL_S, max(SHORTEST_POLL_S, POLL_SHARE * (now - began))))

    def result(self, computation: Computation) -> Value:
        """The typed answer.

        Raises:
            Conflict: There is none: it is under way, failed, cancelled, or was given by another version of Praxis.
        """
        try:
            return COMPUTATIONS[computation.kind].result.model_validate_json(self.result_json(computation))
        except ValidationError as error:
            raise Conflict("This answer was given by another version of Praxis.", hint="Ask again.") from error

    def result_json(self, computation: Computation) -> bytes:
        """The answer as JSON. Raises like ``result``."""
        if computation.result_sha256 is None:
            raise no_answer(computation)
        return self._storage.artifacts.load_bytes(computation.result_sha256)

    def file(self, computation: Computation, sha256: str) -> Path:
        """A file that the answer names. Raises like ``result``, and NotFound when the answer names no such file."""
        if not sha256 or sha256.encode() not in self.result_json(computation):
            raise NotFound("This answer has no such file.", hint="Take the name of the file from the answer.")
        with self._storage.artifacts.local_file(sha256) as path:
            return path

    def cancel(self, computation_id: str) -> Computation:
        """Ask a computation to end; one that is over stays as it is. Raises NotFound."""
        with self._storage.write() as unit:
            computation = unit.computations.get(computation_id)
            if computation.status is ComputationStatus.QUEUED:
                error = ErrorRecord(code="cancelled", message="It was cancelled.", hint="Ask again whenever you like.")
                return unit.computations.update(
                    computation_id,
                    expect=[ComputationStatus.QUEUED],
                    status=ComputationStatus.CANCELLED,
                    error=error,
                    finished_at=utc_now(),
                )
            if computation.status is ComputationStatus.RUNNING:
                return unit.computations.update(
                    computation_id, expect=[ComputationStatus.RUNNING], is_cancel_requested=True
                )
            return computation


def _of_kind(known: Computation, kind: str) -> Computation:
    """``known``, if it answers what was asked. Raises Conflict: its key was used for another question."""
    if known.kind != kind:
        raise Conflict("This idempotency key was used for another request.", hint="Choose a new key for each request.")
    return known


def no_answer(computation: Computation) -> Conflict:
    """Why there is no answer, as an error for the person who asked for it."""
    if computation.error is not None:
        return Conflict(computation.error.message, hint=computation.error.hint, field=computation.error.field)
    return Conflict("The answer is not there yet.", hint="Ask again in a moment.")


def _as_dict(params: Params | dict[str, Any]) -> dict[str, Any]:
    return params if isinstance(params, dict) else params.model_dump(mode="json")


def _content(dataset: DatasetSummary) -> str:
    if dataset.status is not DatasetStatus.READY:
        raise Conflict(
            f"Dataset {dataset.name!r} is {dataset.status.value}.", hint="Choose one that is ready, or wait for it."
        )
    return str(dataset.content_sha256)


def _model(run: Run) -> str:
    if run.artifacts.model is None:
        raise Conflict(
            f"Run {run.name!r} has no model: it is {run.status.value}.",
            hint="Choose a run that has finished, or wait for it.",
        )
    return run.artifacts.model


@cache
def _form_of(kind: str) -> dict[str, Any]:
    return COMPUTATIONS[kind].result.model_json_schema()


def _cache_key(kind: str, params: dict[str, Any], contents: list[str]) -> str:
    """Another version of the code may answer otherwise, or in another form, so both count too."""
    text = json.dumps([VERSION, _form_of(kind), kind, params, contents], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
