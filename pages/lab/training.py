"""Train a real network and watch it learn."""

import streamlit as st

from dl101_core.lab.controls import adopt_settings, train_controls
from dl101_core.lab.layers_view import layer_table
from dl101_core.lab.maths import training_latex
from dl101_core.lab.presets_controls import presets
from dl101_core.lab.run_view import job_view
from dl101_core.lab.session_runs import events_like, get_runner, run_in_link
from dl101_core.lab.start_view import own_run, skip_to_start, start_panel
from dl101_core.tasks.images.script import training_script
from dl101_core.ui.learner import keep_key
from dl101_core.ui.lesson import open_lesson

skip_to_start()
lesson = open_lesson("training")
get_runner()  # its workers warm up while the learner chooses
keep_key()
run = run_in_link()
adopt_settings(run)
left, right = lesson.frame()
with left:
    ready_made = st.container(key="presets")
    config = train_controls()
    with ready_made:
        presets(config)
    started = start_panel(config)
with right:
    if not run and not started:
        started = own_run(config)
    job_view(started or (run.run_id if run else None))
lesson.parts(
    training_latex(config),
    training_script(config, events_like(config)),
    lambda: layer_table(config.model),
)
