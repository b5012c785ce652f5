"""The kinds of database that a connection can be made to."""

from core.databases import catalog
from core.databases.spec import DatabaseSpec
from core.registry import Registry

DATABASES: Registry[DatabaseSpec] = Registry.discover("kind of database", catalog)
"""What a kind of database declares. One file under ``core/databases/catalog`` is one kind."""
