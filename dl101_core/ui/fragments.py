"""Fragments of a page: parts that rerun on their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

import streamlit as st

from dl101_core.ui.address import drawing

Args = ParamSpec("Args")


def fragment(
    run_every: float | timedelta | None = None,
) -> Callable[[Callable[Args, None]], Callable[Args, None]]:
    """``st.fragment`` in a container of its own: ``@fragment()`` above a function that draws.

    ``run_every``: seconds between two reruns. Always use this one. If a fragment is requested while
    the whole page is drawn, Streamlit may drop the page's version of the fragment. The browser then
    removes it, and the next elements of the same container move up. The fragment replaces its
    neighbour, which is lost. Alone in a container, a fragment has no neighbour.
    """

    def made(draw: Callable[Args, None]) -> Callable[Args, None]:
        @wraps(draw)
        def noted(*args: Args.args, **kwargs: Args.kwargs) -> None:
            with drawing(draw.__qualname__):
                draw(*args, **kwargs)

        redrawn = st.fragment(noted, run_every=run_every)

        @wraps(draw)
        def alone(*args: Args.args, **kwargs: Args.kwargs) -> None:
            with st.container():
                redrawn(*args, **kwargs)

        return alone

    return made
