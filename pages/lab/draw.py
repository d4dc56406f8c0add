"""Draw a digit: four networks read it, and show how."""

from __future__ import annotations

import streamlit as st

from dl101_core.draw.digits import Digit, from_strokes
from dl101_core.draw.doubt import why_unsure
from dl101_core.draw.examples import OWN, examples
from dl101_core.draw.pad_view import draw_pad
from dl101_core.draw.script import draw_script
from dl101_core.draw.shown import softmax_latex
from dl101_core.draw.view import (
    Network,
    answers_of,
    photo_digit,
    shipped_networks,
    show_bars,
    show_line,
    show_pictures,
    stamp_of,
    view_switch,
)
from dl101_core.lab.networks_view import run_networks
from dl101_core.ui import controls
from dl101_core.ui.address import key_of
from dl101_core.ui.deferred import redraw_at_rest
from dl101_core.ui.fragments import fragment
from dl101_core.ui.lesson import open_lesson
from dl101_core.weights import card, load_shipped

PHOTO = "photo"
TITLES = {name: example.title for name, example in examples().items()} | {PHOTO: "A photo"}

lesson = open_lesson("draw")
networks = shipped_networks() + run_networks()


@fragment()
def experiment(networks: list[Network]) -> None:
    left, right = lesson.frame()
    with left:
        start = controls.select("Start from", "start", list(TITLES), OWN, TITLES.__getitem__)
        view = view_switch()
    with right, st.container(key="draw_desk", horizontal=True):
        with st.container(key="draw_pad_place"):
            digit, seq, message = photo() if start == PHOTO else drawn(start)
        line = st.container(key="draw_line")
        answers = st.container(key="draw_answers")
    shown = digit or from_strokes(examples()[OWN].drawing)
    st.session_state["shown_digit"] = shown.image, digit is not None
    readings = [network.read(digit.image) for network in networks] if digit else []
    note = why_unsure(answers_of(networks, readings), digit.image) if digit else ""
    with line:
        show_line(networks, readings, seq)
    with answers:
        show_bars(networks, readings, seq, message, stamp_of(shown.image), note)
    with right, st.container(key="draw_pictures"):
        show_pictures(view, digit, load_shipped("cnn"), message)


@fragment()
def explanation() -> None:
    image, drawn_by_learner = st.session_state["shown_digit"]
    redraw_at_rest(stamp_of(image))
    cnn = Network("cnn", "CNN", load_shipped("cnn")).read(image)
    what = "The drawing" if drawn_by_learner else "The example, since there is no digit yet"
    lesson.parts(softmax_latex(cnn, what), draw_script(image, card("cnn").model, cnn, what))


def drawn(start: str) -> tuple[Digit | None, int, str]:
    """The digit on the pad, the number of its message, and a sentence if there is no digit."""
    example = examples()[start]
    seq = 0
    try:
        seq, drawing = draw_pad(
            key_of("pad"), start, example.drawing, start == OWN, [one.name for one in networks]
        )
        return from_strokes(drawing or example.drawing), seq, ""
    except ValueError as problem:
        return None, seq, str(problem)


def photo() -> tuple[Digit | None, int, str]:
    try:
        digit = photo_digit()
    except ValueError as problem:
        return None, 0, str(problem)
    return digit, 0, "" if digit else "Choose a picture with one digit on it."


experiment(networks)
explanation()
