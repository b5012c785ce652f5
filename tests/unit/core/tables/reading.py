"""Reading bytes as an upload would be read."""

from pathlib import Path
from typing import Any

import pytest

from core.errors import UnreadableFile
from core.tables.ingest import IngestedTable, ingest_table
from core.tables.preview import read_preview
from core.tables.spec import ImportOptions, Limits

MEMORY_BYTES = 300_000_000


class Reading:
    """Ingests bytes in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "upload"
        self.out = folder / "out"
        self.out.mkdir()
        self.table = self.out / "table.parquet"

    def read(
        self,
        content: bytes,
        file_name: str,
        *,
        max_columns: int = 1_000,
        unpacked_bytes: int = 100_000_000,
        **options: Any,
    ) -> IngestedTable:
        """What the content becomes."""
        self.source.write_bytes(content)
        return ingest_table(
            self.source,
            file_name=file_name,
            destination=self.table,
            options=ImportOptions(**options),
            limits=Limits(max_columns=max_columns, memory_bytes=MEMORY_BYTES, unpacked_bytes=unpacked_bytes),
            on_progress=lambda _fraction, _stage: None,
        )

    def rows(self, content: bytes, file_name: str, **options: Any) -> list[dict[str, object]]:
        """The rows that the content becomes."""
        self.read(content, file_name, **options)
        return list(read_preview(self.table, 1_000))

    def types(self, content: bytes, file_name: str, **options: Any) -> dict[str, str]:
        """The type of each column."""
        return {column.name: column.type.value for column in self.read(content, file_name, **options).columns}

    def refusal(self, content: bytes, file_name: str, **facts: Any) -> str:
        """Message and hint with which the content is refused; nothing may be left behind."""
        self.table.unlink(missing_ok=True)
        with pytest.raises(UnreadableFile) as caught:
            self.read(content, file_name, **facts)
        assert list(self.out.iterdir()) == []
        assert caught.value.hint
        return f"{caught.value.message} {caught.value.hint}"


def codes(table: IngestedTable) -> list[str]:
    """The codes of the remarks."""
    return [notice.code for notice in table.notices]
