"""Small repairs of Streamlit's page, in one place: each goes when Streamlit mends the fault.

- Code and primary buttons have too little contrast (in `style.css`).
- Wide formulas, code and tables scroll, but not by the keyboard.
- The menu on phones puts ``div`` between ``ul`` and ``li``; screen readers then see no menu.
- Toasts are dialogs without a name.
- The menu marks the open page, but not its chapter; on a phone its button has no words.
- Every change of a control adds a step of Back (in ``history.js``).
- After a restart of the server, or the end of its session on a sleeping phone, a page requests
  fragments that the new session does not know, and gets no answer. Streamlit first redraws a page
  that has a timed rerun. So every page has one, of ten days.
"""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from dl101_core.ui.component import component
from dl101_core.ui.fragments import fragment
from dl101_core.ui.projector import projecting
from dl101_core.ui.skip import skip_links

SELDOM = timedelta(days=10)
"""A browser's timer holds at most 24 days in milliseconds."""


def repair_page(chapter: str = "") -> None:
    """Mount the repairs; once on every page. ``chapter``: its name in the menu, if it has one."""
    data = {"chapter": chapter, "projector": projecting()}
    component("ui/repairs", isolate_styles=False)(key="repairs", data=data)
    skip_links()
    with st.container(key="asks_by_itself"):
        _asks_by_itself()


@fragment(run_every=SELDOM)
def _asks_by_itself() -> None:
    pass
