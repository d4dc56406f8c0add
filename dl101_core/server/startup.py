"""Start and end of the server process."""

from __future__ import annotations

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import torch

from dl101_core.curriculum import import_rooms
from dl101_core.environment import public_url
from dl101_core.lab.session_runs import get_runner
from dl101_core.limits import limits_from_environment
from dl101_core.logs import PassOn, configure_logs
from dl101_core.operator.key_view import authenticator
from dl101_core.operator.status import limits_in_force, versions
from dl101_core.server.ending import find_server
from dl101_core.server.streamlit_patches import patch_streamlit, send_at_once

log = logging.getLogger(__name__)
# The logger to which Streamlit writes the exceptions of pages, with their full text.
PAGE_ERRORS = "streamlit.error_util"


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Start before the server answers, end after its last answer. ``app``: the ``st.App``."""
    start()
    try:
        yield {}
    finally:
        end()


def start() -> None:
    """Set one torch thread, and freeze all imported objects for the garbage collector.

    Two torch threads slow down every other session. A full collection with torch loaded takes
    0.1-0.3 s; ``runner.postScriptGC = false`` in ``config.toml`` avoids one after every run. All
    pages are imported before, so that the freeze covers them and no visitor waits for an import.
    """
    start_logs()
    authenticator()  # takes the admin key out of the environment before there are children
    send_at_once()
    patch_streamlit()
    find_server()
    torch.set_num_threads(1)
    import_rooms()
    gc.collect()
    gc.freeze()
    get_runner()  # its workers warm up while the first page is read


def end() -> None:
    """Save every run, end every process, write the last lines of the log.

    ``atexit`` would not run: uvicorn ends the process by the signal that it received.
    """
    get_runner().close()
    log.info("server ended")
    logging.shutdown()


def start_logs(patient: bool = True) -> None:
    """Begin structured logs, with the exceptions of pages among them."""
    configure_logs(patient=patient)
    theirs = logging.getLogger(PAGE_ERRORS)
    if not any(isinstance(one, PassOn) for one in theirs.filters):
        theirs.addFilter(PassOn("dl101_core.pages", "a page failed"))
    shown = (f"{name} {number}" for name, number in versions().items())
    log.info("server started: %s", ", ".join(shown))
    limits = limits_in_force(limits_from_environment())
    try:
        public_url()
    except ValueError as problem:
        log.warning("there are no QR codes: %s", problem)
    log.info("limits: %s", ", ".join(f"{limit.name} {limit.value}" for limit in limits))
