"""Evaluation: question sets, and settings judged on them."""

import streamlit as st

from app.bootstrap import services, wiring
from app.ui.documents.lab.sets import choose_set, edit_questions, teach
from app.ui.documents.lab.trials import show_trials, start_trial
from app.ui.documents.spec import DocumentsView
from app.ui.guard import guard
from app.ui.panels import code_expander
from core.knowledge import Collection


def show(collection: Collection | None) -> None:
    """The lab of one collection."""
    if collection is None:
        st.info("Choose one collection: a question set belongs to it.", icon=":material/lightbulb:")
        return
    questions = choose_set(collection)
    if questions is None:
        teach(collection)
        return
    edit_questions(questions)
    if questions.questions:
        with guard():
            states = services().retrieval_lab.list_trials(questions.id)
        start_trial(questions, is_first=not states)
        show_trials(states)
    code_expander(
        f'''import requests

api = "{wiring().settings.browser_url}/api/v1"
requests.post(f"{{api}}/question-sets/{questions.id}/trials", json={{"settings": {{"dense_weight": 0.7}}}})
for trial in requests.get(f"{{api}}/question-sets/{questions.id}/trials").json()["items"]:
    print(trial["name"], trial["report"] and trial["report"]["scores"]["ndcg_at_10"])'''
    )


SPEC = DocumentsView(key="evaluation", label="Evaluation", icon=":material/science:", order=40, show=show)
