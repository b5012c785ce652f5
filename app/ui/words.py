"""States, tasks and notices as a person reads them: an icon and a word, never a colour alone."""

from types import MappingProxyType

import streamlit as st

from app.ui.text import plain
from core.records import RunConfig
from core.types import ColumnType, DatasetStatus, LearningTask, Notice, RunStatus, Severity

RUN_STATUS = MappingProxyType(
    {
        RunStatus.QUEUED: ":gray[:material/schedule: queued]",
        RunStatus.RUNNING: ":orange[:material/play_circle: running]",
        RunStatus.PAUSED: ":gray[:material/pause_circle: paused]",
        RunStatus.FINISHED: ":green[:material/check_circle: finished]",
        RunStatus.STOPPED: ":green[:material/stop_circle: stopped]",
        RunStatus.FAILED: ":red[:material/error: failed]",
        RunStatus.LOST: ":red[:material/heart_broken: lost]",
    }
)
RUN_STATUS_WORD = MappingProxyType(
    {
        RunStatus.QUEUED: "◷ queued",
        RunStatus.RUNNING: "▶ running",
        RunStatus.PAUSED: "‖ paused",
        RunStatus.FINISHED: "✓ finished",
        RunStatus.STOPPED: "■ stopped",
        RunStatus.FAILED: "✕ failed",
        RunStatus.LOST: "? lost",
    }
)
DATASET_STATUS = MappingProxyType(
    {
        DatasetStatus.QUEUED: ":gray[:material/schedule: waiting]",
        DatasetStatus.RUNNING: ":orange[:material/sync: being read]",
        DatasetStatus.READY: ":green[:material/check_circle: ready]",
        DatasetStatus.FAILED: ":red[:material/error: not readable]",
    }
)
TASK = MappingProxyType(
    {
        LearningTask.CLASSIFICATION: "Classification: which class?",
        LearningTask.REGRESSION: "Regression: how much?",
        LearningTask.CLUSTERING: "Clustering: which groups?",
        LearningTask.ANOMALY_DETECTION: "Anomalies: what is odd?",
        LearningTask.FORECASTING: "Forecast: what comes next?",
    }
)
TYPE_WORD = MappingProxyType(
    {
        ColumnType.INTEGER: "whole number",
        ColumnType.NUMBER: "number",
        ColumnType.BOOLEAN: "true or false",
        ColumnType.DATETIME: "date or time",
        ColumnType.STRING: "text",
    }
)
_NOTICE_ICON = MappingProxyType(
    {
        Severity.INFO: ":material/info:",
        Severity.WARNING: ":orange[:material/warning:]",
        Severity.SERIOUS: ":red[:material/report:]",
    }
)

_PURPOSE = MappingProxyType(
    {
        LearningTask.CLUSTERING: "Groups rows",
        LearningTask.ANOMALY_DETECTION: "Finds odd rows",
        LearningTask.FORECASTING: "Forecasts {target}",
    }
)


def purpose(config: RunConfig) -> str:
    """What a run is for, in two words or three: "Predicts species"."""
    return _PURPOSE.get(config.task, "Predicts {target}").replace("{target}", config.target)


def show_notices(notices: tuple[Notice, ...], *, title: str = "Notices", most: int = 6) -> None:
    """A list of remarks, the serious ones first; long lists fold."""
    order = {Severity.SERIOUS: 0, Severity.WARNING: 1, Severity.INFO: 2}
    lines = [
        f"{_NOTICE_ICON[notice.severity]} {plain(notice.text)}"
        for notice in sorted(notices, key=lambda n: order[n.severity])
    ]
    if not lines:
        return
    st.markdown("\n\n".join(lines[:most]))
    if len(lines) > most:
        with st.expander(f"{len(lines) - most} more {title.lower()}"):
            st.markdown("\n\n".join(lines[most:]))
