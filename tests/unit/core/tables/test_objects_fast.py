"""The fast reading of JSON gives the table of the careful one, or leaves the file to it."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core.tables.objects.careful import read_carefully
from core.tables.objects.fast import FIRST_ROWS, Shape, read_fast
from core.tables.objects.kinds import Kind
from core.tables.objects.reading import ingest_lines
from core.tables.objects.scanning import objects_of, objects_of_lines
from core.tables.spec import ImportOptions, Limits
from tests.unit.core.tables.reading import MEMORY_BYTES, Reading, codes

Rows = list[dict[str, Any]]

TEXTS = ["", "a", "é", "😀", 'quote " and \\', "line\nbreak\ttab", "\x00nul", "NaN", "null", "true", "1", "2024-02-29",
         "2024-01-01T10:00:00+02:00", " blank ", "[1]", '{"a": 1}', "a, b ]", "\u2028", "x" * 300]  # fmt: skip
NAMES = ["id", "a b", "é", "😀", 'q"uote', "it's", "line\nbreak", "c0", "c1", "select", "0", "filename", "rowid", "a.b",
         "$", "back\\slash", "/", "[x]", " lead"]  # fmt: skip


def _value(rng: random.Random, kind: str) -> Any:
    match kind:
        case "boolean":
            return rng.random() < 0.5
        case "integer":
            return rng.choice([0, -1, 7, 2**31, 2**63 - 1, -(2**63), rng.randrange(-(10**6), 10**6)])
        case "large":
            return rng.choice([2**63, -(2**63) - 1, 2**64, 10**30, 5])
        case "number":
            return rng.choice([0.5, -1.25, 1e-7, 1e22, 1.0, 3.0, rng.random(), rng.uniform(-1e9, 1e9), 5e-324, -0.0])
        case "plain":
            return rng.choice([0.5, -1.25, 1.0, 3.75, 1234.5678])
        case "text":
            return rng.choice(TEXTS)
        case "nested":
            return rng.choice([[], {}, [1, "é\n", None], {"k": {"z": [True, 0.5]}}, [[[]]], {"": [1.5, 2**70]}, [1e-7]])
        case _:
            return None


def _rows(seed: int) -> Rows:
    rng = random.Random(seed)
    names = rng.sample(NAMES, rng.randrange(1, 8))
    one = ["boolean", "integer", "large", "number", "text", "nested", "nothing"]
    mixes = [["integer", "text"], ["plain", "text"], ["boolean", "integer"], ["nested", "text"], ["large", "plain"],
             ["integer", "number"], ["nested", "integer", "boolean"], ["integer", "large"]]  # fmt: skip
    kinds = {name: rng.choice([[kind] for kind in one] + mixes) for name in names}
    late = {name: rng.choice([0, 0, 0, 30, FIRST_ROWS + 5]) for name in names}
    rows = []
    for number in range(rng.choice([1, 3, 50, FIRST_ROWS + 20])):
        present = [name for name in names if number >= late[name] and rng.random() < 0.9]
        rng.shuffle(present)
        rows.append({name: None if rng.random() < 0.1 else _value(rng, rng.choice(kinds[name])) for name in present})
    return [*rows, {names[0]: 1}]


def _unheard(_fraction: float, _stage: str) -> None:
    """Progress that nobody watches."""


def _as_values(table: Path) -> list[list[Any]]:
    """The columns, nested ones as the values that their texts spell: a number may be spelled in several ways."""
    columns = pq.read_table(table).to_pydict().values()
    return [[_unfolded(value) for value in column] for column in columns]


def _unfolded(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.dumps(json.loads(value))
        except ValueError:
            return value
    return repr(value)  # keeps -0.0 and 0.0, 1 and 1.0 and true apart


def _both(folder: Path, content: bytes, *, is_lines: bool) -> tuple[Any, Any]:
    """Names with kinds, types and values of the fast and of the careful reading; None where that gives up."""
    source = folder / "source"
    source.write_bytes(content)
    objects: Callable[[], Any] = (lambda: objects_of_lines(source)) if is_lines else (lambda: objects_of(source))
    limits = Limits(max_columns=100, memory_bytes=MEMORY_BYTES)
    found = []
    for name in ("fast", "careful"):
        rough = folder / f"{name}.parquet"
        if name == "fast":
            shape: Shape = "newline_delimited" if is_lines else "array"
            kinds = read_fast(source, shape, objects, rough, limits, _unheard)
        else:
            kinds = read_carefully(objects, rough, limits, _unheard)
        found.append(kinds and (list(kinds.items()), pq.read_schema(rough).types, _as_values(rough)))
    return found[0], found[1]


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("is_lines", [True, False])
def test_both_readings_of_random_objects_give_one_table(tmp_path: Path, seed: int, *, is_lines: bool) -> None:
    rows = _rows(seed)
    is_ascii = seed % 2 == 0
    lines = [json.dumps(row, ensure_ascii=is_ascii) for row in rows]
    text = "\n".join(lines) if is_lines else json.dumps(rows, ensure_ascii=is_ascii, indent=seed % 3 or None)
    fast, careful = _both(tmp_path, text.encode(), is_lines=is_lines)
    assert fast is not None
    assert fast == careful


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_every_encoding_is_read_fast(tmp_path: Path, encoding: str) -> None:
    content = "".join(json.dumps({"name": "日本", "n": n}, ensure_ascii=False) + "\r\n\r\n" for n in range(99))
    fast, careful = _both(tmp_path, content.encode(encoding), is_lines=True)
    assert fast is not None
    assert fast == careful
    assert not (tmp_path / "text.json").exists()


def test_constants_of_other_languages_are_missing_in_both_readings(tmp_path: Path) -> None:
    content = (
        b'{"a": 1, "b": NaN, "c": true, "d": "x", "e": 1.5, "f": 2}\n'
        b'{"a": NaN, "b": Infinity, "c": NaN, "d": -Infinity, "e": Infinity, "f": 1e999}\n'
    )
    fast, careful = _both(tmp_path, content, is_lines=True)
    assert fast == careful
    assert dict(fast[0])["b"] is Kind.NOTHING


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": 1, "A": 2}\n{"a": 2}\n',
        b'{"": 1}\n',
        b'{"a": 1, "a": 2}\n',
        b'{"a": "\\ud800"}\n',
        b'{"a": [NaN]}\n',
        b'{"a": 1e22}\n{"a": "x"}\n',
        b'{"a": {"b": "it is: [nan"}}\n',
    ],
)
def test_what_the_engine_reads_in_another_way_is_left_to_the_careful_reading(tmp_path: Path, content: bytes) -> None:
    fast, careful = _both(tmp_path, content, is_lines=True)
    assert fast is None
    assert careful is not None


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b'{"a": 1}\n{"a": 1,}\n', "Line 2 is not JSON"),
        (b'{"a": 1}\n{"a": [1, ]}\n', "Line 2 is not JSON"),
        (b'{"a": 1}\n{"a": nan}\n', "Line 2 is not JSON"),
        (b'{"a": 1}\n{"a": 1}{"a": 2}\n', "Line 2 is not JSON"),
        (b'{"a": 1}\n{"a": 1} // x\n', "Line 2 is not JSON"),
        (b'{"a": 1}\nnull\n', "Line 2 holds null"),
        (b'[{"a": 1},\n{"a": 2},]', "in line 2 expecting value"),
        (b'[{"a": 1},\nnull]', "Element 2 of the list is null"),
        (b'[{"a": 1},\n{"a": 2}]]', "something follows the end"),
    ],
)
def test_what_only_the_engine_would_accept_is_refused_by_its_place(reading: Reading, content: bytes, what: str) -> None:
    assert what in reading.refusal(content, "t.jsonl").replace("Expecting", "expecting")


def test_kinds_that_show_only_in_the_last_row_count(reading: Reading) -> None:
    rows: Rows = [{"a": n, "b": n, "c": "2024-01-01", "d": True} for n in range(30_000)]
    rows.append({"a": 0.5, "b": "x", "c": "later", "d": [], "e": 2**64})
    content = "\n".join(map(json.dumps, rows)).encode()
    table = reading.read(content, "t.jsonl")
    assert {column.name: column.type.value for column in table.columns} == {
        "a": "number", "b": "string", "c": "string", "d": "string", "e": "string",
    }  # fmt: skip
    assert {"mixed_kinds", "nested_as_json", "large_integers"} <= set(codes(table))


def test_rows_keep_their_order_in_a_file_of_many_buffers(tmp_path: Path) -> None:
    rows = [{"n": n, "text": "x" * 400} for n in range(120_000)]
    source = tmp_path / "source"
    source.write_text("\n".join(map(json.dumps, rows)))
    limits = Limits(max_columns=10, memory_bytes=MEMORY_BYTES)
    found = read_fast(
        source,
        "newline_delimited",
        lambda: objects_of_lines(source),
        tmp_path / "rough.parquet",
        limits,
        _unheard,
    )
    assert found == {"n": Kind.INTEGER, "text": Kind.TEXT}
    assert pq.read_table(tmp_path / "rough.parquet")["c0"].to_pylist() == list(range(120_000))


def test_names_that_grow_with_the_rows_are_refused_by_their_number(reading: Reading) -> None:
    content = "\n".join(json.dumps({f"k{n}": 1}) for n in range(50)).encode()
    assert "has 50 columns; a table may have 20" in reading.refusal(content, "t.jsonl", max_columns=20)


def test_a_cancelled_reading_stops_at_once(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("\n".join(json.dumps({"n": n, "text": "x" * 90}) for n in range(100_000)))

    class Cancelled(Exception):
        pass

    def cancel(_fraction: float, _stage: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        ingest_lines(
            source,
            tmp_path / "table.parquet",
            ImportOptions(),
            Limits(max_columns=10, memory_bytes=MEMORY_BYTES),
            cancel,
        )
    assert not (tmp_path / "table.parquet").exists()
