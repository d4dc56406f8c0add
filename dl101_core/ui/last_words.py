"""A session hears a script to its end before it begins the next one.

A fragment that is asked for while the last script has ended, but has not been heard to the end,
gets a new runner at once, and from then on Streamlit ignores what the old one still has to say: the
end of the page is missing, an answered dialog stays open. Seen once in some 140 dialogs, on a busy
machine with pages that ask every 0.6 s. (Streamlit knows of it: see the comment in its
``AppSession.request_rerun``, and its issue 9921.)
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner import RerunData

SOON = 0.005
"""Seconds until the next look whether the old runner's last message has been taken in."""


def hear_scripts_to_their_end() -> None:
    """Let every session of this server wait for the last message of its old runner; once."""
    create = AppSession._create_scriptrunner
    if hasattr(create, "__wrapped__"):
        return

    @wraps(create)
    def create_later(session: Any, rerun: RerunData) -> None:
        if session._scriptrunner is None:
            create(session, rerun)
        else:
            session._event_loop.call_later(SOON, ask_again, session, rerun)

    def ask_again(session: Any, rerun: RerunData) -> None:
        if session._state == AppSessionState.SHUTDOWN_REQUESTED:
            return
        # Meanwhile there may be another one, and that one takes it.
        if session._scriptrunner is None or not session._scriptrunner.request_rerun(rerun):
            create_later(session, rerun)

    AppSession._create_scriptrunner = create_later  # type: ignore[assignment, method-assign]
