"""Access to the status page, which exists only where the secrets hold an ``admin_key``."""

from __future__ import annotations

import logging
import os
from functools import lru_cache

import streamlit as st

from dl101_core.curriculum import STATUS
from dl101_core.operator.authenticator import Authenticator, Closed, check_key
from dl101_core.page_info import PageInfo
from dl101_core.ui.markdown import escape_markdown
from dl101_core.ui.visitor import address

log = logging.getLogger(__name__)

SECRET = "admin_key"
SIGNED_IN = "operator"


def authenticator() -> Authenticator | None:
    """Checks keys for the status page; None if the secrets hold no valid key."""
    if not st.secrets.load_if_toml_exists():
        return None
    # Streamlit copies secrets into the environment, from where every child would inherit it.
    os.environ.pop(SECRET, None)
    key = st.secrets.get(SECRET)
    if key is None:
        return None
    return _authenticator(key if isinstance(key, str) else None)


@lru_cache(maxsize=2)
def _authenticator(key: str | None) -> Authenticator | None:
    try:
        return Authenticator(check_key(key))
    except ValueError as error:
        log.error("%s", error)
        return None


def operator_pages() -> dict[str, tuple[PageInfo, ...]]:
    """The chapter for the operator: empty without a key."""
    return {"Operator": (STATUS,)} if authenticator() else {}


def sign_in() -> bool:
    """Whether this session has given the key; if not, a form asks for it. The session keeps it."""
    here = authenticator()
    if here is None:  # the key was removed while the page was open
        st.info("There is no status page here.")
        return False
    if st.session_state.get(SIGNED_IN) == here.token:
        return True
    with st.form("operator_door", clear_on_submit=True, width=420):
        given = st.text_input("Admin key", type="password", autocomplete="current-password")
        pressed = st.form_submit_button("Open", type="primary")
    if pressed:
        _try(here, given)
    return False


def _try(here: Authenticator, given: str) -> None:
    try:
        st.session_state[SIGNED_IN] = here.open(given, address())
    except Closed as refusal:
        st.error(escape_markdown(refusal), icon=":material/lock:")
    else:
        st.rerun()


def sign_out() -> None:
    """Forget that this session has given the key."""
    st.session_state.pop(SIGNED_IN, None)
