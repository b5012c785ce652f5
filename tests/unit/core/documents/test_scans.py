"""Pages that are pictures, read by a program that speaks the command line of Tesseract."""

from pathlib import Path

import pytest

from core.documents.errors import NothingToRead
from core.documents.portable import scans
from tests.papers import Desk, Words, lines, make_pdf, shown

SCAN = bytes(10_000)
_TOP = (
    '#!/bin/sh\nif [ "$1" = --list-langs ]; then printf "List of languages:\\nosd\\nfra\\neng\\ndeu\\n"; exit 0; fi\n'
)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the program, first on the path; it has still to be written."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder / scans.PROGRAM


def install(program: Path, body: str) -> None:
    program.write_text(_TOP + body, encoding="utf-8")
    program.chmod(0o755)


def test_scanned_pages_are_read_in_their_place_and_say_so(program: Path, desk: Desk) -> None:
    install(program, 'head -1 "$1"\nprintf "\\nPART TWO\\n\\nFirst line\\nsecond line.\\n\\n- 2 -\\n\\f"\n')
    parsed = desk.read(make_pdf([lines(["One is text enough to be no scan."]), SCAN, lines(["Three."])]), "a.pdf")
    assert shown(parsed)[1][1].startswith("P5 2550 330")  # a grey picture of 300 dots an inch
    assert shown(parsed)[2:4] == [("heading2", "PART TWO"), ("paragraph", "First line\nsecond line.")]
    assert [block.page for block in parsed.blocks] == [1, 2, 2, 2, 3]
    assert [notice.text for notice in parsed.notices] == ["Page 2: scanned, read by Tesseract. Letters may be wrong."]
    assert [path.name for path in desk.folder.iterdir() if path.is_file()] == ["upload"]


def test_the_languages_that_are_there_are_used_english_first(program: Path, desk: Desk) -> None:
    install(program, 'echo "$2 $3 $4 $5 $6 with $OMP_THREAD_LIMIT thread"\n')
    assert desk.read(make_pdf([SCAN]), "a.pdf").text == "stdout -l eng+deu+fra --psm 3 with 1 thread"


@pytest.mark.parametrize("body", ["exit 1\n", 'printf " \\n\\f"\n'])
def test_a_program_that_fails_or_sees_nothing_leaves_nothing_to_read(program: Path, desk: Desk, body: str) -> None:
    install(program, body)
    with pytest.raises(NothingToRead, match="Tesseract saw no text"):
        desk.read(make_pdf([SCAN]), "a.pdf")
    parsed = desk.read(make_pdf([SCAN, lines(["Two."])]), "a.pdf")
    assert parsed.notices[0].text == "Page 1: scanned, and Tesseract saw no text there."


def test_a_page_that_takes_too_long_is_left_out(program: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    install(program, "exec sleep 60\n")
    monkeypatch.setattr(scans, "PAGE_TIMEOUT_S", 0.3)
    parsed = desk.read(make_pdf([SCAN, lines(["Two."])]), "a.pdf")
    assert [notice.code for notice in parsed.notices] == ["unread_scans"]
    assert "took longer than" in parsed.notices[0].text


def test_a_stamp_on_a_scan_does_not_make_it_text_and_a_logo_on_a_page_no_scan(program: Path, desk: Desk) -> None:
    install(program, "echo seen\n")
    assert desk.read(make_pdf([[Words("No. 7")], SCAN]), "a.pdf").text == "No. 7\n\nseen"


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([5], "Page 5"),
        ([1, 2], "Pages 1 and 2"),
        ([1, 2, 3, 9, 11, 12, 13], "Pages 1–3, 9 and 11–13"),
        (list(range(1, 100, 2)), "Pages 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21 and 39 more"),
    ],
)
def test_page_numbers_are_told_in_short(numbers: list[int], text: str) -> None:
    assert scans.page_list(numbers) == text
