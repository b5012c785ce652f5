"""Train: dataset, target, model, settings, start."""

import streamlit as st

from app.ui.train.choosing import choose_model
from app.ui.train.prefill import take_up_link
from app.ui.train.splitting import warnings_before
from app.ui.train.starting import settle_and_start
from app.ui.train.subject import choose_subject

st.title("Train")
st.markdown("Choose what to predict and a model, then watch it learn.")

take_up_link()
subject = choose_subject()
model = choose_model(subject)
warnings_before(subject)
settle_and_start(subject, model)
