"""Draw a digit; the networks read it."""

import streamlit as st

from dl101_core.digits import from_strokes
from dl101_core.export import Script
from dl101_core.ui.draw_pad import draw_pad
from dl101_core.ui.lesson import open_lesson

lesson = open_lesson("draw")


@st.fragment
def experiment() -> None:
    left, right = lesson.columns(2.0)
    with left:
        drawing = draw_pad("pad", "", [[[100, 60], [150, 50], [120, 130], [160, 180], [90, 220]]], ghost=True)
    with right:
        if drawing:
            try:
                for s in from_strokes(drawing).stages:
                    st.image(s.image, width=120)
            except ValueError as e:
                st.write(str(e))
    lesson.parts("x", Script("x", "print(1)\n", "1"))


experiment()
