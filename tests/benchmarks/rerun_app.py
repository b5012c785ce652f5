"""The usual way to a live chart, for comparison only: a fragment that reruns every second with a Plotly figure.

It draws a curve that grows by the clock, without any database behind it, which favours it. Started by
``reruns.py``.
"""

import gc
import os
import time

import streamlit as st

IS_SETTLED = os.environ["BENCH_SETTLED"] == "yes"
BEGAN = float(os.environ["BENCH_BEGAN"])
POINTS_PER_S = float(os.environ["BENCH_POINTS_PER_S"])


@st.cache_resource
def settle() -> None:
    """As Praxis does: spare what was imported for good from the garbage collection that follows every rerun."""
    gc.collect()
    gc.freeze()


@st.fragment(run_every=1)
def curve() -> None:
    """Two curves up to now; the title says how many points they have."""
    steps = list(range(1, int((time.time() - BEGAN) * POINTS_PER_S) + 1))
    traces = [
        {"type": "scatter", "name": name, "x": steps, "y": [scale / (1 + step / 50) for step in steps]}
        for name, scale in (("train", 0.9), ("validation", 1.0))
    ]
    st.plotly_chart({"data": traces, "layout": {"title": {"text": f"points {len(steps)}"}}}, key="curve")


if IS_SETTLED:
    settle()
curve()
