"""The view "Excite a filter": gradient ascent in the background, and its progress.

Before the learner starts one, a short ascent is made at once: the view never opens on nothing.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from torch import nn

from dl101_core.cnn.inside.shown import grey
from dl101_core.draw.shown import percent
from dl101_core.explain import AscentConfig, Dreamt, ascend, ascended, read_image
from dl101_core.explain.studio import Busy, Progress, Studio
from dl101_core.ui import controls
from dl101_core.ui.component import component
from dl101_core.ui.fragments import fragment
from dl101_core.ui.markdown import escape_markdown
from dl101_core.ui.palette import ACCENT, UNSIGNED

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

EVERY = 0.4
"""Seconds between two polls of an ascent."""
SKETCH = 16
"""Steps of the ascent that is made at once."""


@st.cache_resource(show_spinner=False)
def studio() -> Studio:
    """One thread for the whole server."""
    return Studio()


def show_climb(
    model: nn.Module,
    classes: tuple[str, ...],
    config: AscentConfig,
    name: str,
    buttons: DeltaGenerator,
) -> Dreamt | None:
    """Buttons and progress; gives the last picture once the ascent for ``config`` has ended."""
    key: str = st.session_state.setdefault("climb_key", uuid.uuid4().hex)
    with buttons:
        if controls.pressed("Start", "climb_start", icon=":material/play_arrow:", type="primary"):
            try:
                studio().start(key, ascend(model, config))
                st.session_state["climb"] = (id(model), config, Progress("climbing"))
            except Busy as problem:
                st.warning(escape_markdown(str(problem)), icon=":material/hourglass_top:")
        progress = _progress(key, model, config)
        climbing = progress is not None and progress.state == "climbing"
        st.button(
            "Cancel",
            key="climb_cancel",
            icon=":material/stop:",
            disabled=not climbing,
            on_click=lambda: studio().cancel(key),
        )
    _watch(key, model, classes, config, name, climbing)
    return progress.last if progress and not climbing else None


def _progress(key: str, model: nn.Module, config: AscentConfig) -> Progress | None:
    """The progress of this session's ascent, if it is one of ``config``."""
    known: Any = st.session_state.get("climb")
    if known is None or known[:2] != (id(model), config):
        return None
    kept: Progress = known[2]
    if kept.state != "climbing":
        return kept
    new = studio().look(key) or Progress("cancelled", kept.shown)
    st.session_state["climb"] = (*known[:2], new)
    return new


def _watch(
    key: str,
    model: nn.Module,
    classes: tuple[str, ...],
    config: AscentConfig,
    name: str,
    climbing: bool,
) -> None:
    """The picture and its curve, redrawn during the ascent."""

    @fragment(run_every=EVERY if climbing else None)
    def look() -> None:
        progress = _progress(key, model, config)
        if climbing and (progress is None or progress.state != "climbing"):
            st.rerun()  # ends the polling and gives the code its output
        component("cnn/inside_climb")(
            key="inside_climb", data=climb_data(progress, model, classes, config, name)
        )

    look()


def climb_data(
    progress: Progress | None,
    model: nn.Module,
    classes: tuple[str, ...],
    config: AscentConfig,
    name: str,
) -> dict[str, Any]:
    """The data of the picture. Without ``progress`` it is the sketch."""
    sketched = replace(config, steps=min(SKETCH, config.steps))
    shown = progress.shown if progress else _sketch(model, sketched)
    return {
        "points": [
            (
                one.step,
                f"{one.activation:.4f}",
                grey(one.picture),
                _says(model, classes, one.picture.tobytes()),
            )
            for one in shown
        ],
        "steps": config.steps if progress else sketched.steps,
        "name": name,
        "words": _words(progress, config, name),
        "climb": f"{id(model)} {config}",
        "shown": f"{config} {progress.state if progress else ''} {len(shown)}",
        "unsigned_scale": UNSIGNED,
        "accent": ACCENT,
    }


_sketch = lru_cache(maxsize=16)(ascended)


@lru_cache(maxsize=512)
def _says(model: nn.Module, classes: tuple[str, ...], picture: bytes) -> str:
    """The prediction for a picture, cached because every poll shows all pictures so far."""
    pixels = np.frombuffer(picture, np.uint8).reshape(28, 28)
    reading = read_image("", model, pixels).prediction
    share = percent(reading.probabilities[reading.predicted])
    return f" The network calls it {classes[reading.predicted]}, {share}."


def _words(progress: Progress | None, config: AscentConfig, name: str) -> str:
    if progress is None:
        steps = min(SKETCH, config.steps)
        return f"{name}: a quick sketch in {steps} steps. For all {config.steps}, press Start."
    step = progress.last.step if progress.last else 0
    match progress.state:
        case "climbing":
            return f"{name}: climbing, step {step} of {config.steps}."
        case "finished":
            return f"{name}: finished after {step} steps."
        case "cancelled":
            return f"{name}: stopped after step {step}."
    return f"{name}: it failed. {progress.problem}"
