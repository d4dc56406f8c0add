"""The parts of Home."""

from __future__ import annotations

import platform

import streamlit as st
import torch

from dl101_core.curriculum import CURRICULUM, HOME
from dl101_core.data import DATASETS, is_available, load
from dl101_core.home.hero import hero_picture
from dl101_core.lab.session_runs import get_runner, session_runs
from dl101_core.ui.component import component
from dl101_core.ui.fragments import fragment

HERO_DIGIT = 5


def hero() -> None:
    """The moving picture, made from the built-in data."""
    train = load("strokes").train
    image = train.images[int((train.labels == HERO_DIGIT).nonzero()[0])]
    data = hero_picture(str(HERO_DIGIT), image.numpy().tobytes())
    component("home/hero")(key="hero", data=data)


def course_map() -> None:
    """One card per chapter."""
    st.subheader("The course", anchor=False)
    chapters = [(name, pages) for name, pages in CURRICULUM.items() if HOME not in pages]
    for column, (name, pages) in zip(st.columns(len(chapters)), chapters, strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{name}**")
            for page in pages:
                st.page_link(page.path, label=page.title, icon=page.icon)
                st.caption(page.about)


@fragment(run_every=5)
def server_status() -> None:
    """The state of the server: its runs, its hardware and its data sets."""
    running, machine, data = st.columns(3)
    with running.container(border=True, height="stretch"):
        st.markdown("**Running now**")
        _running()
    with machine.container(border=True, height="stretch"):
        st.markdown("**This server**")
        st.caption(f"PyTorch {torch.__version__.partition('+')[0]} on the CPU")
        st.caption(f"Python {platform.python_version()}")
    with data.container(border=True, height="stretch"):
        st.markdown("**Data sets**")
        for name, info in DATASETS.items():
            here = is_available(name)
            icon = ":material/check_circle:" if here else ":material/cloud_download:"
            st.caption(f"{icon} {info.title}{'' if here else ': download it in the lab'}")


def _running() -> None:
    """The live runs of all learners; only runs of this session have a link."""
    live = [run for run in get_runner().runs() if not run.ended]
    if not live:
        st.caption("Nothing is training. The lab is free.")
    for run in live[:4]:
        share = run.step / run.total_steps if run.total_steps else 0.0
        mine = " (yours)" if run.run_id in session_runs() else ""
        title = f"{run.config.title}{mine}, {run.state}"
        st.progress(min(share, 1.0), text=title)
    if len(live) > 4:
        st.caption(f"and {len(live) - 4} more")
