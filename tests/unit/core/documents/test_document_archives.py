"""Zips of documents: what comes out, under which names, and what is left out or refused."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from core.documents import archives
from core.documents.archives import Expansion
from core.documents.errors import DamagedDocument, DocumentTooLarge, EmptyDocument, EncryptedDocument, UnsafeDocument
from tests.workbooks import make_zip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def expansion(content: bytes, folder: Path, **kwargs: int) -> Expansion:
    path = folder.parent / "upload.zip"
    path.write_bytes(content)
    return Expansion(path, folder, **kwargs)


def test_members_come_with_their_folders_in_the_name_and_a_path_of_ours(folder: Path) -> None:
    content = make_zip({"a/": "", "a/b.txt": "one", "a/c/b.txt": "two", "win\\d.md": "three"})
    members = list(expansion(content, folder))
    assert [(name, path.read_text(encoding="utf-8")) for name, path in members] == [
        ("a/b.txt", "one"),
        ("a/c/b.txt", "two"),
        ("win/d.md", "three"),
    ]
    assert all(path.parent == folder for _, path in members)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../evil.txt", "leads out"),
        ("a/../../evil.txt", "leads out"),
        ("/etc/evil.txt", "leads out"),
        ("C:/evil.txt", "leads out"),
        ("..\\evil.txt", "leads out"),
        ("__MACOSX/a.txt", "hidden"),
        ("a/.git/config", "hidden"),
        ("a/Thumbs.db", "hidden"),
        ("~$letter.docx", "lock"),
        ("inner.zip", "archive inside an archive"),
        ("x" * 401 + ".txt", "longer than"),
    ],
)
def test_names_that_are_no_documents_are_left_out_with_a_reason(folder: Path, name: str, reason: str) -> None:
    source = expansion(make_zip({name: "x", "good.txt": "y"}), folder)
    assert [member.name for member in source] == ["good.txt"]
    assert [(skipped.name, reason in skipped.reason) for skipped in source.skipped] == [(name.replace("\\", "/"), True)]
    assert sorted(path.name for path in folder.parent.iterdir()) == ["out", "upload.zip"]


def test_links_empty_files_and_second_files_of_a_name_are_left_out(folder: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("empty.txt", "")
        archive.writestr("a.txt", "first")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.txt", "second")
    source = expansion(out.getvalue(), folder)
    assert [path.read_text(encoding="utf-8") for _, path in source] == ["first"]
    assert [skipped.reason for skipped in source.skipped] == [
        "It is a link to another file.",
        "It is empty.",
        "The archive holds another file of this name.",
    ]


def test_names_in_the_letters_of_a_mac_are_read(folder: Path) -> None:
    raw = make_zip({"cafXX.txt": "x"}).replace(b"cafXX", "café".encode())
    assert [member.name for member in expansion(raw, folder)] == ["café.txt"]


def test_a_damaged_member_is_left_out_and_the_others_come(folder: Path) -> None:
    content = bytearray(make_zip({"a.txt": "A" * 500 + "B" * 500, "b.txt": "good"}))
    at = content.index(b"a.txt") + 8
    content[at : at + 4] = b"\xff\xff\xff\xff"
    source = expansion(bytes(content), folder)
    assert [member.name for member in source] == ["b.txt"]
    assert [skipped.reason for skipped in source.skipped] == ["It is damaged and cannot be unpacked."]
    assert [path.name for path in folder.iterdir()] == ["member-00001"]


def test_a_bomb_is_refused_and_leaves_nothing(folder: Path) -> None:
    content = make_zip({"good.txt": "x", "bomb.txt": bytes(80_000_000)})
    with pytest.raises(UnsafeDocument, match="200 times its size"):
        list(expansion(content, folder))
    assert not [path for path in folder.iterdir() if path.stat().st_size > 1]


def test_limits_of_one_file_and_of_all(folder: Path) -> None:
    content = make_zip({"a.txt": "x" * 600, "b.txt": "y" * 300, "c.txt": "z" * 300})
    source = expansion(content, folder, max_member_bytes=500)
    assert [member.name for member in source] == ["b.txt", "c.txt"]
    assert source.skipped[0].name == "a.txt"
    with pytest.raises(UnsafeDocument, match="more than is allowed"):
        list(expansion(content, folder, max_bytes=1_000))


def test_too_many_files_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    with pytest.raises(DocumentTooLarge, match="3 files; at most 2 files"):
        list(expansion(make_zip({f"{number}.txt": "x" for number in range(3)}), folder))


def test_an_archive_without_files_one_with_a_password_and_one_cut_off_have_their_names(folder: Path) -> None:
    with pytest.raises(EmptyDocument, match="holds no file"):
        list(expansion(make_zip({"folder/": ""}), folder))
    whole = make_zip({"a.txt": "x" * 100})
    with pytest.raises(EncryptedDocument):
        list(expansion(_with_flag(whole), folder))
    with pytest.raises(DamagedDocument):
        list(expansion(whole[:-30], folder))


def _with_flag(content: bytes) -> bytes:
    """The archive with every member marked as encrypted."""
    marked = bytearray(content)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        marked[marked.index(sign) + offset] |= 1
    return bytes(marked)
