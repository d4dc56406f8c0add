"""Formulas and code that follow the picture of their page."""

from __future__ import annotations

import zlib

from dl101_core.ui.component import component


def follow(stamp: str) -> None:
    """Draw the fragment that calls this again when the picture of the page rests on another stamp.

    Formula and code need as long in the browser as all the rest; so they come after the answer
    instead of with it. The picture says ``dl101-rest`` with its stamp when it rests.
    """
    component("ui/follow", isolate_styles=False)(
        key="follow",
        data={"shown": stamp},
        default={"asked": None},
        on_asked_change=lambda: None,
    )


def lead(stamp: str) -> None:
    """For a picture that does not say itself when it rests: say so for it."""
    component("ui/lead", isolate_styles=False)(key="lead", data={"stamp": stamp})


def stamp_of(*shown: object) -> str:
    """A short name of configs that have a ``repr`` of their own."""
    return f"{zlib.crc32(repr(shown).encode()):08x}"
