"""What the server process does once, before the first page."""

from __future__ import annotations

import gc
import importlib
import pkgutil

import streamlit as st
import torch

import dl101_core.ui
from dl101_core.ui.runs import get_runner


@st.cache_resource(show_spinner=False)
def prepare_server() -> None:
    """One torch thread, and no garbage collector over what will never be freed.

    Two torch threads slow down every other session, and a full collection with torch loaded takes
    0.1-0.3 s; ``runner.postScriptGC = false`` in ``config.toml`` is the other half. The parts of
    all pages are imported first, so that nobody waits for them later and none is left out.
    """
    torch.set_num_threads(1)
    for module in pkgutil.iter_modules(dl101_core.ui.__path__):
        importlib.import_module(f"dl101_core.ui.{module.name}")
    gc.collect()
    gc.freeze()
    get_runner()  # its workers warm up while the first page is read
