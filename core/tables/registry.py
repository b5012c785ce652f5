"""The table formats that can be uploaded."""

from core.registry import Registry
from core.tables import catalog
from core.tables.spec import TableFormatSpec

TABLE_FORMATS: Registry[TableFormatSpec] = Registry.discover("table format", catalog)


def table_extensions() -> tuple[str, ...]:
    """Every file name ending that a table may have, with the dot."""
    return tuple(extension for spec in TABLE_FORMATS.values() for extension in spec.extensions)
