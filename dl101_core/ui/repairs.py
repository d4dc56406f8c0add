"""Small repairs of Streamlit's page, in one place so that they can go when Streamlit mends them.

- Code and primary buttons are written with too little contrast (in `style.css`).
- Wide formulas, code and tables scroll, but not by the keyboard.
- The menu on phones puts ``div`` between ``ul`` and ``li``; screen readers then see no menu.
- Toasts are dialogs without a name.
- The first visitor of a fresh server who comes by a link to a page is told "Page not found",
  because Streamlit still believes in its automatic ``pages/`` scan; the page is loaded once more.
"""

from __future__ import annotations

from streamlit.runtime.pages_manager import PagesManager

from dl101_core.ui.component import component


def repair_page() -> None:
    """Mount the repairs; call before ``st.navigation``, which ends the automatic scan."""
    first_run = bool(PagesManager.uses_pages_directory)
    component("repairs", isolate_styles=False)(key="repairs", data={"first_run": first_run})
