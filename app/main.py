"""The Streamlit entry: page config, then navigation over the pages."""

from pathlib import Path

import streamlit as st

from app.ui import places
from app.ui.guard import show_unexpected

PICTURES = Path(__file__).parent / "ui" / "pictures"
SIDEBAR_PX = 220

st.set_page_config(
    page_title="Praxis",
    page_icon=str(PICTURES / "favicon.svg"),
    layout="wide",
    initial_sidebar_state=SIDEBAR_PX,
)
st.logo(str(PICTURES / "logo.svg"), size="large", icon_image=str(PICTURES / "favicon.svg"))

navigation = st.navigation(
    {
        "": [st.Page(places.HOME, title="Home", icon=":material/home:", default=True)],
        "Data": [
            st.Page(places.DATASETS, title="Datasets", icon=":material/table:"),
            st.Page(places.EXPLORE, title="Explore", icon=":material/explore:"),
            st.Page(places.STATISTICS, title="Statistics", icon=":material/functions:"),
            st.Page(places.SQL, title="SQL", icon=":material/terminal:"),
        ],
        "Models": [
            st.Page(places.TRAIN, title="Train", icon=":material/model_training:"),
            st.Page(places.RUNS, title="Runs", icon=":material/timeline:"),
            st.Page(places.COMPARE, title="Compare", icon=":material/leaderboard:"),
        ],
        "Knowledge": [
            st.Page(places.DOCUMENTS, title="Documents", icon=":material/library_books:"),
            st.Page(places.INSIGHTS, title="Insights", icon=":material/search_insights:"),
        ],
        "Workspace": [st.Page(places.MONITORING, title="Monitoring", icon=":material/monitor_heart:")],
    }
)

try:
    navigation.run()
except Exception as error:  # noqa: BLE001  (the page edge: a person never sees a traceback)
    show_unexpected(error)
