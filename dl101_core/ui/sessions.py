"""How many browsers are connected to this server, now and at most since it started."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import streamlit as st
from streamlit import runtime

FAMILY = "active_sessions"


def sessions_now() -> int | None:
    """Connected sessions; None where Streamlit does not tell (its statistics are not public)."""
    try:
        (stat,) = runtime.get_instance().stats_mgr.get_stats([FAMILY])[FAMILY]
        return int(stat.value)  # type: ignore[attr-defined]
    except Exception:  # another version of Streamlit: the status page goes on without this number
        return None


@dataclass
class Peak:
    """The largest number that was ever noted."""

    value: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, value: int) -> None:
        with self._lock:
            self.value = max(self.value, value)


@st.cache_resource(show_spinner=False)
def session_peak() -> Peak:
    return Peak()


def note_session() -> None:
    """Count a session when its first script runs; call in every run."""
    if "noted" not in st.session_state:
        st.session_state["noted"] = True
        session_peak().note(sessions_now() or 0)
