"""Train: dataset, target, model, settings, start."""

import streamlit as st

from app.ui.train.choosing import choose_model
from app.ui.train.members import combine_and_start
from app.ui.train.prefill import take_up_link
from app.ui.train.splitting import split_settings, warnings_before
from app.ui.train.starting import settle_and_start
from app.ui.train.subject import choose_subject
from models.combinations import COMBINING

st.title("Train")
st.markdown("Choose what to predict and a model, then watch it learn.")

take_up_link()
subject = choose_subject()
model = choose_model(subject)
if model.key in COMBINING:
    combine_and_start(subject, model)
else:
    division = split_settings(subject)
    warnings_before(subject, division)
    settle_and_start(subject, model, division)
