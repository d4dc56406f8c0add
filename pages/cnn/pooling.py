"""Pooling: what a window keeps of a picture, and what it keeps when the picture moves."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dl101_core import pooling
from dl101_core.figures.pooling import size_latex
from dl101_core.scripts.pooling import pooling_script, refused_script
from dl101_core.ui.impossible import show_impossible
from dl101_core.ui.lesson import open_lesson
from dl101_core.ui.pooling_view import cell_formula, pool_controls, pool_view

lesson = open_lesson("pooling")


@st.fragment
def experiment() -> None:
    left, right = lesson.columns(picture_first=True)
    with left:
        config = pool_controls()
    with right:
        try:
            result = pooling.describe(config)
        except pooling.ImpossiblePooling as why:
            show_impossible(why)
            script, cell = refused_script(config), None
        else:
            pool_view(result)
            script, cell = pooling_script(result), partial(cell_formula, result)
    lesson.parts(size_latex(config), script, cell)


experiment()
