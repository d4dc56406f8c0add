"""A kernel slides over a small picture: every window, product and sum; and back, transposed."""

from __future__ import annotations

import streamlit as st

from dl101_core import conv, transposed
from dl101_core.conv import ConvConfig
from dl101_core.export import Script
from dl101_core.scripts import convolution as conv_code
from dl101_core.scripts import transposed as transposed_code
from dl101_core.transposed import TransposedConfig
from dl101_core.ui.conv_controls import conv_controls
from dl101_core.ui.conv_view import conv_view
from dl101_core.ui.impossible import show_impossible
from dl101_core.ui.lesson import open_lesson

lesson = open_lesson("convolution")


@st.fragment
def experiment() -> None:
    left, right = lesson.columns(picture_first=True)
    with left:
        config = conv_controls()
    with right:
        if isinstance(config, ConvConfig):
            numbers, script = conv.size_latex(config), convolution(config)
        else:
            numbers, script = transposed.size_latex(config), transposition(config)
    lesson.parts(numbers, script)


def convolution(config: ConvConfig) -> Script:
    """Draws the picture, or says why there is none, and returns the code."""
    try:
        result = conv.describe(config)
    except conv.ImpossibleConvolution as why:
        show_impossible(why)
        return conv_code.refused_script(config)
    conv_view(result)
    return conv_code.convolution_script(result)


def transposition(config: TransposedConfig) -> Script:
    try:
        result = transposed.describe(config)
    except transposed.ImpossibleTransposed as why:
        show_impossible(why)
        return transposed_code.refused_script(config)
    conv_view(result)
    return transposed_code.transposed_script(result)


experiment()
