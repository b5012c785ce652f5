"""Statistics: ask a question of the data, get a test with its assumptions, effect and a plain sentence."""

import streamlit as st

from app.bootstrap import services
from app.services.statistics import TEST_KIND
from app.ui.computing import answer
from app.ui.guard import guard, show_not_here
from app.ui.statistics.asking import direct, guided
from app.ui.statistics.ledger import show_ledger
from app.ui.statistics.showing import show_result
from app.ui.subject import choose_dataset
from core.statistics.result import TestResult

WAYS = ("Help me choose", "I know the test")

st.title("Statistics")
st.markdown(
    "Ask whether what you see could be chance. Each answer says how large it is, how sure, and on what it rests."
)

dataset = choose_dataset(key="statistics", purpose="Tests are done on")
way = st.segmented_control(
    "Way", WAYS, default=WAYS[0], required=True, key="statistics-way", label_visibility="collapsed"
)
asked = guided(dataset) if way == WAYS[0] else direct(dataset)
if asked is not None:
    with guard():
        st.query_params["result"] = services().statistics.start(dataset.id, *asked).id

result_id = st.query_params.get("result")
computation = services().statistics.find(result_id, dataset.id) if result_id else None
if computation is not None:
    st.divider()
    result = answer(TEST_KIND, computation.params, TestResult, key="statistics-result")
    other = show_result(result, dataset, computation.params["params"]) if result is not None else None
    if other is not None:
        with guard():
            st.query_params["result"] = services().statistics.start(dataset.id, *other).id
        st.rerun()
elif result_id:
    del st.query_params["result"]
    show_not_here("a test", [result_id], hint="It was not done on this dataset.")

st.divider()
again = show_ledger(dataset, selected=result_id)
if again is not None and again != result_id:
    st.query_params["result"] = again
    st.rerun()
