"""A real Chroma server for tests, private to one test process."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from app import chroma_server
from tests.servers import end, wait_until


@contextlib.contextmanager
def run_chroma(home: Path) -> Iterator[str]:
    """The URL of a started server as ``serve`` starts it, whose files are in ``home``."""
    server = chroma_server.prepare(home)
    log_path = home / "chroma.log"
    with log_path.open("wb") as log:
        environment = {**os.environ, **server.environment}
        process = subprocess.Popen(server.command, stdout=log, stderr=log, env=environment, start_new_session=True)
    try:
        wait_until(server.answers, process, log_path)
        yield server.url
    finally:
        end(process)
