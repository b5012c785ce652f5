"""What is odd about a dataset, the most harmful first, each with a button that mends it."""

import streamlit as st

from app.ui import numbers
from app.ui.explore.fixing import offer_fix
from app.ui.text import plain
from core.profiling.facts import Alert, Profile
from core.records import Dataset
from core.types import Severity

N_SHOWN = 3
_WORDS = {
    Severity.SERIOUS: ":red[:material/report: **Serious**]",
    Severity.WARNING: ":orange[:material/warning: **Warning**]",
    Severity.INFO: ":gray[:material/info: Good to know]",
}


def show_alerts(dataset: Dataset, profile: Profile) -> None:
    """The alerts; all but the first few are folded."""
    alerts = profile.alerts
    if not alerts:
        st.success("Nothing odd was found in this data.", icon=":material/check_circle:")
        return
    n_serious = sum(alert.severity is Severity.SERIOUS for alert in alerts)
    serious = f", {numbers.count(n_serious)} serious" if n_serious else ""
    st.subheader(f"{numbers.count(len(alerts), 'thing')} to know{serious}")
    for number, alert in enumerate(alerts[:N_SHOWN]):
        _show(dataset, alert, number)
    if len(alerts) > N_SHOWN:
        with st.expander(f"{numbers.count(len(alerts) - N_SHOWN)} more"):
            for number, alert in enumerate(alerts[N_SHOWN:], start=N_SHOWN):
                _show(dataset, alert, number)


def _show(dataset: Dataset, alert: Alert, number: int) -> None:
    words, action = st.columns([7, 2], vertical_alignment="center")
    words.markdown(
        f"{_WORDS[alert.severity]} · :gray[{plain(alert.label)}]  \n{plain(alert.sentence)}  \n"
        f":small[:gray[{plain(alert.why)}]]"
    )
    if alert.fix is not None:
        with action:
            offer_fix(
                dataset, alert.fix.model_dump(mode="json"), f"overview-fix-{dataset.id}-{number}", alert.fix_label
            )
