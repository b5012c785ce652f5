"""Secrets at rest: passwords of connections, encrypted with a key that is never stored beside them.

The key comes from ``PRAXIS_SECRET_KEY``, or else from the file ``secret.key`` in the home folder, which is made when it
is first needed and which only its owner may read.
"""

import base64
import hashlib
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from core.errors import Conflict, UserInputError
from core.settings import Settings

KEY_FILE = "secret.key"
_SALT = b"praxis saved connections"
"""The same for every instance: one key in the settings has to open the same secrets on every machine of a cluster."""
_SCRYPT = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
"""Interactive cost as RFC 7914 suggests it: 16 MiB, about 50 ms, once in a process."""


class SecretBox:
    """Encrypts and opens short texts. Two boxes with one key open each other's texts."""

    def __init__(self, key: bytes) -> None:
        """``key`` is a Fernet key: 32 bytes in URL-safe base 64."""
        self._fernet = Fernet(key)

    @classmethod
    def of(cls, settings: Settings) -> "SecretBox":
        """The box of the instance with these settings; makes its key file when there is none.

        Raises:
            UserInputError: The key file does not hold a key.
        """
        if phrase := settings.secret_key.get_secret_value():
            return cls(_derived_key(phrase))
        path = settings.home.resolve() / KEY_FILE
        try:
            return cls(_file_key(path))
        except ValueError as error:
            raise UserInputError(
                f"The file {KEY_FILE} in PRAXIS_HOME does not hold a key.",
                hint="Bring it back from a copy. If there is none, remove it and enter the saved passwords again.",
            ) from error

    def seal(self, text: str) -> str:
        """``text`` encrypted and signed; different at each call."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """The text that ``seal`` was given.

        Raises:
            Conflict: Another key was used, or the text was changed.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise Conflict(
                "The saved password cannot be read with the present key.",
                hint="Enter the password of this connection again, or bring back the key it was saved with "
                f"(PRAXIS_SECRET_KEY, or {KEY_FILE} in PRAXIS_HOME).",
            ) from error


@lru_cache(maxsize=4)
def _derived_key(phrase: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.scrypt(phrase.encode(), salt=_SALT, **_SCRYPT))


def _file_key(path: Path) -> bytes:
    """The key in ``path``; of several processes that find none, one makes it and all get the same."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{KEY_FILE}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key())
        try:
            os.link(draft, path)  # fails when another process was faster, unlike a rename
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes().strip()
