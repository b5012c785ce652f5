"""Alembic's entry: runs the versions on the connection that ``upgrade`` hands over."""

from alembic import context
from sqlmodel import SQLModel

import storage.knowledge_tables  # noqa: F401  (registers the tables)
import storage.tables  # noqa: F401

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    transactional_ddl=False,  # the caller's transaction holds the lock, and everything happens inside it
)
context.run_migrations()
