"""Question sets: choose one, make one, edit its questions."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.computing import answer
from app.ui.guard import guard
from app.ui.text import plain
from core.errors import WorkbenchError
from core.ids import new_id
from core.knowledge import HANDBOOK, Collection, JudgedQuestion, QuestionSet
from core.lab.importing import SEPARATOR, to_csv
from core.lab.spec import DraftParams, Drafts

DRAFT = "lab-draft"
"""Under this name the session remembers what a draft was asked for."""


def choose_set(collection: Collection) -> QuestionSet | None:
    """The chosen question set of a collection; None while there is none. The address names it."""
    with guard():
        sets = {each.id: each for each in services().retrieval_lab.list_sets(collection.id)}
    line = st.container(horizontal=True, vertical_alignment="bottom")
    chosen = None
    if sets:
        wanted = st.query_params.get("questions")
        with line:
            chosen = st.selectbox(
                "Question set",
                list(sets),
                index=list(sets).index(wanted) if wanted in sets else 0,
                format_func=lambda each: f"{sets[each].name} · {numbers.count(len(sets[each].questions), 'question')}",
                key=f"lab-set-{collection.id}-{len(sets)}-{wanted}",
            )
        st.query_params["questions"] = str(chosen)
    with line:
        made = _new_set(collection)
    if made is not None:
        st.query_params["questions"] = made.id
        st.rerun()
    return sets.get(str(chosen))


def teach(collection: Collection) -> None:
    """What a question set is for, while there is none."""
    st.info(
        "How good are the answers? A question set says: questions, and for each the file or section that answers it. "
        "Then every setting can be judged on it, with numbers instead of impressions. Twenty questions that people "
        "really ask tell more than hundreds of made-up ones; add some that the documents do not answer.",
        icon=":material/lightbulb:",
    )
    if collection.origin == HANDBOOK and st.button(
        "Use the questions that come with Praxis", icon=":material/quiz:", type="primary", key="lab-handbook"
    ):
        with guard():
            made = services().retrieval_lab.add_handbook_set(collection.id)
        st.query_params["questions"] = made.id
        st.rerun()


def _new_set(collection: Collection) -> QuestionSet | None:
    with st.popover("New question set", icon=":material/add:", key="lab-new"):
        way = st.segmented_control(
            "How", ["Type in", "Import a file", "Draft from the documents"], default="Type in", key="lab-way"
        )
        if way == "Import a file":
            return _imported(collection)
        if way == "Draft from the documents":
            return _drafted(collection)
        name = st.text_input("Name", key="lab-name", max_chars=200, placeholder="What customers ask")
        if not st.button("Create", icon=":material/check:", key="lab-create"):
            return None
        return _try_to(lambda: services().retrieval_lab.create_set(collection.id, name))


def _imported(collection: Collection) -> QuestionSet | None:
    st.caption(
        "CSV with the columns question, relevant and answer, or JSON Lines. In relevant stands a file, or a file and "
        f"a heading as in `guide.md#Refunds`; several are separated by `{SEPARATOR}`; none means unanswerable."
    )
    file = st.file_uploader("File", type=["csv", "jsonl", "ndjson"], key="lab-file")
    if file is None or not st.button("Import", icon=":material/upload:", key="lab-import"):
        return None
    content, file_name = file.getvalue(), file.name
    return _try_to(lambda: services().retrieval_lab.import_set(collection.id, content, file_name=file_name))


def _drafted(collection: Collection) -> QuestionSet | None:
    n = st.slider("Questions", 5, 100, 20, key="lab-n")
    if st.button("Draft", icon=":material/edit_note:", key="lab-draft-start"):
        st.session_state[DRAFT] = {"collection_id": collection.id, "n": n, "seed": len(new_id())}
    asked = st.session_state.get(DRAFT)
    if not asked or asked["collection_id"] != collection.id:
        return None
    drafts = answer("draft_questions", DraftParams(**asked), Drafts, key="lab-drafts")
    if drafts is None:
        return None
    del st.session_state[DRAFT]
    return _try_to(
        lambda: services().retrieval_lab.create_set(collection.id, f"Drafts ({drafts.mode})", drafts.questions)
    )


def edit_questions(questions: QuestionSet) -> None:
    """The questions as a table that can be changed, saved and taken out; and a way to remove the set."""
    with st.expander(f"Questions ({numbers.count(len(questions.questions))})", icon=":material/edit:"):
        st.caption(
            "What answers a question: a file, or a file and a heading as in guide.md#Refunds; several are separated "
            f"by {SEPARATOR} . Empty: the documents do not answer it, and a refusal is right."
        )
        edited = st.data_editor(
            _frame(questions.questions),
            num_rows="dynamic",
            hide_index=True,
            width="stretch",
            column_order=["Question", "Answered by", "Answer"],
            key=f"lab-table-{questions.id}-{questions.updated_at.isoformat()}",
        )
        line = st.container(horizontal=True)
        with line:
            if st.button("Save", icon=":material/save:", key="lab-save"):
                with guard():
                    services().retrieval_lab.change_set(questions.id, questions=_from_frame(edited))
                st.rerun()
            st.download_button(
                "Download",
                to_csv(questions.questions),
                file_name="questions.csv",
                mime="text/csv",
                icon=":material/download:",
                key="lab-download",
            )
            with st.popover("Remove", icon=":material/delete:", key="lab-remove"):
                st.markdown(f"Remove **{plain(questions.name)}** with its trials?")
                if st.button("Remove for good", type="primary", key="lab-remove-yes"):
                    with guard():
                        services().retrieval_lab.remove_set(questions.id)
                    st.query_params.pop("questions", None)
                    st.rerun()


def _frame(questions: Sequence[JudgedQuestion]) -> pd.DataFrame:
    rows = [
        {
            "id": each.id,
            "Question": each.text,
            "Answered by": f"{SEPARATOR} ".join(each.relevant),
            "Answer": each.answer,
        }
        for each in questions
    ]
    return pd.DataFrame(rows, columns=["id", "Question", "Answered by", "Answer"], dtype="str")


def _from_frame(frame: pd.DataFrame) -> tuple[JudgedQuestion, ...]:
    found = []
    for row in frame.fillna("").to_dict("records"):
        relevant = tuple(part.strip() for part in str(row["Answered by"]).split(SEPARATOR) if part.strip())
        text = str(row["Question"]).strip()
        if text or relevant:
            found.append(
                JudgedQuestion(id=str(row["id"]) or new_id(), text=text, relevant=relevant, answer=str(row["Answer"]))
            )
    return tuple(found)


def _try_to(make: Callable[[], QuestionSet]) -> QuestionSet | None:
    try:
        return make()
    except WorkbenchError as error:
        st.error(plain(f"{error.message} {error.hint}"), icon=":material/error:")
        return None
