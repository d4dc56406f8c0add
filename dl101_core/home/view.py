"""The parts of Home: a pad that reads, the path through the course, and a quiet footer."""

from __future__ import annotations

import platform
from typing import Annotated

import msgspec
import streamlit as st
import torch
from msgspec import Meta

from dl101_core.curriculum import CURRICULUM, page_at, pages
from dl101_core.data import DATASETS, is_available
from dl101_core.draw.digits import from_strokes
from dl101_core.draw.examples import OWN, examples
from dl101_core.draw.pad_view import draw_pad
from dl101_core.draw.view import Network
from dl101_core.home.course import course
from dl101_core.home.reading_view import rehearsal, seen_and_read
from dl101_core.lab.session_runs import get_runner, session_runs
from dl101_core.ui import messages
from dl101_core.ui.address import key_of
from dl101_core.ui.component import component
from dl101_core.ui.fragments import fragment
from dl101_core.ui.markdown import escape_markdown
from dl101_core.weights import WeightsError, load_shipped

READER = "cnn"
MOST_RUNS = 4
Url = Annotated[str, Meta(min_length=1, max_length=64)]


def reader() -> None:
    """A pad, and what the shipped CNN reads on it; without the CNN, a sentence that says why."""
    try:
        network = Network(READER, "A convolutional network reads", load_shipped(READER))
    except WeightsError as problem:
        st.warning(escape_markdown(problem), icon=":material/broken_image:")
    else:
        _pad_and_answer(network)


@fragment()
def _pad_and_answer(network: Network) -> None:
    example = examples()[OWN].drawing
    seq, digit, message = 0, None, ""
    write, answer = st.container(key="home_reader").columns([1, 1.7], gap="medium")
    with write:
        try:
            seq, drawing = draw_pad(key_of("pad"), OWN, example, True, [network.name], opens=True)
            digit = from_strokes(drawing or example)
        except ValueError as problem:
            message = str(problem)
    with answer:
        data = seen_and_read(network, digit, seq, message) | {"rehearsal": rehearsal(network)}
        component("draw/digit_bars")(key="home_bars", data=data, height="content")
        draw = page_at("draw")
        st.page_link(draw.path, label="Let four networks read it", icon=draw.icon)


@fragment()
def course_path() -> None:
    """All lessons, with ticks for what this browser has done; a lesson opens without a reload."""
    chapters = msgspec.to_builtins(course(CURRICULUM))
    chosen = component("home/course")(
        key="course", data={"chapters": chapters}, on_open_change=lambda: None
    )
    url = messages.read(chosen.open, Url)
    found = next((page for page in pages() if page.url == url), None) if url else None
    if found:
        st.switch_page(found.path)


@fragment(run_every=5)
def server_status() -> None:
    """The state of the server, one line each: its runs, its hardware and its data sets."""
    torch_version = torch.__version__.partition("+")[0]
    data = (
        f"{info.title}{'' if is_available(name) else ' (download it in the lab)'}"
        for name, info in DATASETS.items()
    )
    lines = (
        _running(),
        f"**This server:** Deep Learning 101 with PyTorch {torch_version} on the CPU, "
        f"Python {platform.python_version()}",
        f"**Data sets:** {', '.join(data)}",
    )
    st.caption("  \n".join(lines))


def _running() -> str:
    """The live runs of all learners; those of this session are marked."""
    live = [run for run in get_runner().runs() if not run.ended]
    if not live:
        return "**Running now:** Nothing is training. The lab is free."
    told = []
    for run in live[:MOST_RUNS]:
        share = min(1.0, run.step / run.total_steps) if run.total_steps else 0.0
        mine = " (yours)" if run.run_id in session_runs() else ""
        told.append(f"{escape_markdown(run.config.title)}{mine}, {run.state}, {share:.0%}")
    if len(live) > MOST_RUNS:
        told.append(f"and {len(live) - MOST_RUNS} more")
    return f"**Running now:** {'; '.join(told)}"
