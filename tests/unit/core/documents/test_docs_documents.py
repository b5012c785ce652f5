"""The page of formats of documents agrees with the code."""

import inspect
import re

from core.documents import archives, building, errors
from core.documents.office import parts
from core.documents.portable import parsing
from core.documents.registry import DOCUMENT_FORMATS
from tests.markdown import ROOT, read

PAGE = read(ROOT / "docs" / "user" / "documents-formats.md")


def test_every_format_and_ending_has_its_row() -> None:
    rows = [re.split(r"\s*\|\s*", line)[1:3] for line in PAGE.split("\n") if re.match(r"\| .*`\.", line)]
    told = {label: tuple(re.findall(r"`(\.\w+)`", endings)) for label, endings in rows}
    assert told == {spec.label: spec.extensions for spec in DOCUMENT_FORMATS.values()}


def test_every_refusal_has_its_row() -> None:
    classes = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    known = {kind.code for kind in classes if issubclass(kind, errors.UnreadableDocument)}
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == known - {errors.UnreadableDocument.code}


def test_the_limits_are_those_of_the_code() -> None:
    assert f"{building.MAX_CHARACTERS // 1_000_000} million characters" in PAGE
    assert f"| {building.MAX_BLOCKS:,} |" in PAGE
    assert f"| {parsing.MAX_PAGES:,} |" in PAGE
    assert f"{parts.MAX_PART_BYTES // 1_000_000} MB, and {parts.MAX_RATIO} times" in PAGE
    assert f"{archives.MAX_MEMBERS:,} files" in PAGE
    assert f"{archives.MAX_RATIO}\ntimes its size" in PAGE
