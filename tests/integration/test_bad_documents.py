"""A pile of bad documents put in together: each is refused by name, the good ones go on, nothing half-read stays."""

import io
import random
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from app import chroma_server
from core.documents.errors import DocumentTooLarge, UnreadableDocument
from core.errors import UserInputError
from core.knowledge import Document, DocumentStatus
from core.retrieval.spec import Filters, SearchSettings
from core.types import Severity
from tests import servers
from tests.library import CATS, Shelf
from tests.papers import Words, make_bomb, make_docx, make_pdf, make_pptx, paragraph, shape
from tests.stacks import Stack, run_stack, wait_for
from tests.workbooks import encrypted, make_ole2, make_xlsx, make_zip

NOISE = random.Random(7).randbytes(20_000)
GREY = bytes([200]) * 10_000
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGHING = f'<!DOCTYPE w:document [<!ENTITY l0 "ha">{LAUGHS}]>'
PEEKING = '<!DOCTYPE w:document [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
ENTITY = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
HOSTILE = "<img src=x onerror=alert(1)> ![x](http://evil.example/x.png) $x$ :red[x] www.evil.example"
TALE = "The lighthouse keeper of Marrow Point counts herons every evening."

Content = bytes | str


def zipped(*entries: tuple[str, Content]) -> bytes:
    """A ZIP with these names as they are, two of one name among them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


FAIL: dict[str, tuple[Content, set[str]]] = {
    "locked.pdf": (make_pdf([[Words("Secret")]], password="pw"), {"encrypted_document"}),
    "cut.pdf": (make_pdf([[Words(TALE)]] * 20)[:-900], {"damaged_document"}),
    "noise.pdf": (b"%PDF-1.7\n" + NOISE, {"damaged_document"}),
    "blank.pdf": (make_pdf([[], [], []]), {"nothing_to_read"}),
    "scan.pdf": (make_pdf([GREY, GREY]), {"needs_ocr", "nothing_to_read"}),
    "laughs.docx": (make_docx(ENTITY.format("&l9;"), before=LAUGHING), {"unsafe_document"}),
    "peeking.docx": (make_docx(ENTITY.format("&file;"), before=PEEKING), {"unsafe_document"}),
    "deflated.docx": (make_bomb(300_000_000), {"unsafe_document", "document_too_large", "damaged_document"}),
    "wordless.docx": (make_docx(""), {"nothing_to_read", "empty_document"}),
    "wordless.pptx": (make_pptx([shape([], "title"), shape(["  "], "body")]), {"nothing_to_read"}),
    "tags.html": ("<html><script>let a = 1;</script><style>p {}</style><!-- TALE --></html>", {"nothing_to_read"}),
    "abyss.html": (f"<p>{TALE}</p>" + "<div>" * 3_000 + TALE, {"damaged_document"}),
    "locked.xlsx": (encrypted(make_xlsx({"A": [["a"], [1]]})), {"encrypted_document"}),
    "hidden.zip": (zipped(("../../outside.txt", TALE), ("/etc/cron.d/x.txt", TALE)), {"unknown_document_format"}),
    "bomb.zip": (make_zip({"fine.txt": TALE, "big.txt": b"a" * 120_000_000}), {"unsafe_document"}),
}
"""Taken in at the door, refused by whoever reads them: with one of these codes."""

AT_THE_DOOR: dict[str, tuple[Content, str]] = {
    "nothing.pdf": (b"", "empty_document"),
    "blanks.txt": (" \n\t" * 50, "empty_document"),
    "zeros.txt": (b"\x00" * 10_000, "empty_document"),
    "photo.docx": (b"\x89PNG\r\n\x1a\n" + NOISE, "unknown_document_format"),
    "noise.docx": (NOISE, "unknown_document_format"),
    "cut.docx": (make_docx(paragraph(TALE))[:-60], "damaged_document"),
    "locked.docx": (make_ole2("EncryptedPackage"), "encrypted_document"),
    "program.md": (b"\x7fELF" + NOISE, "unknown_document_format"),
    "large.txt": ("x " * 3_000_000, "document_too_large"),
}
"""Refused before anything is stored: with this code."""

READ: dict[str, Content] = {
    "report.pdf": make_docx(paragraph(TALE)),
    "notes": TALE,
    "arabic.txt": "حارس المنارة يعد طيور مالك الحزين كل مساء عند الشاطئ.",
    "hebrew.md": "# מגדלור\n\nשומר המגדלור סופר אנפות בכל ערב ליד החוף.",
    "chinese.txt": "灯塔看守人每天傍晚在海边数苍鹭。他把数字写在一本蓝色的本子里。",
    "japanese.html": "<p>灯台守は毎晩、海辺でサギを数えます。</p>",
    "utf16.txt": TALE.encode("utf-16"),
    "latin.txt": "Der Leuchtturmwärter zählt jeden Abend die Reiher über der Bucht.".encode("latin-1"),
    "control.txt": "A bell\x07 and an escape \x1b[31mred\x1b[0m in the lighthouse.",
    "endless.txt": "heron" * 4_000,
    "deep.html": "<div>" * 200 + TALE + "</div>" * 200,
    "unclosed.html": f"<table><tr><td>{TALE}<p><b><i>",
    "wide.csv": ",".join(f"c{n}" for n in range(300)) + "\n" + ",".join("1" * 300),
    "ragged.csv": 'a,b\n1,"two\nlines"\n3\n4,5,6,7\n',
    f"{HOSTILE}.md": f"# {HOSTILE}\n\n{TALE}\n",
    "../../../etc/passwd.txt": TALE,
    "C:\\Windows\\win.txt": TALE,
    "-rf *; $(reboot).txt": TALE,
    "\u202etxt.gpj.txt": TALE,
    "a\x00b\nc\td.txt": TALE,
    "n" * 500 + ".txt": TALE,
    "' OR 1=1; DROP TABLE document; --.txt": TALE,
}
"""Odd, and read all the same."""


@dataclass
class Pile:
    """Everything put into one collection at once, and how it ended."""

    shelf: Shelf
    failed: dict[str, Document]
    ready: dict[str, Document]
    refused: dict[str, UserInputError]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, chroma_url: str) -> Iterator[Stack]:
    """An instance that takes documents of at most 5 MB."""
    home = tmp_path_factory.mktemp("bad-documents") / "home"
    home.mkdir()
    settings = {"chroma_url": chroma_url, "max_document_mb": 5, "max_upload_mb": 100}
    with servers.run_redis(home) as redis_url, run_stack(home, redis_url=redis_url, **settings) as stack:
        stack.start_worker("documents,interactive")
        yield stack


@pytest.fixture(scope="module")
def pile(reader: Stack) -> Pile:
    shelf = Shelf(reader, "The pile")
    names = [*FAIL, *AT_THE_DOOR, *READ]
    random.Random(11).shuffle(names)
    added: dict[str, Document] = {}
    refused: dict[str, UserInputError] = {}
    for name in names:
        content = READ[name] if name in READ else FAIL[name][0] if name in FAIL else AT_THE_DOOR[name][0]
        try:
            added[name] = shelf.add(content, file_name=name).document
        except UserInputError as error:
            refused[name] = error
    ended = {name: shelf.wait_end(document) for name, document in added.items()}
    return Pile(
        shelf=shelf,
        failed={name: ended[name] for name in FAIL if name in ended},
        ready={name: ended[name] for name in READ if name in ended},
        refused=refused,
    )


@pytest.mark.parametrize("name", FAIL)
def test_a_bad_document_fails_by_name_and_leaves_nothing(pile: Pile, name: str) -> None:
    document = pile.failed[name]
    assert document.status is DocumentStatus.FAILED, (document.format, document.n_passages)
    assert document.error is not None
    assert document.error.code in FAIL[name][1], document.error
    assert document.error.hint
    assert "Traceback" not in document.error.message
    assert "/tmp/" not in document.error.message
    assert (document.n_passages, document.text_sha256, document.generation) == (0, None, 0)
    assert pile.shelf.n_passages(document) == 0


@pytest.mark.parametrize("name", AT_THE_DOOR)
def test_what_is_no_document_is_refused_at_the_door(pile: Pile, name: str) -> None:
    refusal = pile.refused[name]
    assert isinstance(refusal, UnreadableDocument)
    assert refusal.code == AT_THE_DOOR[name][1]
    assert refusal.hint


@pytest.mark.parametrize("name", READ, ids=range(len(READ)))
def test_an_odd_document_is_read(pile: Pile, name: str) -> None:
    document = pile.ready[name]
    assert document.error is None
    assert document.status is DocumentStatus.READY
    passages = pile.shelf.documents.passages(document.id)
    assert document.n_passages == len(passages) >= 1
    text = pile.shelf.documents.text(document.id).text
    assert [text[passage.start : passage.end] for passage in passages if passage.kind == "text"] == [
        passage.text for passage in passages if passage.kind == "text"
    ]
    assert "\x00" not in text + document.file_name + document.title


def test_nothing_is_in_the_vector_store_but_what_the_ready_documents_show(pile: Pile) -> None:
    shown = sum(document.n_passages for document in pile.shelf.documents.list_all(pile.shelf.collection.id))
    wait_for(lambda: pile.shelf.n_vectors() == shown, what="vectors of ready documents only")


def test_no_secret_of_the_machine_was_read(pile: Pile) -> None:
    statement = "SELECT count(*) FROM passage WHERE text LIKE '%root:%'"
    assert pile.shelf.count(statement) == 0


def test_nothing_was_written_outside_of_the_home(pile: Pile) -> None:
    home = pile.shelf.stack.settings.home
    assert sorted(path.name for path in home.parent.iterdir()) == [home.name]
    assert not list((home / "tmp").iterdir())


def test_a_file_under_another_name_says_what_it_was_read_as(pile: Pile) -> None:
    document = pile.ready["report.pdf"]
    assert document.format == "docx"
    assert [notice.severity for notice in document.notices if notice.code == "wrong_ending"] == [Severity.INFO]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("حارس المنارة", "arabic.txt"),
        ("אנפות", "hebrew.md"),
        ("苍鹭", "chinese.txt"),
        ("サギを数えます", "japanese.html"),
        ("Leuchtturmwärter", "latin.txt"),
    ],
)
def test_every_script_is_found_by_its_words(pile: Pile, question: str, name: str) -> None:
    found = pile.shelf.stack.wiring.services.retrieval.search(
        question,
        filters=Filters(collection_ids=(pile.shelf.collection.id,)),
        settings=SearchSettings(use_dense=False),
        timeout_s=60,
    )
    assert pile.ready[name].id in [hit.passage.document_id for hit in found.hits]


@pytest.mark.parametrize(
    "question",
    [
        '"',
        "* OR NEAR(a b) AND NOT ^c : {d}",
        "'; DROP TABLE passage; --",
        "a" * 8_000,
        "\x00\u202e\ufeff",
        "%_\\",
        "！？。",
    ],
    ids=range(7),
)
def test_a_hostile_question_is_an_ordinary_one(pile: Pile, question: str) -> None:
    retrieval = pile.shelf.stack.wiring.services.retrieval
    found = retrieval.search(question, filters=Filters(collection_ids=(pile.shelf.collection.id,)), timeout_s=60)
    assert isinstance(found.hits, tuple)


def test_a_question_of_a_hundred_thousand_characters_is_refused_by_name(pile: Pile) -> None:
    with pytest.raises(UserInputError, match="The question has 100,000 characters; 8,000 are possible"):
        pile.shelf.stack.wiring.services.retrieval.start("q" * 100_000)


# --- archives --------------------------------------------------------------------------------------------------------


def test_an_archive_of_good_and_bad_files_gives_the_good_ones(reader: Stack) -> None:
    shelf = Shelf(reader, "The archive")
    content = zipped(
        ("good/cats.md", CATS),
        ("../escaped.txt", TALE),
        ("\\\\server\\share\\x.txt", TALE),
        ("good/inner.zip", make_zip({"a.txt": TALE})),
        ("good/locked.pdf", make_pdf([[Words("Secret")]], password="pw")),
        ("good/laughs.docx", make_docx(ENTITY.format("&l9;"), before=LAUGHING)),
        ("good/photo.png", b"\x89PNG\r\n\x1a\n"),
        ("__MACOSX/._cats.md", b"\x00\x05"),
        ("good/large.txt", "x " * 3_000_000),
        (f"good/{HOSTILE}.txt", TALE),
        ("空/文件.txt", "灯塔看守人每天傍晚在海边数苍鹭。"),
    )
    archive = shelf.wait_end(shelf.add(content, file_name="pile.zip").document, must_be_ready=True)
    members = {one.file_name: shelf.wait_end(one) for one in shelf.documents.members(archive.id)}
    assert {name: one.error.code if one.error else "" for name, one in members.items()} == {
        "pile.zip/good/cats.md": "",
        "pile.zip/good/locked.pdf": "encrypted_document",
        "pile.zip/good/laughs.docx": "unsafe_document",
        f"pile.zip/good/{HOSTILE}.txt": "",
        "pile.zip/空/文件.txt": "",
    }
    told = " ".join(notice.text for notice in archive.notices)
    for name in ("escaped.txt", "x.txt", "inner.zip", "photo.png", "._cats.md", "large.txt"):
        assert name in told
    wait_for(lambda: shelf.n_vectors() == 3, what="the vectors of the good files")
    shelf.documents.remove([archive.id])
    for one in members.values():
        shelf.wait_gone(one)
    assert shelf.n_vectors() == 0


# --- size ------------------------------------------------------------------------------------------------------------


def test_five_thousand_pages_are_read_to_the_last(reader: Stack) -> None:
    shelf = Shelf(reader, "The long one")
    content = make_pdf([[Words(f"Heron {number} was seen", y=400)] for number in range(1, 5_001)])
    document = shelf.wait_end(shelf.add(content, file_name="long.pdf").document, must_be_ready=True)
    assert document.n_pages == 5_000
    last = shelf.documents.passages(document.id, first=document.n_passages - 1)[0]
    assert last.page_end == 5_000
    assert "Heron 5000 was seen" in last.text


def test_an_archive_beyond_the_limit_is_refused_at_the_door(reader: Stack) -> None:
    shelf = Shelf(reader, "The large one")
    with pytest.raises(DocumentTooLarge):
        shelf.add(b"PK\x03\x04" + bytes(101_000_000), file_name="large.zip")


# --- away ------------------------------------------------------------------------------------------------------------


def test_without_a_vector_store_words_still_find(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("no-chroma") / "home"
    home.mkdir()
    chroma = chroma_server.prepare(home)
    with (
        servers.run_redis(home) as redis_url,
        run_stack(home, redis_url=redis_url, chroma_url=chroma.url) as stack,
    ):
        stack.start_worker("documents,interactive")
        process = subprocess.Popen(chroma.command, env=chroma.environment, start_new_session=True)
        try:
            shelf = Shelf(stack, "away")
            document = shelf.ready(CATS, file_name="cats.md")
        finally:
            servers.end(process)
        found = stack.wiring.services.retrieval.search("purr", timeout_s=60)
        assert [hit.passage.document_id for hit in found.hits] == [document.id]
        assert "words alone" in " ".join(found.notices)
