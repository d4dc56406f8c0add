"""Fragments of a page: parts that are drawn again by themselves."""

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

    ``run_every``: seconds after which the page asks for it again. Always use this one. When a
    fragment is asked for while the whole page is drawn, Streamlit may keep back what the page drew
    of it; the browser then takes it out, what follows in the same container moves up, and the
    fragment is put in the place of its neighbour, which is gone. Alone in a container it has none.
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
