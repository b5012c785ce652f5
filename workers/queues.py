"""Redis queues by RQ. Messages are JSON: a dotted function name, an id and a delivery number."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, worker_registration
from rq.command import send_kill_horse_command
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.executions import Execution
from rq.job import Job as RQJob
from rq.serializers import JSONSerializer

from core.errors import Unavailable
from core.jobs import Job, JobKind, QueueName

_ENTRY_POINTS = {
    JobKind.TRAIN: "workers.train.run_training",
    JobKind.INGEST: "workers.ingest.run_ingest",
    JobKind.COMPUTE: "workers.compute.run_computation",
    JobKind.INDEX: "workers.indexing.run_indexing",
}

HEARTBEAT_S = 5
"""How often a worker says that a job is in its hands, from the moment it takes the job out of the queue."""
_IN_HAND_S = 3.0 * HEARTBEAT_S

_FAILURE_TTL_S = 3600
"""How long RQ keeps a failed job: for a look with RQ's own tools. What a person needs is in the row."""


def connect(redis_url: str) -> Redis:
    """A Redis client that gives up quickly, so that a page never hangs on a dead queue."""
    return Redis.from_url(redis_url, socket_connect_timeout=2, socket_timeout=5)


class RQJobQueue:
    """The ``JobQueue`` port on Redis."""

    def __init__(self, redis_url: str) -> None:
        self._redis = connect(redis_url)

    def enqueue(self, job: Job) -> None:
        """See ``JobQueue.enqueue``. A leftover of the same job that nobody will work on is replaced."""
        with _as_unavailable():
            if self._is_waiting(job):
                return
            self._forget(job)
            try:
                self._queue(job.queue).enqueue_call(
                    func=_ENTRY_POINTS[job.kind],
                    args=(job.subject_id, job.attempt),
                    job_id=job.id,
                    timeout=job.timeout_s,
                    result_ttl=0,
                    failure_ttl=_FAILURE_TTL_S,
                    unique=True,
                )
            except DuplicateJobError:
                return  # another process was faster

    def is_waiting(self, job: Job) -> bool:
        """See ``JobQueue.is_waiting``."""
        with _as_unavailable():
            return self._is_waiting(job)

    def kill(self, job: Job) -> None:
        """See ``JobQueue.kill``."""
        with _as_unavailable():
            try:
                running = RQJob.fetch(job.id, connection=self._redis, serializer=JSONSerializer)
            except NoSuchJobError:
                return
            if running.worker_name:
                send_kill_horse_command(self._redis, running.worker_name)

    def count_workers(self, queue: QueueName) -> int:
        """See ``JobQueue.count_workers``."""
        with _as_unavailable():
            # The registry keeps the names of workers that were killed; only the living renew their key.
            keys = list(worker_registration.get_keys(queue=self._queue(queue)))
            return int(self._redis.exists(*keys)) if keys else 0

    def count_waiting(self, queue: QueueName) -> int:
        """See ``JobQueue.count_waiting``."""
        with _as_unavailable():
            return int(self._queue(queue).count)

    def _queue(self, name: QueueName) -> Queue:
        return Queue(name.value, connection=self._redis, serializer=JSONSerializer)

    def _is_waiting(self, job: Job) -> bool:
        return self._queue(job.queue).get_job_position(job.id) is not None or self._is_in_hand(job)

    def _is_in_hand(self, job: Job) -> bool:
        since = time.time() - _IN_HAND_S
        beats = (self._redis.hget(execution.key, "last_heartbeat") for execution in self._executions(job))
        return any(float(beat) > since for beat in beats if beat is not None)

    def _forget(self, job: Job) -> None:
        """Remove what an earlier delivery left behind.

        RQ's own way fails on executions that are half gone, which is what a killed worker leaves.
        """
        leftover = self._rq_job(job)
        executions = self._executions(job)
        with self._redis.pipeline() as pipeline:
            for execution in executions:
                leftover.started_job_registry.remove_execution(execution, pipeline=pipeline)
            leftover.failed_job_registry.remove(leftover, pipeline=pipeline)
            keys = [execution.key for execution in executions]
            pipeline.delete(leftover.key, leftover.execution_registry.key, *keys)
            pipeline.execute()

    def _executions(self, job: Job) -> list[Execution]:
        ids = self._rq_job(job).execution_registry.get_execution_ids()
        return [Execution(id=each, job_id=job.id, connection=self._redis) for each in ids]

    def _rq_job(self, job: Job) -> RQJob:
        handle = RQJob(id=job.id, connection=self._redis, serializer=JSONSerializer)
        handle.origin = job.queue.value
        return handle


@contextmanager
def _as_unavailable() -> Iterator[Any]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise Unavailable(
            "The job queue does not answer; work waits until it is back.",
            hint="Run: python -m app doctor",
        ) from error
