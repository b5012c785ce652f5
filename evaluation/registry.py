"""Every metric and every chart by key."""

from core.registry import Registry
from core.types import LearningTask
from evaluation import charts, metrics
from evaluation.spec import ChartSpec, MetricSpec

METRICS: Registry[MetricSpec] = Registry.discover("metric", metrics)
CHARTS: Registry[ChartSpec] = Registry.discover("chart", charts)

PRIMARY = {
    LearningTask.CLASSIFICATION: "f1",
    LearningTask.REGRESSION: "rmse",
    LearningTask.CLUSTERING: "silhouette",
    LearningTask.ANOMALY_DETECTION: "told_apart",
    LearningTask.FORECASTING: "mase",
}
"""Live metrics: the best point of a curve is shown by them."""


def primary_metric(task: LearningTask) -> MetricSpec:
    """The metric by which runs of ``task`` are ranked unless a person chooses another."""
    return METRICS[PRIMARY[task]]


def metrics_for(task: LearningTask) -> tuple[MetricSpec, ...]:
    """The metrics of ``task`` in key order."""
    return tuple(spec for spec in METRICS.values() if task in spec.tasks)


def live_metrics_for(task: LearningTask) -> tuple[MetricSpec, ...]:
    """The metrics of ``task`` that are scored at every point of a live curve, in key order."""
    return tuple(spec for spec in metrics_for(task) if spec.is_live)


def charts_for(task: LearningTask, *, n_classes: int = 0) -> tuple[ChartSpec, ...]:
    """The charts that ``task`` with ``n_classes`` classes can have, in the order in which they are shown."""
    fitting = [spec for spec in CHARTS.values() if task in spec.tasks and (n_classes == 2 or not spec.only_binary)]
    return tuple(sorted(fitting, key=lambda spec: (spec.order, spec.key)))
