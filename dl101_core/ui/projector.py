"""Projector mode: larger type and a slim header, on every page until it is left.

The address turns it on at the start of a session (``?projector=true``). From then on the session
knows it, since a link to another page of the app leaves the address's values behind.
"""

from __future__ import annotations

import streamlit as st

from dl101_core.ui.address import keep_everywhere

FIELD = "projector"
ON = "projector_on"


def projecting() -> bool:
    """Whether the mode is on."""
    return bool(st.session_state.get(ON, False))


def follow_projector() -> None:
    """Read the mode from a new session's address; keep it in that of every page."""
    if ON not in st.session_state:
        st.session_state[ON] = st.query_params.get(FIELD) == "true"
    keep_everywhere(FIELD, "true" if projecting() else None)


def turn_projector() -> None:
    """Turn the mode on or off; a callback."""
    st.session_state[ON] = not projecting()
