"""Parts of the Train page."""

from pprint import pformat

import streamlit as st

from app.services.configuring import StartRun
from app.ui import numbers
from app.ui.text import plain
from core.errors import WorkbenchError
from core.preprocessing.roles import assign_roles
from core.records import Dataset
from core.types import Column, LearningTask, Notice, Severity


def target_summary(dataset: Dataset, column: Column, task: LearningTask) -> None:
    """What there is to predict, in one line."""
    n_known = (dataset.n_rows or 0) - column.n_missing
    if task is LearningTask.CLASSIFICATION:
        shares = ", ".join(
            f"{plain(top.value)} ({numbers.percent(top.count / max(n_known, 1))})" for top in column.top_values[:4]
        )
        text = f"{numbers.count(column.n_distinct, 'class', 'classes')}: {shares}"
    else:
        text = f"{_end(column.minimum)} to {_end(column.maximum)}, median {numbers.significant(column.median)}"
    if column.n_missing:
        text += f" · {numbers.count(column.n_missing, 'row')} without a target left out"
    st.markdown(f":gray[{text}]")


def _end(value: str | None) -> str:
    """The smallest or largest value of a column, which is kept as text, as the other numbers are written."""
    try:
        return numbers.significant(float(value or "nan"))
    except ValueError:
        return plain(value)


def role_notices(dataset: Dataset, target: str) -> tuple[Notice, ...]:
    """Which columns training uses, and why others are left out."""
    try:
        roles = assign_roles(dataset.columns, target=target, n_rows=dataset.n_rows or 0)
    except WorkbenchError as error:
        return (Notice(severity=Severity.SERIOUS, code=error.code, text=f"{error.message} {error.hint}"),)
    used = Notice(
        severity=Severity.INFO,
        code="used",
        text="Used: "
        + ", ".join(
            numbers.count(len(names), *words)
            for names, words in (
                (roles.numeric, ("number",)),
                (roles.categorical, ("category", "categories")),
                (roles.datetime, ("date",)),
                (roles.text, ("text",)),
            )
            if names
        )
        + f" ({', '.join(roles.used)}).",
    )
    left_out = (notice for notice in roles.excluded if notice.code != "target")
    return (used, *(notice.model_copy(update={"text": f"Left out. {notice.text}"}) for notice in left_out))


def request_code(request: StartRun, url: str) -> str:
    """Python that starts the same run over REST, with the standard library alone."""
    body = pformat(request.model_dump(mode="json", exclude={"name"}), sort_dicts=False)
    return f"""import json
import urllib.request

body = {body}
request = urllib.request.Request(
    "{url}/api/v1/runs",
    data=json.dumps(body).encode(),
    headers={{"Content-Type": "application/json"}},
)
with urllib.request.urlopen(request) as answer:
    print(json.load(answer)["id"])
"""
