"""Which workers a training is for."""

from core.errors import NotFound
from core.jobs import JobQueue, QueueName
from models.registry import MODELS


def training_queue(model_key: str, queue: JobQueue) -> QueueName:
    """The GPU queue where the model uses a GPU and a worker for it is alive, otherwise the CPU queue.

    Asked anew at each delivery: a run that waits while the last GPU worker goes is delivered to the others.

    Raises:
        Unavailable: The queue does not answer.
    """
    try:
        uses_gpu = MODELS[model_key].uses_gpu
    except NotFound:  # a run of a model that is gone fails in its worker, with a reason
        return QueueName.CPU
    return QueueName.GPU if uses_gpu and queue.count_workers(QueueName.GPU) > 0 else QueueName.CPU
