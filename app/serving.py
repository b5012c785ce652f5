"""What ``serve`` starts on one machine: Redis, the schema, and then web, sweeper and workers."""

import os
import shutil
import sys
from pathlib import Path

from app import chroma_server, redis_server
from app.child import ChildSpec
from app.instance import HomeLock, browser_url, home_of, is_live
from app.supervisor import OWN_NAME, Stage, Supervisor
from core.jobs import QueueName
from core.settings import Settings


def serve(settings: Settings, *, lock: HomeLock) -> None:
    """Run the whole instance until it is told to stop.

    Args:
        settings: With a port that is free; 0 has been replaced by a real one.
        lock: The right to use the home; it is released at the end.

    Raises:
        StartFailed: A part does not come up.
        Unavailable: There is no Redis or no Chroma to start.
    """
    try:
        home = home_of(settings)
        remove_leftovers(home)
        redis = None if settings.redis_url.get_secret_value() else redis_server.prepare(home)
        chroma = None if settings.chroma_url else chroma_server.prepare(home)
        url = browser_url(settings.host, settings.port)
        supervisor = Supervisor(plan(settings, redis, chroma), home=home, url=url)
        if redis is not None and redis.notice:
            supervisor.console.say(OWN_NAME, redis.notice)
        if not settings.is_loopback:
            supervisor.console.say(OWN_NAME, f"Listening on {settings.host}; people need the access token.")
        supervisor.run()
    finally:
        lock.release()


def remove_leftovers(home: Path) -> None:
    """Delete what killed processes left half-done; the home is ours alone, and nothing runs in it yet."""
    for folder in (home / "tmp", home / "uploads"):
        shutil.rmtree(folder, ignore_errors=True)


def plan(
    settings: Settings, redis: redis_server.RedisServer | None, chroma: chroma_server.ChromaServer | None
) -> tuple[Stage, ...]:
    """The stages of an instance; ``redis`` or ``chroma`` is None when ``settings`` name a server elsewhere."""
    environment = {
        "PRAXIS_HOME": str(home_of(settings)),
        "PRAXIS_HOST": settings.host,
        "PRAXIS_PORT": str(settings.port),
    }
    stages: list[Stage] = []
    if redis is not None:
        environment["PRAXIS_REDIS_URL"] = redis.url
        server = ChildSpec(
            name="redis", command=redis.command, is_ready=redis.answers, is_quiet=True, timeout_s=60.0, hint=redis.hint
        )
        stages.append((server,))
    vectors: Stage = ()
    if chroma is not None:
        environment["PRAXIS_CHROMA_URL"] = chroma.url
        # Nobody waits for it: who needs vectors asks again until it answers.
        vectors = (
            ChildSpec(
                name="chroma",
                command=chroma.command,
                environment=chroma.environment,
                is_quiet=True,
                hint=chroma.hint,
            ),
        )
    schema = ChildSpec(
        name="schema",
        command=_role("upgrade"),
        environment=environment,
        runs_once=True,
        hint="Check PRAXIS_DATABASE_URL." if settings.database_url.get_secret_value() else "",
    )
    web = ChildSpec(
        name="web",
        command=_role("web"),
        environment=environment,
        is_ready=lambda: is_live(settings.host, settings.port),
    )
    sweeper = ChildSpec(name="sweeper", command=_role("sweep"), environment=environment)
    # The workers' heavy imports would slow the pages' start; they are done before anybody has chosen a file.
    return (*stages, (schema,), (web,), (sweeper, *vectors, *_workers(settings, environment)))


def _workers(settings: Settings, environment: dict[str, str]) -> tuple[ChildSpec, ...]:
    counts = {
        QueueName.INTERACTIVE: settings.interactive_workers,
        QueueName.CPU: settings.cpu_workers,
        QueueName.DOCUMENTS: settings.document_workers,
    }
    workers = [
        ChildSpec(name=f"{queue}-{number}", command=_role("worker", "--queues", queue), environment=environment)
        for queue, count in counts.items()
        for number in range(1, count + 1)
    ]
    for number, device in enumerate(_gpus(), start=1):
        command = _role("worker", "--queues", QueueName.GPU)
        own = environment | {"CUDA_VISIBLE_DEVICES": device}
        workers.append(ChildSpec(name=f"{QueueName.GPU}-{number}", command=command, environment=own))
    return tuple(workers)


def _role(*arguments: str) -> tuple[str, ...]:
    return sys.executable, "-m", "app", *arguments


def _gpus() -> tuple[str, ...]:
    """The GPUs this process may use, as CUDA counts them; found without any GPU library."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return tuple(device for device in visible.split(",") if device not in ("", "-1", "NoDevFiles"))
    return tuple(str(index) for index in range(len(list(Path("/dev").glob("nvidia[0-9]*")))))
