"""What the server process does once, before the first page."""

from __future__ import annotations

import contextlib
import gc
import importlib
import logging
import pkgutil
import socket

import streamlit as st
import torch

import dl101_core.ui
from dl101_core.limits import limits_from_environment
from dl101_core.logs import PassOn, configure_logs
from dl101_core.status import limits_in_force, versions
from dl101_core.ui.last_words import hear_scripts_to_their_end
from dl101_core.ui.operator import door
from dl101_core.ui.runs import get_runner

log = logging.getLogger(__name__)
# Where Streamlit prints what a page has raised, with all its words.
PAGE_ERRORS = "streamlit.error_util"


@st.cache_resource(show_spinner=False)
def prepare_server() -> None:
    """One torch thread, and no garbage collector over what will never be freed.

    Two torch threads slow down every other session, and a full collection with torch loaded takes
    0.1-0.3 s; ``runner.postScriptGC = false`` in ``config.toml`` is the other half. The parts of
    all pages are imported first, so that nobody waits for them later and none is left out.
    """
    start_logs()
    door()  # takes the admin key out of the environment before there are children
    send_at_once()
    hear_scripts_to_their_end()
    torch.set_num_threads(1)
    for module in pkgutil.iter_modules(dl101_core.ui.__path__):
        importlib.import_module(f"dl101_core.ui.{module.name}")
    gc.collect()
    gc.freeze()
    get_runner()  # its workers warm up while the first page is read


def send_at_once() -> None:
    """Let every small message leave at once (TCP_NODELAY): half the time of a short answer.

    Streamlit binds its socket in a way that keeps asyncio from doing so, and an answer is several
    small messages: the second would wait 40 ms until the browser has acknowledged the first. The
    connections of later visitors inherit the option from the socket that listens.
    """
    for item in gc.get_objects():
        if type(item) is socket.socket and item.family in (socket.AF_INET, socket.AF_INET6):
            with contextlib.suppress(OSError):  # closed, or not TCP
                item.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def start_logs() -> None:
    """Structured logs from here on, and what a page raises among them."""
    configure_logs(patient=True)
    theirs = logging.getLogger(PAGE_ERRORS)
    if not any(isinstance(one, PassOn) for one in theirs.filters):
        theirs.addFilter(PassOn("dl101_core.pages", "a page failed"))
    shown = (f"{name} {number}" for name, number in versions().items())
    log.info("server started: %s", ", ".join(shown))
    limits = limits_in_force(limits_from_environment())
    log.info("limits: %s", ", ".join(f"{limit.name} {limit.value}" for limit in limits))
