"""``python -m app``: the only place that starts things.

Every command imports what it needs when it runs, so that ``--help`` and a refusal come at once.
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import UserInputError, WorkbenchError
from core.jobs import QueueName

if TYPE_CHECKING:
    from core.settings import Settings

REFUSED = 2
"""Exit code when the command cannot work as asked; 1 is for what breaks later."""

application = typer.Typer(
    name="praxis",
    help="Praxis, a data-science workbench in the browser.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Host = Annotated[str | None, typer.Option(help="Address to listen on; anything but loopback needs an access token.")]
Port = Annotated[int | None, typer.Option(min=0, max=65_535, help="Port of the pages and of /api; 0 takes a free one.")]
Home = Annotated[Path | None, typer.Option(help="Folder that holds all state of this instance.")]


@application.command()
def serve(host: Host = None, port: Port = None, home: Home = None) -> None:
    """Run the whole instance on this machine: web, workers, sweeper and what they need."""
    with _plain_errors():
        settings = _load_settings(host=host, port=port, home=home)
        from app import instance, serving

        instance.check_exposure(settings)
        lock = instance.HomeLock(instance.home_of(settings))
        try:
            free_port = instance.claim_port(settings.host, settings.port)
        except UserInputError:
            lock.release()
            raise
        instance.ensure_open_files()
        serving.serve(settings.model_copy(update={"port": free_port}), lock=lock)


@application.command()
def web(host: Host = None, port: Port = None, home: Home = None) -> None:
    """Run the pages and the API alone, in the foreground."""
    with _role(host=host, port=port, home=home) as settings:
        from app.instance import check_exposure
        from app.server import run_web

        check_exposure(settings)
        run_web(settings)


@application.command()
def worker(
    queues: Annotated[
        str, typer.Option(help="Queues to serve, the first one first: cpu, interactive, documents, gpu.")
    ] = "cpu,interactive,documents",
    home: Home = None,
) -> None:
    """Run one worker in the foreground, on this or another machine."""
    with _role(home=home) as settings:
        from app.bootstrap import run_worker

        run_worker(settings, parse_queues(queues))
        # Without the interpreter's own end, at which DuckDB's binding reports its functions as leaked in forty lines.
        logging.shutdown()
        os._exit(0)


@application.command(hidden=True)
def horse(worker_name: str, job_id: str, queue: str, execution_id: str) -> None:
    """Be the process of one job; a GPU worker starts it, nobody else does."""
    with _role() as settings:
        from app.bootstrap import run_horse

        run_horse(settings, worker=worker_name, job_id=job_id, queue=queue, execution_id=execution_id)


@application.command()
def sweep(home: Home = None) -> None:
    """Run the sweeper in the foreground: it finds lost runs and forgotten rows."""
    with _role(home=home) as settings:
        from app.bootstrap import run_sweeper

        run_sweeper(settings)


@application.command()
def upgrade(home: Home = None) -> None:
    """Bring the database schema up to date and end; serve does it by itself."""
    with _role(home=home) as settings:
        from app.instance import home_of
        from storage.migrations import upgrade as upgrade_schema
        from storage.storage import sqlite_url

        folder = home_of(settings)
        folder.mkdir(parents=True, exist_ok=True)
        upgrade_schema(settings.database_url.get_secret_value() or sqlite_url(folder))


@application.command()
def doctor(home: Home = None) -> None:
    """Check every component and say how to mend what is broken."""
    with _plain_errors():
        settings = _load_settings(home=home)
        from app.doctor import examine, report

        checks = examine(settings)
        print(report(checks))
        if any(check.is_broken for check in checks):
            raise typer.Exit(1)


@application.command()
def version() -> None:
    """Print the version."""
    from core.version import code_version

    print(f"Praxis {code_version()}")


def main() -> None:
    """The entry point."""
    application()


def parse_queues(text: str) -> tuple[QueueName, ...]:
    """The queues in a comma-separated list, in its order.

    Raises:
        UserInputError: A name is unknown, or there is none.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    known = ", ".join(QueueName)
    if not names:
        raise UserInputError("A worker needs at least one queue.", hint=f"Known: {known}.", field="queues")
    unknown = next((name for name in names if name not in set(QueueName)), None)
    if unknown is not None:
        raise UserInputError(f"Unknown queue {unknown!r}.", hint=f"Known: {known}.", field="queues")
    return tuple(dict.fromkeys(QueueName(name) for name in names))


@contextmanager
def _role(*, host: str | None = None, port: int | None = None, home: Path | None = None) -> "Iterator[Settings]":
    """One process of an instance: it dies with the supervisor that started it, if one did."""
    from app.lifeline import tie_to_supervisor

    tie_to_supervisor()
    with _plain_errors():
        yield _load_settings(host=host, port=port, home=home)


def _load_settings(*, host: str | None = None, port: int | None = None, home: Path | None = None) -> "Settings":
    """The settings with what the command line says; the environment is changed, so that children see the same.

    Raises:
        UserInputError: A setting has an impossible value.
    """
    from pydantic import ValidationError

    from core.settings import Settings  # not from the composition root, which imports every adapter

    for name, value in (("HOST", host), ("PORT", port), ("HOME", home)):
        if value is not None:
            os.environ[f"PRAXIS_{name}"] = str(value)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0])
        raise UserInputError(
            f"PRAXIS_{name.upper()} has an impossible value: {first['msg']}.",
            hint="docs/configuration.md explains every setting.",
            field=name,
        ) from error


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Errors written for people end the command with their text; anything else is a bug and keeps its traceback."""
    try:
        yield
    except WorkbenchError as error:
        print(f"{error.message}\n{error.hint}".rstrip(), file=sys.stderr)
        from app.supervisor import StartFailed

        raise typer.Exit(1 if isinstance(error, StartFailed) else REFUSED) from error
