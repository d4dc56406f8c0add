"""Small repairs of Streamlit's page, in one place so that they can go when Streamlit mends them.

- Code and primary buttons are written with too little contrast (in `style.css`).
- Wide formulas, code and tables scroll, but not by the keyboard.
- The menu on phones puts ``div`` between ``ul`` and ``li``; screen readers then see no menu.
- Toasts are dialogs without a name.
- Every control that moves is a step of Back (in ``history.js``).
- A page that finds its server started again, or a phone that slept longer than its session is kept,
  asks for fragments that the new session has never heard of, and is answered with silence. A page
  that asks by itself every now and then is drawn anew first, so ours does so, every ten days.
"""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from dl101_core.ui.component import component
from dl101_core.ui.fragments import fragment

SELDOM = timedelta(days=10)
"""Browsers count at most 24 days in milliseconds."""


def repair_page() -> None:
    """Mount the repairs; once on every page."""
    component("ui/repairs", isolate_styles=False)(key="repairs", data={})
    with st.container(key="asks_by_itself"):
        _asks_by_itself()


@fragment(run_every=SELDOM)
def _asks_by_itself() -> None:
    pass
