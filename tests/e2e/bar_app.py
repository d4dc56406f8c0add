"""The app whose lessons have the bar even where the lesson's frame does not draw it yet."""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import streamlit as st

import dl101_core.ui.lesson as frame
from dl101_core.curriculum import pages
from dl101_core.server import SCRIPT
from dl101_core.server.guards import middleware, routes
from dl101_core.server.startup import lifespan
from dl101_core.ui.lesson_bar import lesson_bar

app = st.App(SCRIPT, lifespan=lifespan, routes=routes(), middleware=middleware())

if not hasattr(frame, "lesson_bar"):
    draw = frame.open_lesson

    def with_bar(name: str) -> Any:
        lesson = draw(name)
        lesson_bar(next(page.url for page in pages() if page.lesson == name))
        return lesson

    frame.open_lesson = with_bar
