"""Draws formulas and code after the picture of their page, when the picture rests."""

from __future__ import annotations

import zlib

from dl101_core.ui.component import component


def redraw_at_rest(stamp: str) -> None:
    """Redraw the calling fragment when the picture of the page rests at another stamp.

    Formula and code take the browser as long as the rest of the page, so they follow the picture.
    The picture sends ``dl101-rest`` with its stamp when it rests.
    """
    component("ui/rest_listener", isolate_styles=False)(
        key="formula_redraw",
        data={"shown": stamp},
        default={"asked": None},
        on_asked_change=lambda: None,
    )


def start_debounce(stamp: str) -> None:
    """Send ``dl101-rest`` for a picture that does not, after a while without a change."""
    component("ui/debounce", isolate_styles=False)(key="debounce", data={"stamp": stamp})


def stamp_of(*shown: object) -> str:
    """A short hash of the ``repr`` of configs."""
    return f"{zlib.crc32(repr(shown).encode()):08x}"
