"""The servers that other tests stand on."""

import subprocess
from pathlib import Path

import boto3
import psycopg
import pytest
import redis

from app import redis_server
from app.child import ChildSpec
from app.supervisor import StartFailed, Supervisor
from tests import servers


def test_every_test_gets_an_empty_postgres_database(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


def test_a_prepared_database_is_set_up_once_and_copied(postgres_server: servers.PostgresServer) -> None:
    prepared: list[str] = []

    def prepare(url: str) -> None:
        prepared.append(url)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE things (name text)")

    urls = [postgres_server.create_database_with(prepare) for _ in range(2)]
    with psycopg.connect(urls[0]) as connection:
        connection.execute("INSERT INTO things VALUES ('one')")
    with psycopg.connect(urls[1]) as connection:
        assert connection.execute("SELECT count(*) FROM things").fetchone() == (0,)
    assert len(prepared) <= 1


def test_s3_buckets_are_empty_and_private(s3_url: str, s3_endpoint_url: str) -> None:
    client = boto3.client("s3", endpoint_url=s3_endpoint_url)
    bucket = s3_url.removeprefix("s3://").split("/")[0]
    assert client.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    client.close()


def _binaries() -> list[Path]:
    found = [redis_server.find_binary(), redis_server.bundled_binary()]
    return list(dict.fromkeys(path for path in found if path is not None))


@pytest.mark.parametrize("binary", _binaries(), ids=lambda path: str(redis_server.major_version(path)))
def test_the_queue_survives_a_killed_redis(tmp_home: Path, binary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_server, "find_binary", lambda: binary)
    server = redis_server.prepare(tmp_home)
    process = subprocess.Popen(server.command, stdout=subprocess.DEVNULL)
    servers.wait_until(server.answers, process, server.config_path)
    with redis.Redis.from_url(server.url) as client:
        client.rpush("queue", "job")
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    process.kill()
    process.wait()
    with servers.run_redis(tmp_home) as url, redis.Redis.from_url(url) as client:
        assert client.lrange("queue", 0, -1) == [b"job"]


def test_a_torn_tail_of_the_queue_file_is_dropped(tmp_home: Path) -> None:
    with servers.run_redis(tmp_home) as url, redis.Redis.from_url(url) as client:
        client.rpush("queue", "job")
    files = [path for path in (tmp_home / "redis").rglob("*.aof") if path.stat().st_size > 0]
    assert len(files) == 1
    with files[0].open("ab") as file:
        file.write(b"*3\r\n$5\r\nRPU")
    with servers.run_redis(tmp_home) as url, redis.Redis.from_url(url) as client:
        assert client.lrange("queue", 0, -1) == [b"job"]


def test_a_home_whose_path_is_too_long_for_a_socket_gets_a_port_and_a_password(tmp_home: Path) -> None:
    home = tmp_home / ("a" * 100)
    with servers.run_redis(home) as url:
        assert url.startswith("redis://:")
        stranger = redis.Redis.from_url("redis://" + url.split("@")[1])
        with pytest.raises(redis.AuthenticationError):
            stranger.ping()
        stranger.close()
    assert (home / "redis" / "redis.conf").stat().st_mode & 0o777 == 0o600


def test_the_socket_is_closed_to_other_users(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("h") / "a home with 'spaces'"
    with servers.run_redis(home) as url:
        assert url == f"unix://{home}/redis/redis.sock"
        assert (home / "redis").stat().st_mode & 0o777 == 0o700


def test_a_redis_that_outlived_its_supervisor_makes_way(tmp_home: Path) -> None:
    first = redis_server.prepare(tmp_home)
    left_over = subprocess.Popen(first.command, stdout=subprocess.DEVNULL)
    servers.wait_until(first.answers, left_over, first.config_path)
    with servers.run_redis(tmp_home):
        assert left_over.wait(5) == 0


def test_another_version_begins_a_new_queue_and_says_so(tmp_home: Path) -> None:
    (tmp_home / "redis" / "version-5").mkdir(parents=True)
    server = redis_server.prepare(tmp_home)
    assert server.notice.startswith("The queue's files are from another version of Redis (version-5 in ")
    assert redis_server.prepare(tmp_home).notice == ""


def test_files_that_redis_cannot_read_end_the_start_with_an_explanation(tmp_home: Path) -> None:
    with servers.run_redis(tmp_home) as url, redis.Redis.from_url(url) as client:
        client.rpush("queue", "job")
    for path in (tmp_home / "redis").rglob("*.aof"):
        path.write_bytes(b"this is no append-only file\n" * 100)
    server = redis_server.prepare(tmp_home)
    spec = ChildSpec(name="redis", command=server.command, is_ready=server.answers, hint=server.hint)
    with pytest.raises(StartFailed) as caught:
        Supervisor([[spec]], home=tmp_home, url="http://127.0.0.1:1").run()
    assert "Bad file format reading the append only file" in caught.value.message
    assert caught.value.hint.startswith(f"If its files are damaged, move {server.data_path} away and start again")
