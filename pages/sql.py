"""SQL: ask datasets and databases in their own language."""

import streamlit as st

st.title("SQL")
