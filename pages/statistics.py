"""Statistics: ask a question of the data, get a test with its assumptions, effect and a plain sentence."""

import streamlit as st

st.title("Statistics")
