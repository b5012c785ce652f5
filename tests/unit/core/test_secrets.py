"""Secrets at rest: who can open them, and where the key is."""

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.errors import Conflict, UserInputError
from core.secrets import SecretBox
from core.settings import Settings


def settings_of(home: Path, key: str = "") -> Settings:
    return Settings(home=home, secret_key=SecretStr(key))


def test_what_one_box_seals_another_with_its_key_opens(tmp_home: Path) -> None:
    for settings in (settings_of(tmp_home), settings_of(tmp_home, "a phrase")):
        sealed = SecretBox.of(settings).seal("pässword")
        assert "ssword" not in sealed
        assert SecretBox.of(settings).open(sealed) == "pässword"
        assert SecretBox.of(settings).seal("pässword") != sealed


def test_only_its_owner_may_read_the_key_file(tmp_home: Path) -> None:
    SecretBox.of(settings_of(tmp_home))
    assert (tmp_home / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_home.iterdir()] == ["secret.key"]


def test_a_phrase_in_the_settings_needs_no_file_and_serves_every_machine(tmp_path: Path) -> None:
    sealed = SecretBox.of(settings_of(tmp_path / "one", "a phrase")).seal("x")
    assert SecretBox.of(settings_of(tmp_path / "two", "a phrase")).open(sealed) == "x"
    assert list(tmp_path.iterdir()) == []


def test_another_key_is_told_what_to_do(tmp_home: Path) -> None:
    sealed = SecretBox.of(settings_of(tmp_home, "a phrase")).seal("x")
    with pytest.raises(Conflict, match="cannot be read with the present key") as caught:
        SecretBox.of(settings_of(tmp_home, "another")).open(sealed)
    assert "PRAXIS_SECRET_KEY" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"no key", b"\xff" * 44])
def test_a_damaged_key_file_is_told(tmp_home: Path, content: bytes) -> None:
    (tmp_home / "secret.key").write_bytes(content)
    with pytest.raises(UserInputError, match=r"secret\.key in PRAXIS_HOME does not hold a key"):
        SecretBox.of(settings_of(tmp_home))


def test_processes_that_start_at_once_agree_on_one_key(tmp_home: Path) -> None:
    code = (
        "from pathlib import Path; from core.secrets import SecretBox; from core.settings import Settings;"
        f"print(SecretBox.of(Settings(home=Path({str(tmp_home)!r}))).seal('x'))"
    )
    started = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    sealed = [process.communicate()[0].strip() for process in started]
    assert [SecretBox.of(settings_of(tmp_home)).open(text) for text in sealed] == ["x"] * 4
