"""From a run's row to arrays that a trainer can learn from; one module a way to prepare."""

from types import MappingProxyType

from core.records import Run
from core.types import LearningTask
from models.combinations import COMBINING
from workers.context import WorkerContext
from workers.preparing.members import prepare_members
from workers.preparing.prepared import Prepare, Prepared
from workers.preparing.series import prepare_series
from workers.preparing.supervised import prepare_supervised
from workers.preparing.unlabelled import prepare_unlabelled
from workers.reporter import RunReporter

WAYS: MappingProxyType[LearningTask, Prepare] = MappingProxyType(
    {
        LearningTask.CLASSIFICATION: prepare_supervised,
        LearningTask.REGRESSION: prepare_supervised,
        LearningTask.CLUSTERING: prepare_unlabelled,
        LearningTask.ANOMALY_DETECTION: prepare_unlabelled,
        LearningTask.FORECASTING: prepare_series,
    }
)


def prepare(context: WorkerContext, run: Run, reporter: RunReporter) -> Prepared:
    """Read, split and preprocess the run's data. Depends on the run's config and seed alone, so it repeats exactly.

    Raises:
        UnsuitableData: The data cannot be learned from as asked.
    """
    way = prepare_members if run.config.model in COMBINING else WAYS[run.config.task]
    return way(context, run, reporter)
