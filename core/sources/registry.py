"""The sources that a dataset can be made from."""

from core.registry import Registry
from core.sources import catalog
from core.sources.spec import SourceSpec

SOURCES: Registry[SourceSpec] = Registry.discover("source", catalog)
