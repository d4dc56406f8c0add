"""All patches of Streamlit beyond its public API; no other file imports its private modules.

The patches were written for one version. With any other version they are left out, and the log says
so: the app works without them.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import socket
from functools import wraps
from typing import Any

import streamlit as st

log = logging.getLogger(__name__)

WRITTEN_FOR = "1.67.0"
PARTS = ("json_value", "json_trigger_value")
"""Kinds of values that client-side parts send."""
SOON = 0.005
"""Seconds between two checks whether the old runner's last message has been processed."""


def patch_streamlit() -> None:
    """Apply every patch to this process; a second call does nothing."""
    if known_version():
        hear_scripts_to_their_end()
        ignore_unreadable_values()
        keep_fragments_on_their_page()
    else:
        log.warning(
            "Streamlit %s is installed, not %s: our patches are left out",
            st.__version__,
            WRITTEN_FOR,
        )


def known_version() -> bool:
    """Whether this is the version that the patches were written for."""
    return st.__version__ == WRITTEN_FOR


def send_at_once() -> None:
    """Send every small message at once (TCP_NODELAY), which halves the time of a short answer.

    Streamlit binds its socket in a way that keeps asyncio from setting the option. An answer is
    several small messages: the second would wait 40 ms for the acknowledgement of the first. Later
    connections inherit the option from the listening socket.
    """
    for item in gc.get_objects():
        if type(item) is socket.socket and item.family in (socket.AF_INET, socket.AF_INET6):
            with contextlib.suppress(OSError):  # closed, or not TCP
                item.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def hear_scripts_to_their_end() -> None:
    """Let every session wait for the last message of its old script before it starts a new one.

    A fragment may be requested after the old script has ended, but before its last messages are
    processed. Streamlit then starts a new runner at once and ignores these messages: the end of the
    page is missing, or an answered dialog stays open. Seen once in some 140 dialogs, on a busy
    machine with pages that poll every 0.6 s. (Streamlit knows of it: see the comment in its
    ``AppSession.request_rerun``, and its issue 9921.)

    Later requests wait in order: each holds all values of the page at its time, and an older
    request that ran last would reset a drawing or a control.
    """
    from streamlit.runtime.app_session import AppSession, AppSessionState

    create, request = AppSession._create_scriptrunner, AppSession.request_rerun
    if hasattr(create, "__wrapped__"):
        return

    @wraps(create)
    def create_later(session: Any, rerun: Any) -> None:
        if session._scriptrunner is None:
            create(session, rerun)
        else:
            _waiting(session).append(rerun)
            session._event_loop.call_later(SOON, ask_again, session)

    @wraps(request)
    def request_in_turn(session: Any, client_state: Any) -> None:
        if waiting := _waiting(session):
            waiting.append(client_state)
        else:
            request(session, client_state)

    def ask_again(session: Any) -> None:
        first, *others = _waiting(session)
        if session._state == AppSessionState.SHUTDOWN_REQUESTED:
            _waiting(session).clear()
            return
        # Another runner may have started meanwhile; it then takes the request.
        if session._scriptrunner and not session._scriptrunner.request_rerun(first):
            session._event_loop.call_later(SOON, ask_again, session)
            return
        if session._scriptrunner is None:
            create(session, first)
        _waiting(session).clear()
        for client_state in others:
            request_in_turn(session, client_state)

    AppSession._create_scriptrunner = create_later  # type: ignore[assignment, method-assign]
    AppSession.request_rerun = request_in_turn  # type: ignore[assignment, method-assign]


def _waiting(session: Any) -> list[Any]:
    """The requests that wait for the end of the old script: a rerun, then later ones, in order."""
    found: list[Any] = session.__dict__.setdefault("dl101_waiting", [])
    return found


def ignore_unreadable_values() -> None:
    """Treat an unreadable value of a client-side part or widget as not sent.

    Streamlit stores the browser's value unparsed and parses it when the page reads it. Invalid or
    too deep JSON then fails in every run of that session, until the page is loaded again. Here the
    widget falls back to its default, and the log says so once for each widget.
    """
    from streamlit.runtime.state.session_state import Serialized, Value, WStates

    read = WStates.__getitem__
    if hasattr(read, "__wrapped__"):
        return
    told: set[str] = set()

    @wraps(read)
    def read_or_default(states: Any, widget: str) -> Any:
        sent, metadata = states.states.get(widget), states.widget_metadata.get(widget)
        if not isinstance(sent, Serialized) or metadata is None:
            return read(states, widget)
        try:
            kind = sent.value.WhichOneof("value")
            if metadata.value_type in PARTS and kind not in (metadata.value_type, None):
                raise TypeError(kind)
            return read(states, widget)
        except Exception as error:
            if widget not in told:
                told.add(widget)
                log.warning("a value that a browser sent cannot be read: %s", type(error).__name__)
            states.states[widget] = Value(metadata.deserializer(None))
            return states.states[widget].value

    WStates.__getitem__ = read_or_default  # type: ignore[method-assign]


def keep_fragments_on_their_page() -> None:
    """Skip a fragment that was requested on a page which the session has left since.

    A control or a polling part of the old page may send a request while the new page loads.
    Streamlit answers after the new page, with the id of the old page. The browser then removes all
    elements, the next message fails, and the page stays empty.
    """
    from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

    run = ScriptRunner._run_script
    if hasattr(run, "__wrapped__"):
        return

    @wraps(run)
    def run_here(runner: Any, rerun: Any) -> None:
        now = runner._pages_manager.current_page_script_hash
        if not rerun.fragment_id_queue or rerun.page_script_hash in (now, ""):
            run(runner, rerun)

    ScriptRunner._run_script = run_here  # type: ignore[assignment, method-assign]


def by_history() -> bool:
    """Whether this run of the page is the answer to Back or Forward."""
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    context = get_script_run_ctx(suppress_warning=True) if known_version() else None
    return bool(context and context.is_history_navigation and not context.fragment_ids_this_run)


def held_uploads() -> dict[str, int] | None:
    """Bytes of the uploaded files that each session still keeps; None: unknown."""
    if not known_version():
        return None
    from streamlit.runtime import Runtime

    manager: Any = Runtime.instance().uploaded_file_mgr
    with manager._lock:
        return {
            session: sum(len(file.data) for file in files.values())
            for session, files in manager.file_storage.items()
        }
