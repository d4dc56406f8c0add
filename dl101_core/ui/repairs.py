"""Small repairs of Streamlit's page, in one place so that they can go when Streamlit mends them.

- Code and primary buttons are written with too little contrast (in `style.css`).
- Wide formulas, code and tables scroll, but not by the keyboard.
- The menu on phones puts ``div`` between ``ul`` and ``li``; screen readers then see no menu.
- Toasts are dialogs without a name.
- Every control that moves is a step of Back (in ``history.js``).
- The first visitors of a fresh server who come by a link to a page are told "Page not found",
  because Streamlit still believes in its automatic ``pages/`` scan; the page is loaded once more.
- A page that finds its server started again, or a phone that slept longer than its session is kept,
  asks for fragments that the new session has never heard of, and is answered with silence. A page
  that asks by itself every now and then is drawn anew first, so ours does so, every ten days.
"""

from __future__ import annotations

from datetime import timedelta

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dl101_core.ui.component import component
from dl101_core.ui.fragments import fragment

SELDOM = timedelta(days=10)
"""Browsers count at most 24 days in milliseconds."""


def repair_page() -> None:
    """Mount the repairs; call before ``st.navigation``, which tells Streamlit our pages."""
    component("repairs", isolate_styles=False)(key="repairs", data={"scanned": _scanned()})
    with st.container(key="asks_by_itself"):
        _asks_by_itself()


@fragment(run_every=SELDOM)
def _asks_by_itself() -> None:
    pass


def _scanned() -> bool:
    """Whether this run of ``app.py`` is the one page that the automatic scan has found.

    Streamlit's own flag would not do: it is the server's, and when a whole class comes to a fresh
    server, the first to pass ``st.navigation`` changes it for those who are a moment behind.
    """
    context = get_script_run_ctx()
    pages = context.pages_manager.get_pages().values() if context else ()
    return len(pages) == 1 and all("url_pathname" in page for page in pages)
