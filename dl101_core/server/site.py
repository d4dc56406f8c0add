"""The script of the site, run for each visitor: page settings and the navigation."""

import streamlit as st

from dl101_core.curriculum import CURRICULUM, HOME, NAME, tab_title
from dl101_core.operator.key_view import operator_pages
from dl101_core.server import ROOT
from dl101_core.ui.address import drawing
from dl101_core.ui.projector import follow_projector
from dl101_core.ui.repairs import repair_page

# Before the navigation, which would load the icon of a page from another site.
st.set_page_config(page_title=NAME, page_icon=str(ROOT / "assets" / "icon.svg"), layout="wide")
chapters = CURRICULUM | operator_pages()
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
        for chapter, pages in chapters.items()
    },
    position="top",
)
open_page = next(info for pages in chapters.values() for info in pages if info.title == page.title)
st.set_page_config(page_title=tab_title(open_page))
follow_projector()
repair_page(next(chapter for chapter, pages in chapters.items() if open_page in pages))
with drawing("page"):
    page.run()
