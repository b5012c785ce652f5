"""What the artifact store promises, on a local folder and on an S3-compatible server."""

import hashlib
import io
import multiprocessing
import os
import resource
import signal
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import NotFound, Unavailable
from storage import artifacts as artifacts_module
from storage.artifacts import ArtifactStore, hash_file
from tests import servers

CONTENT = b"one thing worth keeping\n" * 100
SHA256 = hashlib.sha256(CONTENT).hexdigest()
LARGE = os.urandom(1 << 20) * 12
"""More than one part of a multipart upload."""


class Place:
    """A store, and a look at what lies there without it."""

    def __init__(self, store: ArtifactStore, filesystem: Any, root: str) -> None:
        self.store = store
        self._filesystem = filesystem
        self._root = root

    @property
    def files(self) -> dict[str, int]:
        """Size of every file by its path below the root."""
        self._filesystem.invalidate_cache()
        if not self._filesystem.exists(self._root):
            return {}
        found = self._filesystem.find(self._root, detail=True)
        return {path.removeprefix(self._root).lstrip("/"): facts["size"] for path, facts in found.items()}

    def damage(self, sha256: str) -> None:
        """Replace the stored bytes behind the store's back."""
        with self._filesystem.open(f"{self._root}/{sha256[:2]}/{sha256}", "wb") as file:
            file.write(b"something else")


@pytest.fixture(params=["local", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    import fsspec

    if request.param == "local":
        root = str(tmp_path / "artifacts")
        yield Place(ArtifactStore(root, cache_folder=tmp_path / "cache"), fsspec.filesystem("file"), root)
        return
    endpoint: str = request.getfixturevalue("s3_endpoint_url")
    bucket = f"bucket-{uuid.uuid4().hex}"
    servers.create_bucket(endpoint, bucket)
    store = ArtifactStore(f"s3://{bucket}/praxis", endpoint_url=endpoint, cache_folder=tmp_path / "cache")
    filesystem = fsspec.filesystem("s3", client_kwargs={"endpoint_url": endpoint}, skip_instance_cache=True)
    yield Place(store, filesystem, f"{bucket}/praxis")


class BreakingSource(io.BytesIO):
    """A source whose disk fails after the first megabytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= 8 << 20:
            raise RuntimeError("the source broke")
        return super().read(size)


def test_content_comes_back_under_its_hash(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(LARGE)
    assert place.store.save_bytes(CONTENT) == SHA256
    assert place.store.save_file(path) == hash_file(path) == hashlib.sha256(LARGE).hexdigest()
    assert place.store.load_bytes(SHA256) == CONTENT
    assert place.store.load_bytes(hash_file(path)) == LARGE
    with place.store.local_file(SHA256) as local:
        assert local.read_bytes() == CONTENT
    assert place.store.has(SHA256)
    assert place.store.size_bytes(SHA256) == len(CONTENT)


def test_an_empty_file_is_a_file(place: Place) -> None:
    sha256 = place.store.save_bytes(b"")
    assert place.store.load_bytes(sha256) == b""


def test_the_same_content_is_stored_once(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "copy"
    path.write_bytes(CONTENT)
    assert {place.store.save_bytes(CONTENT), place.store.save_bytes(CONTENT), place.store.save_file(path)} == {SHA256}
    assert place.files == {f"{SHA256[:2]}/{SHA256}": len(CONTENT)}


def test_many_writers_of_one_content_leave_it_once_and_whole(place: Place) -> None:
    errors: list[BaseException] = []

    def save() -> None:
        try:
            place.store.save_bytes(CONTENT)
        except BaseException as error:  # noqa: BLE001 - handed to the test, which wants none
            errors.append(error)

    threads = [threading.Thread(target=save) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert place.files == {f"{SHA256[:2]}/{SHA256}": len(CONTENT)}
    assert place.store.load_bytes(SHA256) == CONTENT


def test_missing_content_is_not_found(place: Place) -> None:
    missing = "0" * 64
    assert not place.store.has(missing)
    with pytest.raises(NotFound, match="The stored file 000000000000 is missing"):
        place.store.load_bytes(missing)
    with pytest.raises(NotFound), place.store.local_file(missing):
        pytest.fail("there is no such file")
    with pytest.raises(NotFound):
        place.store.size_bytes(missing)


def test_damaged_content_is_refused(place: Place) -> None:
    place.store.save_bytes(CONTENT)
    place.damage(SHA256)
    with pytest.raises(NotFound, match=f"The stored file {SHA256[:12]} is damaged"):
        place.store.load_bytes(SHA256)


def test_deleted_content_is_gone_and_deleting_again_is_fine(place: Place) -> None:
    place.store.save_bytes(CONTENT)
    assert place.store.load_bytes(SHA256) == CONTENT
    place.store.delete(SHA256)
    place.store.delete(SHA256)
    assert not place.store.has(SHA256)
    assert place.files == {}
    with pytest.raises(NotFound):
        place.store.load_bytes(SHA256)


def test_a_source_that_breaks_leaves_nothing(place: Place) -> None:
    place.store.save_bytes(b"first, so that the place exists")
    before = place.files
    sha256 = hashlib.sha256(LARGE).hexdigest()
    with pytest.raises(RuntimeError, match="the source broke"):
        place.store._save(BreakingSource(LARGE), sha256)
    assert place.files == before
    assert not place.store.has(sha256)
    assert place.store.save_bytes(LARGE) == sha256


def test_the_health_check_leaves_nothing(place: Place) -> None:
    place.store.check()
    assert place.files == {}


def test_a_forked_process_reads_and_writes_too(place: Place) -> None:
    place.store.save_bytes(CONTENT)  # the parent's connection is open before the fork

    def work(store: ArtifactStore) -> None:
        store.save_bytes(store.load_bytes(SHA256) + b"!")

    child = multiprocessing.get_context("fork").Process(target=work, args=(place.store,))
    child.start()
    child.join(60)
    assert child.exitcode == 0
    assert place.store.load_bytes(hashlib.sha256(CONTENT + b"!").hexdigest()) == CONTENT + b"!"


def test_a_remote_file_is_fetched_once_and_a_damaged_copy_is_fetched_again(place: Place, tmp_path: Path) -> None:
    place.store.save_bytes(CONTENT)
    with place.store.local_file(SHA256) as first, place.store.local_file(SHA256) as second:
        assert first == second
    cached = tmp_path / "cache" / SHA256
    if cached.exists():
        cached.write_bytes(b"cosmic rays")
        assert place.store.load_bytes(SHA256) == CONTENT


def _save_with_little_room(store: ArtifactStore, content: bytes, limit: int) -> None:
    """In a process of its own: files may not grow beyond ``limit`` bytes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        store.save_bytes(content)
    except Unavailable:
        os._exit(3)
    os._exit(0)


def test_a_file_that_does_not_fit_is_unavailable_and_leaves_nothing(tmp_path: Path) -> None:
    root = tmp_path / "artifacts"
    store = ArtifactStore(str(root), cache_folder=tmp_path / "cache")
    child = multiprocessing.get_context("fork").Process(target=_save_with_little_room, args=(store, LARGE, 1 << 20))
    child.start()
    child.join(60)
    assert child.exitcode == 3
    assert [path for path in root.rglob("*") if path.is_file()] == []


def test_a_full_disk_is_said_to_be_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ArtifactStore(str(tmp_path / "artifacts"), cache_folder=tmp_path / "cache")

    def copy_to_a_full_device(_source: object, _target: object, _length: int) -> None:
        with Path("/dev/full").open("wb", buffering=0) as full:
            full.write(CONTENT)

    monkeypatch.setattr(artifacts_module.shutil, "copyfileobj", copy_to_a_full_device)
    with pytest.raises(Unavailable) as caught:
        store.save_bytes(CONTENT)
    assert (caught.value.message, caught.value.hint) == (
        "The disk is full; nothing was saved.",
        "Free some space, then try again.",
    )
    assert [path for path in (tmp_path / "artifacts").rglob("*") if path.is_file()] == []


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    store = ArtifactStore(str(tmp_path / "file" / "artifacts"), cache_folder=tmp_path / "cache")
    with pytest.raises(Unavailable, match="The file store does not answer"):
        store.check()


def test_a_bucket_that_does_not_exist_is_unavailable(s3_endpoint_url: str, tmp_path: Path) -> None:
    store = ArtifactStore("s3://there-is-no-such-bucket/praxis", endpoint_url=s3_endpoint_url, cache_folder=tmp_path)
    with pytest.raises(Unavailable, match="The file store does not answer"):
        store.save_bytes(CONTENT)


def test_a_store_that_does_not_answer_is_unavailable(s3_endpoint_url: str, tmp_path: Path) -> None:
    del s3_endpoint_url  # only for its credentials
    endpoint_url = f"http://127.0.0.1:{servers.free_port()}"
    store = ArtifactStore("s3://bucket/praxis", endpoint_url=endpoint_url, cache_folder=tmp_path)
    for call in (lambda: store.save_bytes(CONTENT), lambda: store.load_bytes(SHA256), lambda: store.has(SHA256)):
        with pytest.raises(Unavailable, match="The file store does not answer"):
            call()
