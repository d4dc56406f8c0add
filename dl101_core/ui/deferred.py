"""Formulas and code that are drawn later than the picture of their page: when it rests."""

from __future__ import annotations

import zlib

from dl101_core.ui.component import component


def redraw_at_rest(stamp: str) -> None:
    """Draw the fragment that calls this again when the picture of the page rests on another stamp.

    Formula and code need as long in the browser as all the rest; so they come after the answer
    instead of with it. The picture says ``dl101-rest`` with its stamp when it rests.
    """
    component("ui/rest_listener", isolate_styles=False)(
        key="formula_redraw",
        data={"shown": stamp},
        default={"asked": None},
        on_asked_change=lambda: None,
    )


def start_debounce(stamp: str) -> None:
    """Say ``dl101-rest`` for a picture that does not do so itself, after a while without change."""
    component("ui/debounce", isolate_styles=False)(key="debounce", data={"stamp": stamp})


def stamp_of(*shown: object) -> str:
    """A short name of configs that have a ``repr`` of their own."""
    return f"{zlib.crc32(repr(shown).encode()):08x}"
