"""ZIP archives and gzip streams: what is taken out, and what is refused before it does harm."""

import gzip
import json
import zipfile

import pytest

from core.tables import zips
from tests.unit.core.tables.reading import Reading
from tests.workbooks import encrypted, make_xlsx, make_zip

CSV = "a,b\n1,x\n2,y\n"
TABLE = [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_the_one_table_of_an_archive_is_read(reading: Reading, compression: int) -> None:
    content = make_zip({"folder/": "", "folder/t.csv": CSV, "readme.md": "hello"}, compression=compression)
    table = reading.read(content, "t.zip")
    assert (table.format, table.options_used.member) == ("zip", "folder/t.csv")
    assert reading.rows(content, "t.zip") == TABLE


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.tsv", CSV.replace(",", "\t").encode()),
        ("t.csv", CSV.encode("utf-16")),
        ("t.json", json.dumps(TABLE).encode()),
        ("t.xlsx", make_xlsx({"S": [["a", "b"], [1, "x"], [2, "y"]]})),
        ("data", CSV.encode()),
    ],
)
def test_whatever_table_is_inside_is_read_by_its_own_format(reading: Reading, name: str, content: bytes) -> None:
    assert reading.rows(make_zip({name: content}), "t.zip") == TABLE
    assert reading.rows(gzip.compress(content), f"{name}.gz") == TABLE


def test_what_programs_leave_in_archives_is_no_table(reading: Reading) -> None:
    content = make_zip({"__MACOSX/._t.csv": "junk", ".hidden.csv": "junk", "t.csv": CSV, "sub/.DS_Store": "x"})
    assert reading.rows(content, "t.zip") == TABLE


def test_a_member_can_be_chosen_and_several_need_a_choice(reading: Reading) -> None:
    content = make_zip({"a.csv": "q\n5\n", "b.csv": CSV})
    assert reading.rows(content, "t.zip", member="b.csv") == TABLE
    assert "Choose one with the import option 'member': a.csv, b.csv." in reading.refusal(content, "t.zip")
    assert "no file 'c.csv'" in reading.refusal(content, "t.zip", member="c.csv")


def test_a_member_whose_name_is_a_path_is_only_data(reading: Reading) -> None:
    for name in ("../../../tmp/evil.csv", "/etc/evil.csv", "C:\\evil.csv", "a\x00b.csv"):
        reading.rows(make_zip({name: CSV}), "t.zip")
        assert sorted(path.name for path in reading.out.iterdir()) == ["table.parquet"]


def test_import_options_reach_the_table_inside(reading: Reading) -> None:
    assert len(reading.rows(make_zip({"t.csv": CSV}), "t.zip", has_header=False)) == 3


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (encrypted(make_zip({"t.csv": CSV})), "is encrypted"),
        (make_zip({"inner.zip": make_zip({"t.csv": CSV})}), "an archive inside an archive"),
        (make_zip({"t.csv.gz": gzip.compress(CSV.encode())}), "an archive inside an archive"),
        (make_zip({}), "holds no file"),
        (make_zip({"t.csv": ""}), "is empty"),
        (make_zip({"photo.png": b"\x89PNG\r\n\x1a\n" + bytes(40)}), "a PNG image"),
        (make_zip({"t.csv": CSV})[:-20], "damaged"),
        (b"PK\x05\x06" + bytes(10), "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(reading: Reading, content: bytes, what: str) -> None:
    assert what in reading.refusal(content, "t.zip")


def test_a_member_with_a_wrong_checksum_is_refused(reading: Reading) -> None:
    content = bytearray(make_zip({"t.csv": CSV * 100}, compression=zipfile.ZIP_STORED))
    content[60] ^= 0xFF
    assert "damaged" in reading.refusal(bytes(content), "t.zip")


def test_an_unknown_compression_is_refused(reading: Reading) -> None:
    content = bytearray(make_zip({"t.csv": CSV}))
    content[8] = content[content.index(b"PK\x01\x02") + 10] = 97
    assert "packed in a way that is not read here" in reading.refusal(bytes(content), "t.zip")


@pytest.mark.parametrize("cut", [12, -8])
def test_a_gzip_stream_that_was_cut_off_is_refused(reading: Reading, cut: int) -> None:
    assert "damaged" in reading.refusal(gzip.compress(CSV.encode() * 50)[:cut], "t.csv.gz")


def test_several_gzip_streams_in_one_file_are_one_text(reading: Reading) -> None:
    content = gzip.compress(b"a,b\n1,x\n") + gzip.compress(b"2,y\n")
    assert reading.rows(content, "t.csv.gz") == TABLE


def test_a_tar_archive_inside_gzip_is_named(reading: Reading) -> None:
    assert "tar archive" in reading.refusal(gzip.compress(bytes(257) + b"ustar" + bytes(300)), "t.tar.gz")


@pytest.mark.parametrize("name", ["t.zip", "t.csv.gz"])
def test_more_than_the_largest_upload_is_not_unpacked(reading: Reading, name: str) -> None:
    text = "".join(f"{n},{n * 7919 % 10007}\n" for n in range(200_000))
    content = make_zip({"t.csv": text}) if name == "t.zip" else gzip.compress(text.encode())
    assert "unpacks to more than 1 MB" in reading.refusal(content, name, unpacked_bytes=1_000_000)


@pytest.mark.parametrize("name", ["t.zip", "t.csv.gz"])
def test_a_bomb_is_refused_by_its_ratio(reading: Reading, name: str) -> None:
    bomb = b"a,b\n" + b"0,0\n" * 15_000_000
    content = make_zip({"t.csv": bomb}) if name == "t.zip" else gzip.compress(bomb)
    assert "more than 200 times its size" in reading.refusal(content, name, unpacked_bytes=10**10)


def test_a_lie_about_the_unpacked_size_is_noticed(reading: Reading) -> None:
    content = bytearray(make_zip({"t.csv": CSV * 1_000}))
    content[content.index(b"PK\x01\x02") + 24] = 20
    content[content.index(b"PK\x01\x02") + 25] = 0
    assert "damaged" in reading.refusal(bytes(content), "t.zip")


def test_an_endless_list_of_members_is_refused(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MAX_DIRECTORY_BYTES", 500)
    content = make_zip({f"{n}.csv": CSV for n in range(50)})
    assert "too many files" in reading.refusal(content, "t.zip")
