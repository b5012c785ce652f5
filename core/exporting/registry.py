"""The formats that tables can be written in."""

from core.exporting import catalog
from core.exporting.spec import ExportSpec
from core.registry import Registry

EXPORT_FORMATS: Registry[ExportSpec] = Registry.discover("export format", catalog)
