"""Uses of the language model on both kinds of database, and answers that are kept as files."""

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.ids import new_id
from core.knowledge import LanguageModelUse
from core.llm.spec import Completion, Spent
from storage.language_model import KEPT_FOR_S, AnswerFiles, StoredUsageBook
from storage.storage import Storage

MIDNIGHT = datetime(2026, 3, 12, tzinfo=UTC)


def make_use(hours: float = 1, **changes: Any) -> LanguageModelUse:
    facts = {"id": new_id(), "purpose": "answer", "model": "tiny", "prompt_tokens": 100, "completion_tokens": 20}
    return LanguageModelUse(**{**facts, "cost": 0.25, "created_at": MIDNIGHT + timedelta(hours=hours), **changes})


def test_a_use_comes_back_as_it_was_booked(storage: Storage) -> None:
    use = make_use(is_cached=True, error="too_slow", duration_s=1.5, who="ann", n_redacted=3, prompt_tokens=2**40)
    StoredUsageBook(storage).add(use)
    with storage.read() as unit:
        assert unit.language_model_uses.list_newest() == (use,)


def test_a_day_is_summed_up_by_whoever_used_it(storage: Storage) -> None:
    book = StoredUsageBook(storage)
    for use in (
        make_use(-0.1),
        make_use(0),
        make_use(5, error="too_slow", n_redacted=2),
        make_use(6, is_cached=True, prompt_tokens=0, completion_tokens=0, cost=0.0),
        make_use(7, who="ann", prompt_tokens=1_000),
    ):
        book.add(use)
    assert book.spent("local", MIDNIGHT) == Spent(
        n_calls=3, n_cached=1, n_errors=1, n_redacted=2, prompt_tokens=200, completion_tokens=40, cost=0.5
    )
    assert book.spent("local", MIDNIGHT).tokens == 240
    assert book.spent("ann", MIDNIGHT).prompt_tokens == 1_000
    assert book.spent("nobody", MIDNIGHT) == Spent()
    with storage.read() as unit:
        assert unit.language_model_uses.spent(MIDNIGHT, MIDNIGHT + timedelta(hours=6)).n_calls == 2
        assert unit.language_model_uses.spent(MIDNIGHT - timedelta(days=1)).n_calls == 5


def test_uses_are_listed_newest_first_in_pages(storage: Storage) -> None:
    uses = [make_use(hours) for hours in range(5)]
    with storage.write() as unit:
        for use in uses:
            unit.language_model_uses.add(use)
    with storage.read() as unit:
        first = unit.language_model_uses.list_newest(limit=2)
        rest = unit.language_model_uses.list_newest(limit=10, before=first[-1].id)
    assert [*first, *rest] == sorted(uses, key=lambda use: use.id, reverse=True)


def test_old_uses_can_be_forgotten(storage: Storage) -> None:
    with storage.write() as unit:
        for hours in (-1, 0, 1):
            unit.language_model_uses.add(make_use(hours))
        assert unit.language_model_uses.remove_before(MIDNIGHT) == 1
        assert len(unit.language_model_uses.list_newest()) == 2


# --- answers ---------------------------------------------------------------------------------------------------------


def test_an_answer_is_found_again_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    answers = AnswerFiles(tmp_path / "cache" / "answers")
    assert answers.find("a" * 64) is None
    answers.keep("a" * 64, Completion(text="Ja, 是的.", model="tiny"))
    assert answers.find("a" * 64) == Completion(text="Ja, 是的.", model="tiny")
    assert (tmp_path / "cache" / "answers").stat().st_mode & 0o077 == 0


def test_what_was_not_asked_for_the_longest_goes_first(tmp_path: Path) -> None:
    answers = AnswerFiles(tmp_path, most_answers=3)
    recent = datetime.now(UTC).timestamp() - 100
    for number in range(3):
        answers.keep(str(number), Completion(text=str(number), model="tiny"))
        os.utime(tmp_path / f"{number}.json", (recent + number, recent + number))
    assert answers.find("0") is not None  # asked for again
    answers.keep("3", Completion(text="3", model="tiny"))
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["0", "2", "3"]


def test_the_size_of_all_answers_is_bounded(tmp_path: Path) -> None:
    answers = AnswerFiles(tmp_path, most_bytes=1_000)
    for number in range(5):
        answers.keep(str(number), Completion(text="x" * 200, model="tiny"))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 1_000
    answers.keep("large", Completion(text="x" * 2_000, model="tiny"))
    assert answers.find("large") is None


def test_an_answer_that_nobody_asks_for_is_forgotten(tmp_path: Path) -> None:
    answers = AnswerFiles(tmp_path)
    answers.keep("old", Completion(text="Old.", model="tiny"))
    long_ago = datetime.now(UTC).timestamp() - KEPT_FOR_S - 10
    os.utime(tmp_path / "old.json", (long_ago, long_ago))
    answers.keep("new", Completion(text="New.", model="tiny"))
    assert [path.stem for path in tmp_path.iterdir()] == ["new"]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b'{"text": 5}'])
def test_a_damaged_file_is_no_answer(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key.json").write_bytes(content)
    assert AnswerFiles(tmp_path).find("key") is None


def test_a_folder_that_cannot_be_written_costs_nothing_but_the_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    answers = AnswerFiles(tmp_path / "file" / "answers")
    answers.keep("key", Completion(text="Hello.", model="tiny"))
    assert answers.find("key") is None


def test_several_writers_leave_whole_answers(tmp_path: Path) -> None:
    answers = AnswerFiles(tmp_path, most_answers=5)

    def write(name: str) -> None:
        for number in range(30):
            answers.keep(str(number % 10), Completion(text=name * 100, model="tiny"))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [answers.find(str(number)) for number in range(10)]
    assert 1 <= sum(one is not None for one in found) <= 5
    assert {len(set(one.text)) for one in found if one} == {1}
    assert list(tmp_path.glob("*.part")) == []
