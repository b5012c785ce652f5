"""The charts that a dataset can be drawn as."""

from core.charts import catalog
from core.charts.spec import ChartSpec
from core.registry import Registry

CHARTS: Registry[ChartSpec] = Registry.discover("chart", catalog)
