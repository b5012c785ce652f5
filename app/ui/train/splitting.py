"""How rows are divided and how often: parts, scheme, seed, cross-validation."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.ui import forms, numbers
from app.ui.text import plain
from app.ui.train.leaks import leak_panel
from app.ui.train.prefill import proposed
from app.ui.train.subject import Subject
from core.records import Dataset
from core.split_rules import TIME_TYPES
from core.types import SUPERVISED, ColumnType, LearningTask, ResamplingParams, SplitParams

SCHEMES = {
    "stratified": "Stratified",
    "random": "Random",
    "grouped": "By group",
    "time": "By time",
}
MEANING = {
    "stratified": "Every part has the same shares of the classes.",
    "random": "Rows are drawn without looking at them.",
    "grouped": "All rows of a group are in one part: for people, devices or places that come again.",
    "time": "The latest rows are the test, those before them the validation: as when the model is used.",
}
RANGES = "Every part has the same shares of low, middle and high values."
RESAMPLING = {"none": "None", "kfold": "K-fold", "repeated": "Repeated", "nested": "Nested, tunes too"}
OFTEN = {"kfold": "k-fold", "repeated": "repeated", "nested": "nested"}
FIELDS = {"kfold": ["folds"], "repeated": ["folds", "repeats"], "nested": ["folds", "inner_folds", "candidates"]}


def split_settings(subject: Subject) -> dict[str, Any]:
    """The ``split``, ``resampling`` and ``seed`` parts of the request, folded; a line below says what they are.

    Drawn outside the form, since the scheme decides which fields there are.
    """
    with st.expander("Split, seed and cross-validation", icon=":material/splitscreen:"):
        left, right = st.columns(2, gap="large")
        with left:
            split = _split(subject)
        with right:
            seed = st.number_input(
                "Seed",
                0,
                2**32 - 1,
                _number(proposed("seed"), 7),
                key="train-seed",
                help="The same seed gives the same split and the same result.",
            )
            resampling = _resampling(subject, str(split.get("scheme", "")))
        st.caption("The test part is scored once, at the end; nothing is chosen by it, and no fold touches it.")
    division = {"split": split, "resampling": resampling, "seed": int(seed)}
    st.caption(_summary(subject, division))
    return division


def warnings_before(subject: Subject, division: Mapping[str, Any]) -> None:
    """What speaks against training on these columns as they are, above the settings."""
    if subject.task in SUPERVISED:
        leak_panel(subject, split=division["split"], seed=division["seed"], division_key=f"train-split-{subject.key}")


def _split(subject: Subject) -> dict[str, Any]:
    given = proposed("split")
    split: dict[str, Any] = {}
    schemes = _schemes(subject)
    if schemes:
        scheme = st.segmented_control(
            "How rows are divided",
            schemes,
            default=given["scheme"] if given.get("scheme") in schemes else schemes[0],
            required=True,
            format_func=SCHEMES.__getitem__,
            wrap=True,
            key=f"train-split-{subject.key}-scheme",
        )
        is_ranges = scheme == "stratified" and subject.task is LearningTask.REGRESSION
        st.caption(RANGES if is_ranges else MEANING[scheme])
        split["scheme"] = scheme
        split |= _columns(subject, scheme, given)
    split |= forms.params_fields(SplitParams, ["validation", "test"], key="train-split", values=given)
    return split


def _columns(subject: Subject, scheme: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The column that the scheme needs."""
    key = f"train-split-{subject.key}"
    if scheme == "grouped":
        names = _others(subject)
        return {"group": _column_box("Group column", names, given.get("group"), key=f"{key}-group")}
    if scheme != "time":
        return {}
    names = _moments(subject.dataset, subject.target)
    chosen = _column_box("Time column", names, given.get("time"), key=f"{key}-time")
    unit = "days" if _is_date(subject.dataset, chosen) else "the unit of the column"
    wanted = given.get("gap")
    gap = st.number_input(
        f"Gap between the parts, in {unit}",
        min_value=0.0,
        value=float(wanted) if isinstance(wanted, int | float) and 0 <= wanted <= 1e9 else 0.0,
        key=f"{key}-gap",
        help="Rows nearer than this before the next part are left out: for targets that are known only later.",
    )
    return {"time": chosen, "gap": gap}


def _is_date(dataset: Dataset, name: str | None) -> bool:
    return any(column.name == name and column.type is ColumnType.DATETIME for column in dataset.columns)


def _column_box(label: str, names: Sequence[str], wanted: Any, *, key: str) -> str | None:
    index = list(names).index(wanted) if wanted in names else 0
    chosen: str | None = st.selectbox(label, names, index=index if names else None, key=key)
    return chosen


def _resampling(subject: Subject, scheme: str) -> dict[str, Any]:
    if subject.task not in SUPERVISED:
        return {}
    given = proposed("resampling")
    kinds = [kind for kind in RESAMPLING if kind != "repeated" or scheme != "time"]
    kind = st.segmented_control(
        "Cross-validation",
        kinds,
        default=given["kind"] if given.get("kind") in kinds else "none",
        required=True,
        format_func=RESAMPLING.__getitem__,
        wrap=True,
        key=f"train-resampling-{len(kinds)}",
        help="Trains again on other divisions of the training and validation rows, after the run itself.",
    )
    if kind == "none":
        return {}
    fields = forms.params_fields(ResamplingParams, FIELDS[kind], key="train-resampling", values=given)
    resampling = {"kind": kind, **fields}
    fits = numbers.count(n_fits(resampling), "more training")
    st.caption(
        f"{fits}, after the run itself." + (" Settings are chosen inside each fold." if kind == "nested" else "")
    )
    return resampling


def n_fits(resampling: Mapping[str, Any]) -> int:
    """How often a cross-validation trains.

    Example:
        >>> n_fits({"kind": "nested", "folds": 5, "inner_folds": 3, "candidates": 10})
        155
    """
    folds = int(resampling["folds"])
    if resampling["kind"] == "repeated":
        return folds * int(resampling["repeats"])
    if resampling["kind"] == "nested":
        return folds * (1 + int(resampling["inner_folds"]) * int(resampling["candidates"]))
    return folds


def _schemes(subject: Subject) -> list[str]:
    """The schemes that fit, the usual one first; none where the task divides by itself."""
    if subject.task is LearningTask.FORECASTING:
        return []
    usual = ["stratified", "random"] if subject.task is LearningTask.CLASSIFICATION else ["random", "stratified"]
    if subject.task not in SUPERVISED:
        usual = ["random"]
    able = [*usual, *(["grouped"] if _others(subject) else [])]
    return [*able, *(["time"] if _moments(subject.dataset, subject.target) else [])]


def _others(subject: Subject) -> list[str]:
    """Columns that rows can be grouped by: words and whole numbers first."""
    grouping = (ColumnType.STRING, ColumnType.INTEGER)
    columns = [column for column in subject.dataset.columns if column.name != subject.target and not column.is_constant]
    return [column.name for column in sorted(columns, key=lambda column: column.type not in grouping)]


def _moments(dataset: Dataset, target: str) -> list[str]:
    """Columns that say what came first: dates before numbers."""
    columns = [
        column
        for column in dataset.columns
        if column.name != target and not column.is_constant and column.type in TIME_TYPES
    ]
    return [column.name for column in sorted(columns, key=lambda column: column.type is not ColumnType.DATETIME)]


def _summary(subject: Subject, division: Mapping[str, Any]) -> str:
    """The division in one line."""
    split = division["split"]
    shares = [1 - split["validation"] - split["test"], split["validation"], split["test"]]
    scheme = SCHEMES.get(split.get("scheme", ""), "In order of time" if not _schemes(subject) else "")
    column = split.get("group") or split.get("time")
    by = f" ({plain(column)})" if column else ""
    folds = division["resampling"]
    often = f" · {OFTEN[folds['kind']]} cross-validation" if folds else ""
    parts = "/".join(f"{100 * share:.0f}" for share in shares)
    return f"{scheme}{by} · {parts} % train, validation, test · seed {division['seed']}{often}"


def _number(value: Any, usual: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**32 else usual
