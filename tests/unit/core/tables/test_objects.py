"""JSON and JSON Lines: every shape of table, every kind of value, and what is refused."""

import json

import pytest

from core.tables.objects import scanning
from tests.unit.core.tables.reading import Reading, codes

TABLE = [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]',
        ' [\n{"a":1,"b":"x"}\n,\n{"b":"y","a":2}\n] \n',
        '{"data": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]}',
        '{"page": 1, "tags": ["q"], "rows": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}], "next": null}',
        '{"a": [1, 2], "b": ["x", "y"]}',
        '{"a": {"0": 1, "1": 2}, "b": {"0": "x", "1": "y"}}',
        '{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}\n',
        '{"a": 1, "b": "x"}\r\n\r\n{"a": 2, "b": "y"}',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_shape_of_table_is_read(reading: Reading, text: str, encoding: str) -> None:
    name = "t.jsonl" if text.startswith('{"a": 1, "b": "x"}') else "t.json"
    assert reading.rows(text.encode(encoding), name) == TABLE


def test_content_decides_between_json_and_json_lines(reading: Reading) -> None:
    assert reading.read(b'{"a": 1}\n{"a": 2}\n', "t.csv").format == "jsonl"
    assert reading.read(b'[{"a": 1}]', "t.jsonl").format == "json"
    assert reading.rows(b'{"a": 1}', "t.jsonl") == [{"a": 1}]


def test_values_keep_their_kind(reading: Reading) -> None:
    rows = [
        {"whole": 1, "real": 1.5, "flag": True, "text": "007", "day": "2024-02-29",
         "zoned": "2024-01-01T10:00:00+02:00", "nested": {"k": [1, "é"]}, "odd": 1, "big": 2**63, "empty": ""},
        {"whole": -(2**63), "real": 2, "flag": None, "text": "1", "day": None, "zoned": "2024-01-02T00:00:00Z",
         "nested": [], "odd": "x", "big": 1, "empty": "NA"},
    ]  # fmt: skip
    content = json.dumps(rows).encode()
    table = reading.read(content, "t.json")
    assert {column.name: column.type.value for column in table.columns} == {
        "whole": "integer", "real": "number", "flag": "boolean", "text": "string", "day": "datetime",
        "zoned": "datetime", "nested": "string", "odd": "string", "big": "string", "empty": "string",
    }  # fmt: skip
    assert {"nested_as_json", "mixed_kinds", "large_integers"} <= set(codes(table))
    assert reading.rows(content, "t.json") == [
        {"whole": 1, "real": 1.5, "flag": True, "text": "007", "day": "2024-02-29T00:00:00",
         "zoned": "2024-01-01T08:00:00", "nested": '{"k":[1,"é"]}', "odd": "1", "big": str(2**63), "empty": ""},
        {"whole": str(-(2**63)), "real": 2.0, "flag": None, "text": "1", "day": None, "zoned": "2024-01-02T00:00:00",
         "nested": "[]", "odd": "x", "big": "1", "empty": "NA"},
    ]  # fmt: skip


def test_names_that_come_late_are_columns_too(reading: Reading) -> None:
    rows = [{"a": n} for n in range(3_000)] + [{"a": 3_000, "late": "x"}]
    content = "\n".join(map(json.dumps, rows)).encode()
    table = reading.read(content, "t.jsonl")
    assert [(column.name, column.n_missing) for column in table.columns] == [("a", 0), ("late", 3_000)]


def test_numbers_that_json_does_not_have_are_missing(reading: Reading) -> None:
    assert [
        row["a"] for row in reading.rows(b'[{"a": NaN}, {"a": 1.5}, {"a": -Infinity}, {"a": 1e999}]', "t.json")
    ] == [
        None,
        1.5,
        None,
        None,
    ]


def test_names_that_differ_only_in_case_or_are_odd_stay_apart(reading: Reading) -> None:
    content = json.dumps([{"a": 1, "A": 2, "": 3, 'q"]\n': 4, "😀": 5}]).encode()
    assert reading.rows(content, "t.json") == [{"a": 1, "A_2": 2, "column_3": 3, 'q"]': 4, "😀": 5}]


def test_half_a_surrogate_pair_becomes_a_question_mark(reading: Reading) -> None:
    assert reading.rows(b'[{"a": "x\\ud800"}]', "t.json") == [{"a": "x?"}]


def test_values_that_straddle_the_chunks_are_read_whole(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"n": 10**n, "text": "é" * n, "x": -1.5e-7} for n in range(15)] * 20
    monkeypatch.setattr(scanning, "CHUNK_CHARACTERS", 7)
    assert [row["text"] for row in reading.rows(json.dumps(rows).encode(), "t.json")] == [row["text"] for row in rows]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('[{"a": 1}, {"a": 2]', "in line 1 expecting ',' delimiter"),
        ('[{"a": 1},\n{"a": 2},\n{"a":', "in line 3 expecting value. The file may have been cut off"),
        ('[{"a": 1}] x', "something follows the end"),
        ('[{"a": 1} {"a": 2}]', "a comma or the end of the list is missing"),
        ('{"a" [1]}', "is not JSON"),
        ('[{"a": 1}, 2]', "Element 2 of the list is a number"),
        ('[[1, 2], [3, 4]]', "Element 1 of the list is a list"),
        ('{"a": [{"x": 1}], "b": [{"y": 1}]}', "several tables: the lists 'a', 'b'"),
        ('{"a": [1, 2], "b": [1]}', "'a' 2, 'b' 1"),
        ("[]", "no rows"),
        ("[{}]", "no columns"),
        ('{"data": []}', "no rows"),
        ("hello", "neither with a list nor with an object"),
        ('[{"a": ' + "[" * 100_000, "nested too deeply"),
        ('[{"a": ' + "9" * 5_000 + "}]", "too many digits"),
        ('{"a": 1}\n{"a": \n', "Line 2 is not JSON"),
        ('{"a": 1}\n{"a": 1} x\n', "Line 2 is not JSON"),
    ],
)  # fmt: skip
def test_the_refusal_says_what_is_wrong_and_where(reading: Reading, text: str, what: str) -> None:
    assert what in reading.refusal(text.encode(), "t.json")


def test_a_line_that_is_no_object_is_refused_by_its_number(reading: Reading) -> None:
    assert "Line 3 holds a list" in reading.refusal(b'{"a": 1}\n{"a": 2}\n[3]\n', "t.jsonl")


def test_bytes_that_are_no_utf8_are_refused(reading: Reading) -> None:
    assert "not UTF-8" in reading.refusal(b'[{"a": "\xff\xfe"}]', "t.json")
    assert "not UTF-8" in reading.refusal(b'{"a": 1}\n{"a": "\xff"}\n', "t.jsonl")


def test_a_value_without_end_is_refused(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "MAX_VALUE_CHARACTERS", 50_000)
    monkeypatch.setattr(scanning, "CHUNK_CHARACTERS", 1_000)
    assert "single value" in reading.refusal(b'[{"a": "' + b"x" * 300_000 + b'"}]', "t.json")
    assert "single value" in reading.refusal(b'{"a": 1}\n{"a": "' + b"x" * 300_000 + b'"}', "t.jsonl")
