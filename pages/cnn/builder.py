"""Build a convolutional network layer by layer, and see what every layer costs."""

from __future__ import annotations

import streamlit as st

from dl101_core.figures.builder import network_latex, table_rows
from dl101_core.models.layers import parse, to_text
from dl101_core.models.network import describe
from dl101_core.scripts.builder import builder_script
from dl101_core.ui.builder import builder
from dl101_core.ui.follow import follow
from dl101_core.ui.lesson import open_lesson
from dl101_core.ui.plain_table import plain_table

lesson = open_lesson("builder")


@st.fragment
def experiment() -> None:
    st.session_state["builder_shown"] = to_text(builder().layers)


@st.fragment
def explanation() -> None:
    """In a fragment of its own, so that formulas and code come after the numbers of an edit."""
    shown = st.session_state["builder_shown"]
    follow(shown)
    network = describe(parse(shown))
    rows = table_rows(network)
    lesson.parts(
        network_latex(network),
        builder_script(network),
        (lambda: plain_table(rows)) if rows else None,
    )


experiment()
explanation()
