"""Files by the SHA-256 of their content, on a local folder or any fsspec file system."""

import errno
import hashlib
import os
import shutil
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from core.errors import NotFound, Unavailable

_CHUNK = 1 << 20


class ArtifactStore:
    """Immutable files, each stored once under its hash and never visible half-written.

    Storing the same content again changes nothing. Safe for several processes and hosts at once.
    """

    def __init__(self, url: str, *, endpoint_url: str = "", cache_folder: Path) -> None:
        self.url = url.rstrip("/")
        self._is_local = "://" not in self.url or self.url.startswith("file://")
        self._root = self.url.removeprefix("file://") if self._is_local else self.url.split("://", 1)[1]
        self._endpoint_url = endpoint_url
        self._cache_folder = cache_folder
        self._remote: tuple[int, Any] | None = None

    def save_file(self, path: Path) -> str:
        """Copy the file at ``path`` into the store.

        Returns:
            Its SHA-256, hexadecimal.

        Raises:
            Unavailable: The store does not answer or has no room; nothing is left behind.
        """
        sha256 = hash_file(path)
        with path.open("rb") as source:
            self._save(source, sha256)
        return sha256

    def save_bytes(self, content: bytes) -> str:
        """Store ``content``; returns its SHA-256. Raises like ``save_file``."""
        import io

        sha256 = hashlib.sha256(content).hexdigest()
        self._save(io.BytesIO(content), sha256)
        return sha256

    def load_bytes(self, sha256: str) -> bytes:
        """The whole content, checked against its hash.

        Raises:
            NotFound: No such file, or its bytes are not what was stored.
        """
        with self.local_file(sha256) as path:
            content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() == sha256:
            return content
        return self.verified_file(sha256).read_bytes()

    def verified_file(self, sha256: str) -> Path:
        """A local path of the content, checked against its hash in bounded memory. Raises like ``load_bytes``."""
        with self.local_file(sha256) as path:
            if hash_file(path) == sha256:
                return path
        if self._is_local:
            raise _damaged(sha256)
        path.unlink()  # perhaps only our copy is damaged; what is fetched anew is checked
        with self.local_file(sha256) as path:
            return path

    @contextmanager
    def local_file(self, sha256: str) -> Iterator[Path]:
        """A local path with the content, valid inside the block; remote files are fetched once and cached.

        Raises:
            NotFound: No such file.
            Unavailable: The store does not answer.
        """
        if self._is_local:
            path = Path(self._path(sha256))
            if not path.exists():
                raise _missing(sha256)
            yield path
            return
        cached = self._cache_folder / sha256
        if not cached.exists():
            self._fetch(sha256, cached)
        yield cached

    def has(self, sha256: str) -> bool:
        """Whether the content is stored."""
        if self._is_local:
            return Path(self._path(sha256)).exists()
        with _as_unavailable():
            return bool(self._filesystem().exists(self._path(sha256)))

    def size_bytes(self, sha256: str) -> int:
        """Size of the content. Raises NotFound like ``local_file``."""
        with self.local_file(sha256) as path:
            return path.stat().st_size

    def delete(self, sha256: str) -> None:
        """Remove the content; a missing one is fine. The caller knows that nothing refers to it."""
        (self._cache_folder / sha256).unlink(missing_ok=True)
        if self._is_local:
            Path(self._path(sha256)).unlink(missing_ok=True)
        else:
            with _as_unavailable():
                try:
                    self._filesystem().rm_file(self._path(sha256))
                except FileNotFoundError:
                    return

    def check(self) -> None:
        """Prove that the store can be written to.

        Raises:
            Unavailable: It cannot.
        """
        self.delete(self.save_bytes(f"praxis health check {uuid.uuid4()}".encode()))

    def _path(self, sha256: str) -> str:
        assert len(sha256) == 64, "artifacts are addressed by SHA-256"
        return f"{self._root}/{sha256[:2]}/{sha256}"

    def _save(self, source: BinaryIO, sha256: str) -> None:
        if self._is_local:
            self._save_locally(source, Path(self._path(sha256)))
            return
        with _as_unavailable():
            filesystem = self._filesystem()
            if filesystem.exists(self._path(sha256)):
                return
            # Without a commit of its own, a file whose source breaks would be completed when it is closed.
            target = filesystem.open(self._path(sha256), "wb", autocommit=False)
            try:
                with target:
                    shutil.copyfileobj(source, target, _CHUNK)
            except BaseException:
                target.discard()
                raise
            target.commit()

    def _save_locally(self, source: BinaryIO, path: Path) -> None:
        if path.exists():
            return
        temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        with _as_unavailable():
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with _as_unavailable():
                with temporary.open("xb") as target:
                    shutil.copyfileobj(source, target, _CHUNK)
                    target.flush()
                    os.fsync(target.fileno())
                temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def _fetch(self, sha256: str, cached: Path) -> None:
        temporary = cached.with_name(f".{sha256}.{uuid.uuid4().hex}")
        try:
            with _as_unavailable():
                cached.parent.mkdir(parents=True, exist_ok=True)
                try:
                    self._filesystem().get_file(self._path(sha256), str(temporary))
                except FileNotFoundError as error:
                    raise _missing(sha256) from error
            if hash_file(temporary) != sha256:
                raise _damaged(sha256)
            temporary.replace(cached)
        finally:
            temporary.unlink(missing_ok=True)

    def _filesystem(self) -> Any:
        # Remote file systems run a thread; a forked process needs its own.
        if self._remote is None or self._remote[0] != os.getpid():
            import fsspec

            protocol = self.url.split("://", 1)[0]
            options: dict[str, Any] = {"skip_instance_cache": True}
            if protocol == "s3":
                options["config_kwargs"] = {"connect_timeout": 5, "retries": {"max_attempts": 2}}
                if self._endpoint_url:
                    options["client_kwargs"] = {"endpoint_url": self._endpoint_url}
            self._remote = (os.getpid(), fsspec.filesystem(protocol, **options))
        return self._remote[1]


def hash_file(path: Path) -> str:
    """SHA-256 of the file at ``path``, hexadecimal, in bounded memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _missing(sha256: str) -> NotFound:
    return NotFound(f"The stored file {sha256[:12]} is missing.", hint="Restore it from a backup, or repeat the run.")


def _damaged(sha256: str) -> NotFound:
    return NotFound(f"The stored file {sha256[:12]} is damaged.", hint="Restore it from a backup, or repeat the run.")


def _store_errors() -> tuple[type[Exception], ...]:
    """What file systems raise when they cannot do their work; an S3 server that is away is no OSError."""
    botocore = sys.modules.get("botocore.exceptions")
    return (OSError,) if botocore is None else (OSError, botocore.BotoCoreError)


@contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except _store_errors() as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            message, hint = "The disk is full; nothing was saved.", "Free some space, then try again."
        else:
            message, hint = f"The file store does not answer ({type(error).__name__}).", "Check PRAXIS_ARTIFACT_URL."
        raise Unavailable(message, hint=hint) from error
