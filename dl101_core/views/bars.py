"""Rows of a name, a bar and a value."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct


class Bar(Struct, frozen=True, kw_only=True):
    """``length``: a share of the whole width; with one below zero, all start in the middle."""

    name: str
    words: str
    length: Annotated[float, Meta(ge=-1, le=1)]
    own: bool = False


class Bars(Struct, frozen=True, kw_only=True):
    """``caption``: above the rows; may be empty. ``inside``: whether values are in the bars."""

    caption: str
    rows: tuple[Bar, ...]
    inside: bool = False
