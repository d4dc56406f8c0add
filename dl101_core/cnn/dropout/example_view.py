"""The recorded pair on the charts, until the learner has started one."""

from __future__ import annotations

import json

import streamlit as st

from dl101_core.cnn.dropout.compute import PairConfig
from dl101_core.cnn.dropout.example import STROKES, Run, read_example, seeds_sentence
from dl101_core.cnn.dropout.maths import gap_rows, gap_sentence, name_of, other_settings
from dl101_core.lab.gap import Gap
from dl101_core.lab.live_view import KEY
from dl101_core.ui.component import component
from dl101_core.ui.fragments import fragment
from dl101_core.ui.markdown_table import show_table

LABEL = "Recorded example: real runs, seed 0."


def example_feed() -> None:
    """Sends the recorded curves to the charts, as ``live`` sends those of runs."""

    @fragment()
    def answer() -> None:
        component("lab/lab_feed", isolate_styles=False)(
            key=KEY, data={"text": feed_text()}, default={"ask": None}, on_ask_change=lambda: None
        )

    answer()


def feed_text() -> str:
    """The feed of ``lab_curves``, as JSON. ``again`` 0: there is nothing to poll for."""
    without, dropped = read_example().runs
    names = example_names()
    curves = [_curve(place, names[place], run) for place, run in enumerate((without, dropped))]
    first, second = (curve["id"] for curve in curves)
    return json.dumps(
        {
            "n": 0,
            "again": 0,
            "run": second,
            "beside": [first],
            "state": "finished",
            "line": LABEL,
            "share": None,
            "live": [],
            "curves": curves,
        },
        separators=(",", ":"),
    )


def _curve(place: int, name: str, run: Run) -> dict[str, object]:
    return {
        "id": f"recorded-{place}",
        "name": name,
        "place": place,
        "total": run.total,
        "broke": None,
        "from": [0, 0, 0],
        "train": run.train,
        "val": run.val,
        "rates": [],
        "gap": run.gap.ends,
    }


def example_words(asked: PairConfig) -> None:
    """The gap of the recorded pair, and what ten seeds say."""
    example = read_example()
    st.markdown(f"**{gap_sentence(example_gaps())}**")
    if asked != STROKES:
        st.caption(f"The example has other settings: {other_settings(STROKES, asked)}.")
    tests = {name: run.test for name, run in zip(example_names(), example.runs, strict=True)}
    with st.expander("All numbers"):
        show_table(gap_rows(example_gaps(), tests))
        st.markdown(seeds_sentence(example))


def example_names() -> tuple[str, str]:
    without, dropped = STROKES.runs
    return name_of(without), name_of(dropped)


def example_gaps() -> list[tuple[str, Gap]]:
    runs = read_example().runs
    return [(name, run.gap) for name, run in zip(example_names(), runs, strict=True)]
