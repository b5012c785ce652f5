"""The empty state: what would be looked for, and how to read what is found."""

from types import MappingProxyType

import streamlit as st

TEXTS = MappingProxyType(
    {
        "dataset": (
            "It looks for strong associations, trends, seasons, segments, odd rows and problems of the data, and says "
            "which column to predict and which model to begin with. Everything is tested, and the "
            "chance of false findings is controlled over all of it: noise gives no cards."
        ),
        "run": (
            "It asks whether the run overfits or is still learning, whether it really beats the baseline, where it "
            "is worse than elsewhere, whether its probabilities can be believed, which columns it does without, "
            "and which run to start next."
        ),
        "comparison": (
            "It asks who wins, and whether that is more than chance; where the models disagree; whether a cheaper "
            "one is as good; what a vote of them would bring; which settings matter."
        ),
        "workspace": (
            "It looks for datasets with problems that nobody has mended, the best run of each dataset, runs that fail "
            "for the same reason, and results that rest on an old version of their data."
        ),
    }
)


def what_it_looks_for(scope: str, *, is_empty: bool = False) -> None:
    """What a look at ``scope`` would ask; ``is_empty`` where there is nothing to look at yet."""
    if is_empty:
        st.caption(f"Then one click looks through it. {TEXTS[scope]}")
    else:
        st.info(f"Nobody has looked here yet. {TEXTS[scope]}", icon=":material/search_insights:")
    st.caption(
        "A card says what was found, how sure that is, on how many rows it rests, and what to do about it. Finding "
        "nothing is a good result too."
    )
