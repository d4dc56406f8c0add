"""Dropout: one net trained with and without it, and the masks that a layer draws."""

from __future__ import annotations

import streamlit as st

from dl101_core.cnn.dropout.compute import PairConfig
from dl101_core.cnn.dropout.controls import pair_controls, view_switch
from dl101_core.cnn.dropout.masks_view import MaskView, mask_controls, masks_view
from dl101_core.cnn.dropout.maths import masks_latex, pair_latex
from dl101_core.cnn.dropout.runs_view import pair_in_link, pair_view, repeated_by_script, start_both
from dl101_core.cnn.dropout.script import masks_script, pair_script
from dl101_core.lab.session_runs import get_runner
from dl101_core.lab.start_view import skip_to_start
from dl101_core.ui.deferred import stamp_of
from dl101_core.ui.fragments import fragment
from dl101_core.ui.learner import keep_key
from dl101_core.ui.lesson import Parts, open_lesson
from dl101_core.ui.rail import more

skip_to_start()
lesson = open_lesson("dropout")
get_runner()  # its workers warm up while the learner chooses
keep_key()


@fragment()
def experiment() -> None:
    runs = pair_in_link()
    left, right = lesson.frame()
    with left:
        view = view_switch()
    if view == "runs":
        with left:
            front = st.container()
            rest = more()
            with front:
                pair = pair_controls(rest)
                if start_both(pair):
                    runs = pair_in_link()
        with right:
            told = pair_view(runs, pair)
        lesson.parts_later(
            stamp_of(pair, told),
            lambda: (pair_latex(pair, told), pair_script(pair, repeated_by_script(pair, runs))),
        )
        return
    with left:
        pair, choice = mask_controls()
    with right:
        shown = masks_view(pair, choice, runs)
    lesson.parts_later(stamp_of(pair, choice, shown and shown.trained), lambda: masks(shown, pair))


def masks(shown: MaskView | None, pair: PairConfig) -> Parts:
    """The tabs of the masks on show; those of the trainings while there are no masks."""
    if shown is None:
        return pair_latex(pair, []), pair_script(pair)
    choice = shown.choice
    script = masks_script(
        shown.pair, choice.image, choice.seed, shown.masks, shown.trained, shown.repeatable
    )
    return masks_latex(shown.masks), script


experiment()
lesson.later()
