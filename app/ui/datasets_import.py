"""Look before the import: what a file would be read as, options to read it otherwise, and the button that does it."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.computing import answer
from app.ui.datasets_options import option_fields, part_field
from app.ui.guard import guard
from app.ui.text import plain
from app.ui.words import TYPE_WORD, show_notices
from core.computing.catalog.look import LookParams
from core.records import Dataset, StagedUpload
from core.tables.sniffed import Sighting

Options = dict[str, Any]

TOO_LARGE = "too_large_to_look"
"""Code of the one problem of a look that is none of the import."""
_OF_A_SHEET = ("first_row", "has_header")


def import_panel(upload: StagedUpload, *, key: str) -> str | None:
    """A staged upload with its first rows and its options. Returns the id of the dataset that a person has started."""
    st.subheader(f"Check {plain(upload.file_name)}, then import it")
    head = st.container(horizontal=True, vertical_alignment="bottom")
    found = _looked(lambda options: services().uploads.look_params(upload.id, options), key=f"{key}-{upload.id}")
    if found is None:
        return None
    sighting, options = found
    with head:
        stem = PurePath(upload.file_name.replace("\\", "/")).stem
        name = st.text_input("Name of the dataset", value=stem, max_chars=200, key=f"{key}-{upload.id}-name")
        can_import = sighting.problem is None or sighting.problem.code == TOO_LARGE
        is_asked = st.button(
            "Import", icon=":material/check:", type="primary", disabled=not can_import, key=f"{key}-import"
        )
    if not is_asked:
        return None
    with guard():
        return services().uploads.import_upload(upload.id, name=name, options=options).id


def read_again_panel(dataset: Dataset, *, key: str) -> str | None:
    """The original bytes of a dataset, to be read otherwise. Returns the id of the new version once it is started."""
    if dataset.original_sha256 is None:
        st.info(
            "This dataset was made from other datasets, not read from a file. Change its recipe or its query instead.",
            icon=":material/info:",
        )
        return None
    st.caption(
        f"The original bytes of {plain(dataset.file_name)} ({numbers.file_size(dataset.size_bytes)}) are kept. Read "
        "otherwise, they become a new version; this one stays as it is."
    )
    found = _looked(
        lambda options: services().uploads.look_again_params(dataset.id, options),
        key=f"{key}-{dataset.id}",
        start=dataset.import_options,
    )
    if found is None:
        return None
    sighting, options = found
    if sighting.problem is None and st.button(
        "Read it again", icon=":material/refresh:", type="primary", key=f"{key}-read_again"
    ):
        with guard():
            return services().datasets.read_again(dataset.id, options).id
    return None


def _looked(
    question: Callable[[Options], LookParams], *, key: str, start: Options | None = None
) -> tuple[Sighting, Options] | None:
    """What the file is read as with the options that a person has set, and these options; None while it is unknown."""
    given = dict(start or {})
    with guard():
        params = question(given)
    sniffed = answer("look", params, Sighting, key=f"{key}-sniff", wait_s=5)
    if sniffed is None:
        return None
    table, form = st.columns([5, 2], gap="medium")
    with form:
        part = part_field(sniffed, key=key)
        if part != {name: sniffed.options.get(name) for name in part}:
            # Another sheet or file is another table: what was sniffed in the first one says nothing about it.
            given = {**{name: value for name, value in given.items() if name not in _OF_A_SHEET}, **part}
            with guard():
                params = question(given)
            sniffed = answer("look", params, Sighting, key=f"{key}-part", wait_s=5)
            if sniffed is None:
                return None
        changed = option_fields(sniffed, key=f"{key}-{'-'.join(map(str, part.values()))}")
    options = {**given, **part, **changed}
    with table:
        with guard():
            params = question({name: value for name, value in options.items() if value is not None})
        sighting = answer("look", params, Sighting, key=f"{key}-look", wait_s=5)
        if sighting is None:
            return None
        _show(sighting)
    return sighting, params.options.model_dump(mode="json", exclude_none=True)


def _show(sighting: Sighting) -> None:
    """The first rows, or why there are none."""
    if sighting.problem is not None:
        text = f"{plain(sighting.problem.message)} {plain(sighting.problem.hint)}"
        st.error(text, icon=":material/error:")
        return
    rows = numbers.count(sighting.n_rows_read, "row")
    extent = f"all {rows}" if sighting.is_whole else f"the first {rows}; later ones may still change a type"
    columns = numbers.count(sighting.n_columns, "column")
    st.caption(f"{plain(sighting.format_label)} · {columns} · worked out from {extent}")
    st.dataframe(
        [{name: _without_midnight(value) for name, value in row.items()} for row in sighting.rows],
        hide_index=True,
        column_config={
            column.name: st.column_config.Column(f"{column.name} · {TYPE_WORD[column.type]}")
            for column in sighting.columns
        },
        height=min(38 + 35 * len(sighting.rows), 388),
        alt=f"The first {len(sighting.rows)} rows as they will be read",
    )
    show_notices(sighting.notices, most=3)


def _without_midnight(value: Any) -> Any:
    """A day as a day; times of a day stay."""
    return value.removesuffix("T00:00:00") if isinstance(value, str) else value
