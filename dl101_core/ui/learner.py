"""The learner's key: a secret of this browser, required to steer its runs.

The server makes the key, and a cookie stores it. So the key survives a refresh, a second tab and a
restart of the server, and is in no address, log or page. Without cookies it lasts for the session.
"""

from __future__ import annotations

from typing import Annotated

import streamlit as st
from msgspec import Meta

from dl101_core.jobs.runner import RunStatus, new_key, owner_of
from dl101_core.ui import messages
from dl101_core.ui.component import component

COOKIE = "dl101_learner"
Key = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{32}\Z")]
KEY, USED, OFF, PART = "learner_key", "learner_key_used", "learner_key_unkept", "learner"
NO_COOKIES = (
    "This browser keeps no cookies for this page: after a refresh you can still watch your "
    "runs by their links, but no longer pause, change or delete them."
)


def learner_key() -> str:
    """The key of this learner: from the cookie, or new."""
    if KEY not in st.session_state:
        st.session_state[KEY] = _in_cookie() or new_key()
    key: str = st.session_state[KEY]
    return key


def owner() -> str:
    """The owner of this learner's runs."""
    return owner_of(learner_key())


def is_mine(status: RunStatus) -> bool:
    """Whether this learner may steer the run."""
    return status.owner == owner()


def mark_used() -> None:
    """Runs belong to the key now: from here on another tab's key does not replace it."""
    st.session_state[USED] = True


def keeps_cookies() -> bool:
    """False once the browser has reported that it stores no cookies."""
    return not st.session_state.get(OFF)


def keep_key() -> None:
    """Store the key in the browser; mount this once on a page that needs a key.

    The key is sent only while the browser has not sent it itself, and as data of a client-side
    part: never as HTML.
    """
    key = learner_key()
    component("ui/learner", isolate_styles=False)(
        key=PART,
        data={
            "offer": "" if _in_cookie() == key else key,
            "known": messages.sent(PART, "news") or "",
        },
        default={"news": ""},
        on_news_change=_hear,
    )


def sound_key(text: object) -> str:
    """``text`` if it has the form of a key, else empty: cookies and messages are untrusted."""
    return messages.read(text, Key) or ""


def _hear() -> None:
    """Read the browser's message: it stores no cookies, or has another tab's key meanwhile."""
    news = messages.sent(PART, "news")
    st.session_state[OFF] = news == "off"
    other = sound_key(news)
    if other and not st.session_state.get(USED):
        st.session_state[KEY] = other


def _in_cookie() -> str:
    return sound_key(st.context.cookies.get(COOKIE))
