"""Fixtures that every kind of test may use. Servers start with the first test that asks, once for each test process."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# As workers do, and before anything loads OpenMP: spinning threads would make parallel tests many times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from storage.artifacts import ArtifactStore
from storage.migrations import upgrade
from storage.storage import Storage, sqlite_url
from tests import chroma, mariadb, servers

_S3_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> Iterator[None]:
    """No setting of the person who runs the tests reaches them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("PRAXIS_", "AWS_", "PG", "OPENAI_")):
                patch.delenv(name)
        yield


@pytest.fixture
def tmp_home(tmp_path: Path) -> Path:
    """An empty home folder."""
    home = tmp_path / "home"
    home.mkdir()
    return home


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[servers.PostgresServer]:
    """A real server; its absence is an error, never a skip."""
    with servers.run_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: servers.PostgresServer) -> Iterator[str]:
    """A new and empty database of the test's own."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


# --- MariaDB ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[mariadb.MariadbServer]:
    """A real server; its absence is an error, never a skip."""
    with mariadb.run_mariadb() as server:
        yield server


# --- Redis -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def redis_server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server of the embedded kind, shared by the tests of one process."""
    with servers.run_redis(tmp_path_factory.mktemp("redis-home")) as url:
        yield url


@pytest.fixture
def redis_url(redis_server_url: str) -> str:
    """The shared server, emptied for this test."""
    import redis

    with redis.Redis.from_url(redis_server_url) as client:
        client.flushall()
    return redis_server_url


# --- Chroma ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server, shared by the tests of one process; ids of collections are unique, so nobody empties it."""
    with chroma.run_chroma(tmp_path_factory.mktemp("chroma-home")) as url:
        yield url


# --- S3 --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def s3_endpoint_url(_clean_environment: None) -> Iterator[str]:
    """An S3-compatible server; every client of this process finds credentials for it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _S3_CREDENTIALS.items():
            patch.setenv(name, value)
        with servers.run_s3() as endpoint_url:
            yield endpoint_url


@pytest.fixture
def s3_url(s3_endpoint_url: str, request: pytest.FixtureRequest) -> str:
    """The fsspec URL of an empty bucket of the test's own."""
    name = f"test-{abs(hash(request.node.nodeid)):x}"
    servers.create_bucket(s3_endpoint_url, name)
    return f"s3://{name}/praxis"


# --- Storage ---------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_home: Path) -> str:
    """A database without any table, once on each kind of server."""
    if request.param == "sqlite":
        return sqlite_url(tmp_home)
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def database_url(empty_database_url: str) -> str:
    """A database with today's schema, once on each kind of server."""
    upgrade(empty_database_url)
    return empty_database_url


@pytest.fixture
def storage(database_url: str, tmp_home: Path) -> Iterator[Storage]:
    """Rows on each kind of database; files in the home folder."""
    artifacts = ArtifactStore(str(tmp_home / "artifacts"), cache_folder=tmp_home / "cache")
    opened = Storage(database_url=database_url, artifacts=artifacts)
    yield opened
    opened.close()
