"""The drawing pad: mouse, touch, pen and keyboard; its strokes belong to the browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import streamlit as st

from dl101_core.draw.digits import Drawing
from dl101_core.ui import messages
from dl101_core.ui.component import component
from dl101_core.ui.palette import ACCENT, UNSIGNED
from dl101_core.ui.rates import count_drawing, drawing_pace

LIVE_MS = 350
"""Least time between two messages while the pen is down."""
CLASS_DRAWS = 25.0
"""Messages a second of all pads together. Above this rate a pad sends only whole strokes, so that
their answers come first when a class draws."""


class Numbered(TypedDict, total=False):
    """The fields of the pad's message that ``Drawing.from_message`` does not read."""

    seq: messages.Seq


def draw_pad(
    key: str,
    token: str,
    start: Drawing,
    ghost: bool,
    networks: Sequence[str] = (),
    opens: bool = False,
) -> tuple[int, Drawing | None]:
    """The number of the pad's last message and its drawing; ``None`` before the first stroke.

    ``start`` is the first drawing on the pad: faint until the learner draws (``ghost``), or in ink.
    A new ``token`` puts the new ``start`` on the pad. ``networks``: who answers at once, by name or
    run. ``opens``: the pad opens the course; its example writes itself, and on a phone the pad
    leaves room for its answer. Raises ``ValueError`` for an invalid message, and for a message
    above the rate limit.
    """
    new = f"{key}_new"
    result = component("draw/draw_pad")(
        key=key,
        data={
            "name": f"dl101_{key}",
            "token": token,
            "start": start.strokes,
            "networks": list(networks),
            "ghost": ghost,
            "opens": opens,
            "hint": "Draw a digit here",
            "example_hint": "Draw a digit over this example",
            "ack": _seq(messages.sent(key, "drawing")),
            "live_ms": LIVE_MS if drawing_pace() < CLASS_DRAWS else 0,
            "paper": UNSIGNED[0][1],
            "faint": UNSIGNED[1][1],
            "ink": UNSIGNED[-1][1],
            "accent": ACCENT,
        },
        default={"drawing": None},
        on_drawing_change=lambda: st.session_state.update({new: True}),
    )
    message = result.drawing
    if message is None or (isinstance(message, dict) and message.get("token", token) != token):
        return _seq(message), None  # strokes over an earlier start are dropped
    if st.session_state.get(new):
        count_drawing()
        st.session_state[new] = False
    return _seq(message), Drawing.from_message(message)


def _seq(message: object) -> int:
    return messages.read_fields(message, Numbered).get("seq", 0)
