"""What ``serve`` would start for given settings."""

from pathlib import Path

import pytest

from app.chroma_server import ChromaServer
from app.redis_server import RedisServer
from app.serving import plan
from core.settings import Settings


@pytest.fixture(autouse=True)
def _no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")


def make_settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


def make_redis(home: Path) -> RedisServer:
    return RedisServer(
        binary=Path("/usr/bin/redis-server"), config_path=home / "redis.conf", data_path=home, url="unix:///redis.sock"
    )


def make_chroma(home: Path) -> ChromaServer:
    return ChromaServer(data_path=home / "chroma", port=8700)


def names(settings: Settings, redis: RedisServer | None = None, chroma: ChromaServer | None = None) -> list[list[str]]:
    return [[spec.name for spec in stage] for stage in plan(settings, redis, chroma)]


def test_the_defaults_start_redis_then_the_schema_then_the_rest(tmp_path: Path) -> None:
    assert names(make_settings(), make_redis(tmp_path), make_chroma(tmp_path)) == [
        ["redis"],
        ["schema"],
        ["web"],
        ["sweeper", "chroma", "interactive-1", "interactive-2", "cpu-1", "documents-1"],
    ]


def test_a_redis_elsewhere_and_other_numbers_of_workers_are_respected() -> None:
    settings = make_settings(
        redis_url="redis://queue/0",
        chroma_url="http://vectors:8000",
        cpu_workers=2,
        interactive_workers=0,
        document_workers=2,
    )
    assert names(settings) == [["schema"], ["web"], ["sweeper", "cpu-1", "cpu-2", "documents-1", "documents-2"]]


def test_each_gpu_gets_a_worker_that_sees_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,3")
    settings = make_settings(redis_url="redis://queue/0", cpu_workers=0, interactive_workers=0, document_workers=0)
    workers = plan(settings, None, None)[-1][1:]
    assert [(spec.name, spec.environment["CUDA_VISIBLE_DEVICES"]) for spec in workers] == [
        ("gpu-1", "2"),
        ("gpu-2", "3"),
    ]
    assert workers[0].command[-3:] == ("worker", "--queues", "gpu")


def test_every_child_is_told_the_same_instance(tmp_path: Path) -> None:
    settings = make_settings(home=tmp_path, port=8600)
    stages = plan(settings, make_redis(tmp_path), make_chroma(tmp_path))
    redis, *others = [spec for stage in stages for spec in stage]
    own = [spec for spec in others if spec.name != "chroma"]
    expected = {
        "PRAXIS_HOME": str(tmp_path),
        "PRAXIS_HOST": "127.0.0.1",
        "PRAXIS_PORT": "8600",
        "PRAXIS_REDIS_URL": "unix:///redis.sock",
        "PRAXIS_CHROMA_URL": "http://127.0.0.1:8700",
    }
    assert [dict(spec.environment) for spec in own] == [expected] * len(own)
    assert redis.environment == {}


def test_the_vector_index_tells_nobody_about_us_and_is_waited_for_by_nobody(tmp_path: Path) -> None:
    stages = plan(make_settings(), None, make_chroma(tmp_path))
    (chroma,) = [spec for stage in stages for spec in stage if spec.name == "chroma"]
    assert chroma.environment["ANONYMIZED_TELEMETRY"] == "False"
    assert chroma.is_ready is None
    assert chroma.command[-6:] == ("--path", str(tmp_path / "chroma"), "--host", "127.0.0.1", "--port", "8700")
