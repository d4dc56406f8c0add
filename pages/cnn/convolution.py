"""A kernel slides over a small picture: every window, product and sum."""

from __future__ import annotations

import streamlit as st

from dl101_core import conv
from dl101_core.scripts.convolution import convolution_script, refused_script
from dl101_core.ui.conv_view import conv_controls, conv_view
from dl101_core.ui.impossible import show_impossible
from dl101_core.ui.lesson import open_lesson

lesson = open_lesson("convolution")


@st.fragment
def experiment() -> None:
    left, right = lesson.columns(picture_first=True)
    with left:
        config = conv_controls()
    with right:
        try:
            result = conv.describe(config)
        except conv.ImpossibleConvolution as why:
            show_impossible(why)
            script = refused_script(config)
        else:
            conv_view(result)
            script = convolution_script(result)
    lesson.parts(conv.size_latex(config), script)


experiment()
