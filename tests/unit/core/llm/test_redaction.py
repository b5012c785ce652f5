"""Secrets do not leave the machine; ordinary text does, unchanged."""

from pathlib import Path

import pytest

from core.llm.client import LanguageModel
from core.llm.redaction import Redactor, StreamRedactor, own_secrets
from core.secrets import KEY_FILE, SecretBox
from core.settings import Settings
from tests import llm_server as chat
from tests.llm_server import run_llm_server

PRIVATE_KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nabc\n-----END RSA PRIVATE KEY-----"

SECRETS = {
    "sk-proj-abcdefghijklmnop1234": "key",
    "AKIAIOSFODNN7EXAMPLE": "key",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789": "key",
    "github_pat_11AAAAAAA0abcdefghijklmnopqrstuvwxyz": "key",
    "glpat-abcdefghij1234567890": "key",
    "xoxb-123456789012-abcdefGHIJ": "key",
    "AIzaSyA-abcdefghijklmnopqrstuvwxyz012345": "key",
    "hf_abcdefghijklmnopqrstuvwxyz": "key",
    "sk_live_abcdefghijklmnop1234": "key",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9": "token",
    PRIVATE_KEY: "private key",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA and no end": "private key",
}


@pytest.mark.parametrize(("secret", "kind"), SECRETS.items(), ids=range(len(SECRETS)))
def test_a_secret_is_blotted_out_wherever_it_stands(secret: str, kind: str) -> None:
    for text in (secret, f"Use {secret}", f'{{"x": "{secret}"}}', f"a\n{secret}"):
        redacted, found = Redactor().redacted(text)
        assert secret not in redacted
        assert f"[{kind} removed]" in redacted
        assert found == {kind: 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql://praxis:hunter2@db/x", "postgresql://[password removed]@db/x"),
        ("redis://:geheim@queue:6379/0", "redis://[password removed]@queue:6379/0"),
        ("Authorization: Bearer abcdef0123456789", "Authorization: Bearer [token removed]"),
        ("PASSWORD=correcthorse", "PASSWORD=[password removed]"),
        ('{"api_key": "a1b2c3d4e5"}', '{"api_key": "[password removed]"}'),
        ("client-secret: s3cr3t!value, and on", "client-secret: [password removed], and on"),
        ("db_password = 'tr0ub4dor'", "db_password = '[password removed]'"),
    ],
)
def test_a_password_goes_and_what_is_around_it_stays(text: str, expected: str) -> None:
    assert Redactor().redacted(text)[0] == expected


@pytest.mark.parametrize(
    "text",
    [
        "The password: choose a long one that you can remember.",
        "Token: a word or a part of one.",
        "The ratio is 3:4@home, see http://example.org/a:b and mailto:ann@example.org.",
        "A risk-based approach, sk-learn, and the task-oriented AIzawa.",
        "Secret ingredients: butter, flour, salt.",
        "Ein Geheimnis: Überraschung. 密码: 没有。",
        "On 2024-03-12 10:15 the value was 12 345.67 (order 2024-0012-55).",
        "",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert Redactor().redacted(text) == (text, {})


def test_contacts_go_only_when_they_are_to() -> None:
    text = "Write to ann.alder+x@mail.example.org or call +49 (030) 123 45 67 89, not 030/1234-567."
    assert Redactor().redacted(text)[0] == text
    redacted, found = Redactor(hides_contacts=True).redacted(text)
    assert redacted == "Write to [e-mail removed] or call [telephone removed], not [telephone removed]."
    assert found == {"e-mail": 1, "telephone": 2}


def test_numbers_that_are_no_telephone_stay() -> None:
    text = "In 2024 there were 12 345 678 people, 3.14 of 2 500 or 7,000 on 2024-03-12 10:15, in 2019-2023 and 2024/25."
    assert Redactor(hides_contacts=True).redacted(text) == (text, {})


def test_every_text_of_a_message_is_looked_at_and_names_stay() -> None:
    secret = "sk-abcdefghijklmnop1234"
    call = {"id": "call-1", "type": "function", "function": {"name": "query", "arguments": f'{{"sql": "{secret}"}}'}}
    messages = [
        {"role": "user", "content": [{"type": "text", "text": secret}]},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call-1", "content": secret},
    ]
    redacted, found = Redactor().redacted_messages(messages)
    assert secret not in str(redacted)
    assert found == {"key": 3}
    assert [message["role"] for message in redacted] == ["user", "assistant", "tool"]
    assert redacted[1]["tool_calls"][0]["function"]["name"] == "query"
    assert messages[2]["content"] == secret  # the caller's own stay as they are


def test_the_secrets_of_the_instance_are_known(tmp_path: Path) -> None:
    settings = Settings(  # type: ignore[call-arg]
        _env_file=None,
        home=tmp_path,
        access_token="let-me-in-please",
        database_url="postgresql://praxis:db-password-1@db/praxis",
        chroma_url="http://reader:vector-pass@chroma:8000",
        artifact_url="s3://bucket/prefix",
    )
    SecretBox.of(settings)
    key = (tmp_path / KEY_FILE).read_text().strip()
    environment = {
        "OPENAI_API_KEY": "plain-looking-key",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtn",
        "HOME": "/home/ann-alder",
    }
    redactor = Redactor.of(settings, environment)
    for secret in ("let-me-in-please", "db-password-1", "vector-pass", key, "plain-looking-key", "wJalrXUtn"):
        assert redactor.redacted(f"It is {secret}.")[0] == "It is [secret removed]."
    assert redactor.redacted("/home/ann-alder s3://bucket/prefix")[1] == {}
    assert "" not in own_secrets(settings, {})


def test_short_secrets_do_not_blot_out_words() -> None:
    assert Redactor(["a", "none", "key"]).redacted("none of the keys") == ("none of the keys", {})


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_a_secret_that_comes_in_pieces_is_caught(size: int) -> None:
    text = "first abcabcabd then abcabcabc at the end abcabca"
    redactor = StreamRedactor(["abcabcabc"])
    shown = [redactor.feed(text[start : start + size]) for start in range(0, len(text), size)]
    assert "".join([*shown, redactor.flush()]) == "first abcabcabd then [secret removed] at the end abcabca"


def test_nothing_secret_reaches_the_server_and_the_count_is_known() -> None:
    with run_llm_server(chat.answers(lambda body: str(body["messages"]))) as server:
        model = LanguageModel(
            "tiny", environment={"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "the-key-of-the-server"}
        )
        secrets = "the-key-of-the-server ghp_abcdefghijklmnopqrstuvwxyz0123456789"
        answer = model.complete([{"role": "user", "content": secrets}], purpose="test")
        model.close()
        assert server.requests[0]["messages"] == [{"role": "user", "content": "[secret removed] [key removed]"}]
    assert "ghp_" not in answer.text


def test_long_texts_take_no_long_time() -> None:
    for text in (
        "password" * 50_000,
        "a:" * 200_000,
        "://" * 100_000,
        "-----BEGIN PRIVATE KEY-----" * 2_000,
        "1 " * 100_000,
        "a.b-" * 50_000,
    ):
        redacted, _ = Redactor(hides_contacts=True).redacted(text)
        assert isinstance(redacted, str)
