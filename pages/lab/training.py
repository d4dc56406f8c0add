"""Placeholder until the page lands."""

import streamlit as st

from dl101_core.export import Script
from dl101_core.ui import controls
from dl101_core.ui.lesson import open_lesson

lesson = open_lesson("training")


@st.fragment
def experiment() -> None:
    left, right = lesson.columns()
    with left:
        k = controls.slider("Kernel size", "kernel_size", 1, 7, 3)
    right.write(k)
    lesson.parts(rf"k = {k}", Script("x", "print(1)\n\nprint(2)\n", "1\n2"))


experiment()
