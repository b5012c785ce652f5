"""The schema's history, applied at every start."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config

from storage.database import make_engine

_POSTGRES_LOCK = 7_215_509_411
"""Any constant will do; it must not change, so that two starting instances exclude each other."""


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring the schema up to ``revision``. Several processes may call it at once: one works, the others wait."""
    _migrate(database_url, lambda config: command.upgrade(config, revision))


def downgrade(database_url: str, revision: str = "base") -> None:
    """Take the schema back to ``revision``; what later versions added is lost."""
    _migrate(database_url, lambda config: command.downgrade(config, revision))


def _migrate(database_url: str, apply: Callable[[Config], None]) -> None:
    engine = make_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    try:
        with engine.execution_options(praxis_writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_POSTGRES_LOCK})")
            config.attributes["connection"] = connection
            apply(config)
    finally:
        engine.dispose()
