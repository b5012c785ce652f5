"""Kaggle through its official SDK: who signs in, which files a dataset has, and one of them streamed to disk."""

import json
import os
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
import urllib3
from kagglesdk.competitions.services.competition_api_service import CompetitionApiClient
from kagglesdk.competitions.types.competition_api_service import ApiDownloadDataFileRequest, ApiListDataFilesRequest
from kagglesdk.datasets.services.dataset_api_service import DatasetApiClient
from kagglesdk.datasets.types.dataset_api_service import ApiDownloadDatasetRequest, ApiListDatasetFilesRequest
from kagglesdk.kaggle_http_client import KaggleHttpClient

from core.computing.spec import OpenConnection
from core.errors import UserInputError, WorkbenchError
from core.ids import clean_name
from core.tables.detection import shorten

CONNECT_TIMEOUT_S, READ_TIMEOUT_S, TOTAL_TIMEOUT_S = 10.0, 60.0, 3_600.0
PIECE_BYTES = 256 * 1024
MAX_FILES = 500
"""How many files of a dataset are listed."""
_PAGE = 100
_PAGE_ADDRESS = re.compile(r"^(https?://)?(www\.)?kaggle\.com/")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_WHERE_TO_GET = (
    "On kaggle.com, open Settings, API, and create a token. Then save user name and key here, or set KAGGLE_USERNAME "
    "and KAGGLE_KEY, or put kaggle.json into ~/.kaggle, where Praxis runs."
)


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Who signs in. ``repr`` keeps the key."""

    username: str
    key: str

    def __repr__(self) -> str:
        return f"Credentials(username={self.username!r})"


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """One file of a dataset at Kaggle."""

    name: str
    size_bytes: int


def find_credentials(account: OpenConnection | None = None, environment: Mapping[str, str] = os.environ) -> Credentials:
    """Who signs in: the saved account, else the environment, else the file that Kaggle's own tools read.

    Raises:
        UserInputError: There is none; the hint says where to get one.
    """
    if account is not None and account.password:
        return Credentials(username=str(account.connection.params.get("username", "")), key=account.password)
    if token := environment.get("KAGGLE_API_TOKEN", ""):
        return Credentials(username="", key=token)
    username, key = environment.get("KAGGLE_USERNAME", ""), environment.get("KAGGLE_KEY", "")
    if username and key:
        return Credentials(username=username, key=key)
    for folder in _folders(environment):
        with suppress(OSError, ValueError, KeyError, TypeError):
            saved = json.loads((folder / "kaggle.json").read_text(encoding="utf-8"))
            return Credentials(username=str(saved["username"]), key=str(saved["key"]))
    raise UserInputError("Kaggle lets nobody in without a key, and there is none.", hint=_WHERE_TO_GET)


def _folders(environment: Mapping[str, str]) -> list[Path]:
    home = Path(environment.get("HOME") or Path.home())
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    given = [Path(environment["KAGGLE_CONFIG_DIR"])] if environment.get("KAGGLE_CONFIG_DIR") else []
    return [*given, home / ".kaggle", config / "kaggle"]


class Kaggle:
    """One session with Kaggle. Nothing is sent before the first question."""

    def __init__(self, credentials: Credentials) -> None:
        self._http = _BoundedClient(credentials)

    def list_files(self, handle: str) -> tuple[RemoteFile, ...]:
        """Files of a dataset (``owner/name``) or of a competition (``competitions/name``).

        Raises:
            UserInputError: There is no such dataset, or Kaggle lets nobody in with this key.
        """
        owner, name = split_handle(handle)
        found: list[RemoteFile] = []
        token = None
        while len(found) < MAX_FILES:
            answer = self._ask(handle, lambda token=token: self._list_page(owner, name, token))  # type: ignore[misc]
            page = answer.files or []
            found += [RemoteFile(name=str(file.name), size_bytes=int(file.total_bytes or 0)) for file in page if file]
            token = answer.next_page_token
            if not token or not page:
                break
        return tuple(found[:MAX_FILES])

    def download(
        self,
        handle: str,
        file: str,
        destination: Path,
        *,
        version: int | None = None,
        max_bytes: int,
        on_bytes: Callable[[int, int | None], None],
    ) -> str:
        """Stream one file to ``destination``; its name as Kaggle delivers it (large ones come as a ZIP archive).

        Raises:
            UserInputError: There is no such dataset or file, or it is too large.
        """
        owner, name = split_handle(handle)
        response: requests.Response = self._ask(f"{handle}: {file}", lambda: self._open(owner, name, file, version))
        declared = response.headers.get("Content-Length", "")
        total = int(declared) if declared.isdigit() else None
        received, deadline = 0, time.monotonic() + TOTAL_TIMEOUT_S
        try:
            with response, destination.open("wb") as target:
                for piece in response.raw.stream(PIECE_BYTES, decode_content=True):
                    received += len(piece)
                    if received > max_bytes or (total or 0) > max_bytes:
                        raise _too_large(max_bytes)
                    if time.monotonic() > deadline:
                        raise UserInputError("Kaggle is too slow.", hint="Try again later.")
                    target.write(piece)
                    on_bytes(received, total)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise UserInputError(f"The download broke off after {received:,} bytes.", hint="Try again.") from error
        if total is not None and received < total and not response.headers.get("Content-Encoding"):
            raise UserInputError(f"The download broke off after {received:,} of {total:,} bytes.", hint="Try again.")
        return _delivered_name(response, file)

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def _list_page(self, owner: str, name: str, token: str | None) -> Any:
        if owner == "competitions":
            request = ApiListDataFilesRequest()
            request.competition_name = name
            request.page_size, request.page_token = _PAGE, token
            return CompetitionApiClient(self._http).list_data_files(request)
        asked = ApiListDatasetFilesRequest()
        asked.owner_slug, asked.dataset_slug = owner, name
        asked.page_size, asked.page_token = _PAGE, token
        return DatasetApiClient(self._http).list_dataset_files(asked)

    def _open(self, owner: str, name: str, file: str, version: int | None) -> Any:
        if owner == "competitions":
            request = ApiDownloadDataFileRequest()
            request.competition_name, request.file_name = name, file
            return CompetitionApiClient(self._http).download_data_file(request)
        asked = ApiDownloadDatasetRequest()
        asked.owner_slug, asked.dataset_slug, asked.file_name = owner, name, file
        asked.dataset_version_number = version
        return DatasetApiClient(self._http).download_dataset(asked)

    def _ask(self, what: str, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except requests.HTTPError as error:
            raise _refusal(what, error.response.status_code if error.response is not None else 0) from error
        except requests.RequestException as error:
            raise UserInputError(
                "Kaggle does not answer.", hint="Check that this machine is connected to the internet, or try later."
            ) from error


def split_handle(handle: str) -> tuple[str, str]:
    """Owner and name of a dataset; ``competitions`` and the name of a competition.

    Addresses of the pages at kaggle.com are understood as well.

    Raises:
        UserInputError: It is neither.

    Example:
        >>> split_handle("https://www.kaggle.com/datasets/someone/some-data?select=x.csv")
        ('someone', 'some-data')
    """
    text = _PAGE_ADDRESS.sub("", handle.strip()).partition("?")[0].strip("/")
    text = re.sub(r"^c/", "competitions/", text.removeprefix("datasets/"))
    parts = text.split("/")
    if len(parts) < 2 or not all(_NAME.fullmatch(part) for part in parts[:2]):
        raise UserInputError(
            f"{shorten(handle)} is not the name of a dataset at Kaggle.",
            hint="It looks like owner/name, as in the address of its page; for a competition, competitions/name.",
            field="dataset",
        )
    return parts[0], parts[1]


class _BoundedClient(KaggleHttpClient):  # type: ignore[misc]  # the SDK ships no types
    """Kaggle's client with a limit on each wait, which its own lacks, and with no key but the one that it is given."""

    def __init__(self, credentials: Credentials) -> None:
        super().__init__(username=credentials.username, password=credentials.key, user_agent="praxis")
        self._credentials = credentials

    def close(self) -> None:
        if self._session is not None:
            self._session.close()

    def _init_session(self) -> Any:
        is_new = self._session is None
        super()._init_session()
        if is_new:
            for scheme in ("https://", "http://"):
                self._session.mount(scheme, _BoundedAdapter())
        return self._session

    def _try_fill_auth(self) -> None:
        given = self._credentials
        self._session.auth = (given.username, given.key) if given.username else self.BearerAuth(given.key)
        self._signed_in = True


class _BoundedAdapter(requests.adapters.HTTPAdapter):
    def send(self, request: Any, *arguments: Any, **options: Any) -> requests.Response:
        options["timeout"] = options.get("timeout") or (CONNECT_TIMEOUT_S, READ_TIMEOUT_S)
        return super().send(request, *arguments, **options)


def _delivered_name(response: requests.Response, file: str) -> str:
    """What was asked for, with .zip behind it when Kaggle packed it."""
    delivered = Path(unquote(urlsplit(response.url).path)).name
    name = clean_name(file.replace("\\", "/").rpartition("/")[2], max_length=200) or "table"
    is_packed = delivered.lower().endswith(".zip") or "zip" in response.headers.get("Content-Type", "").lower()
    return f"{name}.zip" if is_packed and not name.lower().endswith(".zip") else name


def _refusal(what: str, status: int) -> WorkbenchError:
    if status == 401:
        return UserInputError("Kaggle does not accept the user name or the key.", hint=_WHERE_TO_GET)
    if status == 403:
        message = f"Kaggle does not hand out {shorten(what)} to this account."
        return UserInputError(
            message, hint="Open its page at kaggle.com and accept its rules, or take another account."
        )
    if status == 404:
        return UserInputError(f"Kaggle has no {shorten(what)}.", hint="Check the spelling.", field="dataset")
    if status == 429:
        return UserInputError("Kaggle has been asked too often.", hint="Try again in some minutes.")
    return UserInputError(f"Kaggle answers with status {status}.", hint="Try again later.")


def _too_large(max_bytes: int) -> UserInputError:
    hint = "Look for a smaller file of the dataset, or raise PRAXIS_MAX_UPLOAD_MB."
    return UserInputError(f"The file is larger than {max_bytes / 1e6:,.0f} MB.", hint=hint)
