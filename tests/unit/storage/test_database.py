"""Database addresses, and databases that are not there."""

from pathlib import Path

import pytest

from core.errors import Unavailable, UserInputError
from core.settings import Settings
from storage.artifacts import ArtifactStore
from storage.database import normalise_url
from storage.storage import Storage, open_storage, sqlite_url
from tests import servers


def make_storage(folder: Path, url: str) -> Storage:
    return Storage(database_url=url, artifacts=ArtifactStore(str(folder / "artifacts"), cache_folder=folder / "cache"))


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u:p%40ss@host/name", "postgresql+psycopg://u:p%40ss@host/name"),
        ("postgres://host:5433/name", "postgresql+psycopg://host:5433/name"),
        ("postgresql+psycopg2://host/name", "postgresql+psycopg://host/name"),
        ("sqlite:////tmp/x.sqlite", "sqlite:////tmp/x.sqlite"),
    ],
)
def test_addresses_get_the_driver_that_we_use(given: str, used: str) -> None:
    assert normalise_url(given) == used


def test_another_database_is_refused_by_name() -> None:
    with pytest.raises(UserInputError) as caught:
        normalise_url("mysql://host/name")
    assert caught.value.message == "Praxis cannot keep its data in 'mysql'."
    assert "postgresql" in caught.value.hint


@pytest.mark.parametrize("url", ["", "no address", "postgresql//host"])
def test_something_that_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UserInputError):
        normalise_url(url)


def test_a_database_that_does_not_answer_is_unavailable(tmp_path: Path) -> None:
    storage = make_storage(tmp_path, f"postgresql://nobody@127.0.0.1:{servers.free_port()}/none")
    with pytest.raises(Unavailable, match="The database does not answer"), storage.read() as unit:
        unit.runs.count_by_status()
    storage.close()


def test_a_home_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    storage = make_storage(tmp_path, sqlite_url(tmp_path / "gone"))
    with pytest.raises(Unavailable), storage.write() as unit:
        unit.runs.count_by_status()


def test_the_defaults_live_in_the_home(tmp_path: Path) -> None:
    storage = open_storage(Settings(_env_file=None, home=tmp_path))  # type: ignore[call-arg]
    assert storage.database_url == f"sqlite:///{tmp_path / 'praxis.sqlite'}"
    assert storage.artifacts.url == str(tmp_path / "artifacts")
