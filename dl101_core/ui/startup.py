"""What the server process does once, before the first page."""

from __future__ import annotations

import gc

import streamlit as st
import torch


@st.cache_resource(show_spinner=False)
def prepare_server() -> None:
    """One torch thread, and no garbage collector over what will never be freed.

    Two torch threads slow down every other session, and a full collection with torch loaded takes
    0.1-0.3 s; ``runner.postScriptGC = false`` in ``config.toml`` is the other half.
    """
    torch.set_num_threads(1)
    gc.collect()
    gc.freeze()
