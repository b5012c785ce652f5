"""An examination of every component: what works, what does not, and how to mend it."""

import http
import os
import shutil
import sys
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app import chroma_server, redis_server
from app.instance import check_exposure, claim_port, find_state, home_of, is_live
from core.errors import Unavailable, UserInputError, WorkbenchError
from core.settings import Settings

LEAST_FREE_BYTES = 1_000_000_000
OLDEST_PYTHON = (3, 11)


class Verdict(StrEnum):
    """How a component is."""

    GOOD = "ok"
    WARNING = "note"
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One finding: a component, its state in a sentence, and what to do about it."""

    component: str
    verdict: Verdict
    text: str
    hint: str = ""

    @property
    def is_broken(self) -> bool:
        """Whether the instance cannot work like this."""
        return self.verdict is Verdict.BROKEN


Finding = tuple[Verdict, str, str]
"""Verdict, sentence and hint."""


def examine(settings: Settings) -> tuple[Check, ...]:
    """Check every component that ``settings`` describe; nothing is started, and nothing is left behind."""
    examinations: dict[str, Callable[[Settings], Finding]] = {
        "Python": _python,
        "Home folder": _home,
        "Address": _address,
        "Instance": _instance,
        "Redis": _redis,
        "Database": _database,
        "Artifacts": _artifacts,
        "Chroma": _chroma,
        "Language model": _language_model,
    }
    return tuple(_examine(component, check, settings) for component, check in examinations.items())


def report(checks: tuple[Check, ...]) -> str:
    """``checks`` as lines for a terminal."""
    return "\n".join(_lines(checks))


def _lines(checks: tuple[Check, ...]) -> Iterator[str]:
    width = max(len(check.component) for check in checks)
    for check in checks:
        yield f"{check.verdict:<6}  {check.component:<{width}}  {check.text}"
        if check.hint:
            yield f"{'':<6}  {'':<{width}}  {check.hint}"
    broken = [check.component for check in checks if check.is_broken]
    yield ""
    yield f"Broken: {', '.join(broken)}." if broken else "Everything that was checked works."


def _examine(component: str, check: Callable[[Settings], Finding], settings: Settings) -> Check:
    try:
        verdict, text, hint = check(settings)
    except WorkbenchError as error:
        verdict, text, hint = Verdict.BROKEN, error.message, error.hint
    return Check(component=component, verdict=verdict, text=text, hint=hint)


def _python(_settings: Settings) -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < OLDEST_PYTHON:
        return Verdict.BROKEN, f"Version {version} is too old.", "Use Python 3.11 or later."
    return Verdict.GOOD, f"Version {version}.", ""


def _home(settings: Settings) -> Finding:
    home = home_of(settings)
    folder = _nearest_existing(home)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UserInputError(f"{folder} cannot be written.", hint="Give this user write access, or set PRAXIS_HOME.")
    free_bytes = shutil.disk_usage(folder).free
    text = f"{home}, {free_bytes / 1e9:.1f} GB free."
    if free_bytes < LEAST_FREE_BYTES:
        return Verdict.WARNING, text, "Uploads and trained models need room; free some, or set PRAXIS_HOME."
    return Verdict.GOOD, text, ""


def _address(settings: Settings) -> Finding:
    check_exposure(settings)
    if find_state(home_of(settings)) is None:
        claim_port(settings.host, settings.port)
    return Verdict.GOOD, f"{settings.host}, port {settings.port}.", ""


def _instance(settings: Settings) -> Finding:
    state = find_state(home_of(settings))
    if state is None:
        return Verdict.WARNING, "Not running.", "Start it with: make run"
    address = urllib.parse.urlsplit(state.url)
    if not is_live(address.hostname or settings.host, address.port or settings.port):
        logs = home_of(settings) / "logs"
        return Verdict.BROKEN, f"Process {state.pid} runs, but {state.url} does not answer.", f"Look into {logs}."
    return Verdict.GOOD, f"{state.url}, process {state.pid}, with {', '.join(sorted(state.children))}.", ""


def _redis(settings: Settings) -> Finding:
    url = settings.redis_url.get_secret_value()
    if url:
        if not redis_server.ping(url):
            raise Unavailable("The server of PRAXIS_REDIS_URL does not answer.", hint="Start it, or correct the URL.")
        return Verdict.GOOD, "The server of PRAXIS_REDIS_URL answers.", ""
    binary = redis_server.find_binary()
    return Verdict.GOOD, f"Embedded: {binary}, version {redis_server.major_version(binary)}.", ""


def _database(settings: Settings) -> Finding:
    from storage.storage import open_storage

    url = settings.database_url.get_secret_value()
    kind = "The server of PRAXIS_DATABASE_URL" if url else "Embedded SQLite"
    if not url and not home_of(settings).exists():
        return Verdict.GOOD, f"{kind}; its file is made at the first start.", ""
    storage = open_storage(settings)
    try:
        with storage.read():
            # Opening the transaction is the check; an unreachable server makes it raise Unavailable.
            pass
    finally:
        storage.close()
    return Verdict.GOOD, f"{kind} answers.", ""


def _artifacts(settings: Settings) -> Finding:
    from storage.storage import open_storage

    if not settings.artifact_url and not home_of(settings).exists():
        return Verdict.GOOD, "A folder in home; it is made at the first start.", ""
    storage = open_storage(settings)
    try:
        storage.artifacts.check()
    finally:
        storage.close()
    return Verdict.GOOD, f"{settings.artifact_url or 'A folder in home'}: written to, and read back.", ""


def _chroma(settings: Settings) -> Finding:
    if not settings.chroma_url:
        return _own_chroma(settings)
    status = chroma_server.status_of(settings.chroma_url, timeout_s=3)
    if status is None:
        raise Unavailable("The server of PRAXIS_CHROMA_URL does not answer.", hint="Start it, or clear it.")
    if status != http.HTTPStatus.OK:
        raise Unavailable(f"The server of PRAXIS_CHROMA_URL answers with status {status}.", hint="Correct the URL.")
    return Verdict.GOOD, "The server of PRAXIS_CHROMA_URL answers.", ""


def _own_chroma(settings: Settings) -> Finding:
    if not chroma_server.is_installed():
        raise Unavailable(
            "The Chroma server is not installed.",
            hint="Install it: .venv/bin/pip install --requirement requirements.txt, or set PRAXIS_CHROMA_URL.",
        )
    state = find_state(home_of(settings))
    if state is not None and "chroma" not in state.children:
        log = home_of(settings) / "logs" / "chroma.log"
        return Verdict.WARNING, "Embedded, and just not running; it is being started again.", f"Look into {log}."
    return Verdict.GOOD, "Embedded.", ""


def _language_model(settings: Settings) -> Finding:
    from core.llm.errors import LanguageModelError
    from core.llm.names import model_name, server_name
    from core.llm.probing import probe

    model = model_name(settings)
    if not model:
        return Verdict.GOOD, "None is set, and none is needed.", ""
    server = server_name(os.environ)
    try:
        is_known = probe(model)
    except LanguageModelError as error:
        return Verdict.WARNING, f"{server}: {error.message}", f"{error.hint} Praxis works without one."
    if not is_known:
        return Verdict.WARNING, f"{server} answers, but does not list {model!r}.", "Check PRAXIS_LLM_MODEL."
    return Verdict.GOOD, f"{model} at {server}: the server answers.", ""


def _nearest_existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())
