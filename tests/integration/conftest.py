"""Stacks and instances for tests that train for real."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import servers
from tests.rest import Api
from tests.stacks import Stack, run_stack


def _run(request: pytest.FixtureRequest, kind: str) -> Iterator[Stack]:
    home = request.getfixturevalue("tmp_path_factory").mktemp(f"stack-{kind}") / "home"
    settings: dict[str, Any] = {"chroma_url": request.getfixturevalue("chroma_url")}
    if kind == "team":
        endpoint: str = request.getfixturevalue("s3_endpoint_url")
        bucket = f"stack-{home.parent.name}".replace("_", "-").lower()
        servers.create_bucket(endpoint, bucket)
        settings |= {
            "database_url": request.getfixturevalue("postgres_server").create_database(),
            "artifact_url": f"s3://{bucket}/praxis",
            "artifact_endpoint_url": endpoint,
        }
    home.mkdir()
    with servers.run_redis(home) as redis_url, run_stack(home, redis_url=redis_url, **settings) as stack:
        yield stack


@pytest.fixture(scope="module")
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    """SQLite and a local folder."""
    yield from _run(request, "embedded")


@pytest.fixture(scope="module", params=["embedded", "team"])
def each_stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    """SQLite and a local folder, then PostgreSQL and an S3-compatible server."""
    if request.param == "embedded":
        yield request.getfixturevalue("stack")
    else:
        yield from _run(request, "team")


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.PraxisInstance]:
    """A whole instance as ``serve`` starts it."""
    home = tmp_path_factory.mktemp("instance") / "home"
    with servers.run_praxis(home, max_upload_mb=1, n_jobs=1, checkpoint_interval_s=0.1) as running:
        yield running


@pytest.fixture(scope="module")
def api(instance: servers.PraxisInstance) -> Iterator[Api]:
    """A client of that instance."""
    with Api(base_url=f"{instance.url}/api/v1/", trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def dataset(api: Api) -> dict[str, Any]:
    """A table in that instance, ready to be learned from."""
    answer = api.upload(name="Plants")
    assert answer.status_code == 202
    return api.wait_for_dataset(answer.json()["id"])
