"""Secrets are blotted out before anything leaves this machine, and again in what comes back.

Patterns find the secrets of well-known services, private keys, passwords in addresses and in assignments. They are a
net, not a promise: a secret that looks like a word passes. The secrets of this instance are known and found exactly.
"""

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import SecretStr

from core.llm.spec import ChatMessage
from core.llm.texts import storable
from core.secrets import KEY_FILE
from core.settings import Settings

SHORTEST_SECRET = 8
"""Shorter ones would blot out ordinary words."""
LONGEST_SECRET = 4_000
_SECRET_VARIABLE = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS)$")

_KEY_PREFIXES = (
    r"sk-[A-Za-z0-9_-]{16,}",  # OpenAI, Anthropic and those who follow them
    r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}",  # Stripe
    r"(?:AKIA|ASIA)[A-Z0-9]{16}",  # Amazon
    r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}",
    r"glpat-[A-Za-z0-9_-]{16,}",
    r"xox[abeoprs]-[A-Za-z0-9-]{10,}",  # Slack
    r"AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{20,}",  # Google
    r"hf_[A-Za-z0-9]{20,}",
    r"npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}",
    r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",  # SendGrid
)
_NAME = (
    r"(?:password|passwd|passphrase|pwd|secret|token|api[ _-]?key|access[ _-]?key|private[ _-]?key|client[ _-]?secret)"
)
_SECRETS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "private key",
        re.compile(
            r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.{0,20000}?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|\Z)", re.DOTALL
        ),
    ),
    ("token", re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*")),
    ("key", re.compile(rf"\b(?:{'|'.join(_KEY_PREFIXES)})")),
    ("token", re.compile(r"(?<=\bBearer )[A-Za-z0-9._~+/-]{12,}=*|(?<=\bBasic )[A-Za-z0-9+/]{12,}=*", re.IGNORECASE)),
    ("password", re.compile(r"(?<=://)[^\s/:@]{0,200}:[^\s/@]{1,200}(?=@)")),
    # After "=" anything of some length is a value; after ":" in prose only what no word looks like.
    (
        "password",
        re.compile(
            rf"(?<![a-z]){_NAME}[\"']?\s{{0,3}}=\s{{0,3}}[\"']?(?P<value>[^\s\"',;&<>]{{6,200}})", re.IGNORECASE
        ),
    ),
    (
        "password",
        re.compile(
            rf"(?<![a-z]){_NAME}[\"']?\s{{0,3}}:\s{{0,3}}[\"']?(?P<value>(?=[^\s\"',;]*[\d!#$%&*+?@^_~])[^\s\"',;<>]{{6,200}})",
            re.IGNORECASE,
        ),
    ),
)
_CONTACTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("e-mail", re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}\b")),
    # Groups of digits set apart as people write them; ``_is_telephone`` looks at what is found.
    (
        "telephone",
        re.compile(r"(?<![\w.,])(?:\+\d{1,3}[ /-]?)?(?:\(\d{1,5}\)[ /-]?)?\d{2,5}(?:[ /-]\d{2,5}){2,4}(?![\w.,]\d|\d)"),
    ),
)


class Redactor:
    """Blots out secrets, and contacts if it is told to. Two equal secrets become the same mark."""

    def __init__(self, own: Iterable[str] = (), *, hides_contacts: bool = False) -> None:
        """``own`` are secrets known by value."""
        long_enough = {secret for secret in own if SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET}
        self._own = tuple(sorted(long_enough, key=len, reverse=True))
        self._patterns = _SECRETS + (_CONTACTS if hides_contacts else ())

    @classmethod
    def of(cls, settings: Settings, environment: Mapping[str, str] | None = None) -> "Redactor":
        """The one for an instance, which knows its secrets."""
        return cls(own_secrets(settings, environment), hides_contacts=settings.llm_hide_contacts)

    def redacted(self, text: str) -> tuple[str, Counter[str]]:
        """``text`` with marks such as ``[key removed]``, and how many of which kind there are."""
        found: Counter[str] = Counter()
        for secret in self._own:
            n = text.count(secret)
            if n:
                text = text.replace(secret, mark("secret"))
                found["secret"] += n
        for kind, pattern in self._patterns:
            text = pattern.sub(lambda match, kind=kind: _blotted(match, kind, found), text)  # type: ignore[misc]
        return text, found

    def redacted_messages(self, messages: Sequence[ChatMessage]) -> tuple[list[dict[str, Any]], Counter[str]]:
        """Messages with every text in them redacted; roles, names and ids stay."""
        found: Counter[str] = Counter()
        return [self._walk(dict(message), found) for message in messages], found

    def without_own(self, text: str) -> str:
        """``text`` from outside, without the secrets of this instance: a server may quote the key."""
        for secret in self._own:
            text = text.replace(secret, mark("secret"))
        return text

    def streamed(self) -> "StreamRedactor":
        """The same for a text that comes in pieces."""
        return StreamRedactor(self._own)

    def _walk(self, value: Any, found: Counter[str]) -> Any:
        if isinstance(value, str):
            text, kinds = self.redacted(storable(value))
            found += kinds
            return text
        if isinstance(value, dict):
            kept = ("role", "id", "type", "tool_call_id", "name")
            return {name: part if name in kept else self._walk(part, found) for name, part in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._walk(part, found) for part in value]
        return value


class StreamRedactor:
    """Holds back what may be the beginning of a secret until it is clear that it is none."""

    def __init__(self, own: Sequence[str]) -> None:
        self._own = own
        self._held = ""

    def feed(self, piece: str) -> str:
        """What of the text so far may be shown."""
        text = self._held + piece
        for secret in self._own:
            text = text.replace(secret, mark("secret"))
        keep = max((_overlap(text, secret) for secret in self._own), default=0)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def flush(self) -> str:
        """What was held back, when nothing more comes."""
        held, self._held = self._held, ""
        return held


def mark(kind: str) -> str:
    """What stands in the place of a secret."""
    return f"[{kind} removed]"


def own_secrets(settings: Settings, environment: Mapping[str, str] | None = None) -> set[str]:
    """The secrets of this instance that its processes know: settings, environment, key file, passwords of addresses."""
    values = os.environ if environment is None else environment
    found = {value for name, value in values.items() if _SECRET_VARIABLE.search(name.upper())}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
            found.add(value)
        if isinstance(value, str):
            found.update(re.findall(r"://[^\s/:@]*:([^\s/@]+)@", value))
    key_file = settings.home / KEY_FILE
    if key_file.is_file():
        found.add(key_file.read_text(encoding="ascii", errors="replace").strip())
    return {secret for secret in found if len(secret) >= SHORTEST_SECRET}


def _is_telephone(text: str) -> bool:
    """Whether groups of digits are neither an amount, which is shorter, nor a date."""
    n_digits = sum(character.isdigit() for character in text)
    return 9 <= n_digits <= 15 and re.match(r"\d{4}[-/]\d{2}[-/]\d{2}\b", text) is None


def _blotted(match: re.Match[str], kind: str, found: Counter[str]) -> str:
    if kind == "telephone" and not _is_telephone(match[0]):
        return match[0]
    found[kind] += 1
    if "value" not in match.re.groupindex:
        return mark(kind)
    start, end = match.span("value")
    return match.string[match.start() : start] + mark(kind) + match.string[end : match.end()]


def _overlap(text: str, secret: str) -> int:
    """Length of the longest end of ``text`` that ``secret`` begins with."""
    for size in range(min(len(text), len(secret) - 1), 0, -1):
        if text.endswith(secret[:size]):
            return size
    return 0
