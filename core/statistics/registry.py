"""The statistical tests that can be asked for."""

from core.registry import Registry
from core.statistics import catalog
from core.statistics.spec import StatisticalTestSpec

STATISTICAL_TESTS: Registry[StatisticalTestSpec] = Registry.discover("statistical test", catalog)
"""What a test declares. One file under ``core/statistics/catalog`` is one test."""
