"""The script of the site, run for each visitor: page settings and the navigation."""

import streamlit as st

from dl101_core.curriculum import CURRICULUM, HOME
from dl101_core.operator.key_view import operator_pages
from dl101_core.server import ROOT
from dl101_core.ui.address import drawing
from dl101_core.ui.repairs import repair_page

st.set_page_config(
    page_title="Deep Learning 101", page_icon=str(ROOT / "assets" / "icon.svg"), layout="wide"
)
repair_page()
page = st.navigation(
    {
        chapter: [
            st.Page(
                page.path,
                title=page.title,
                icon=page.icon,
                url_path=page.url or None,
                default=page is HOME,
                visibility="hidden" if page.hidden else "visible",
            )
            for page in pages
        ]
        for chapter, pages in (CURRICULUM | operator_pages()).items()
    },
    position="top",
)
with drawing("page"):
    page.run()
