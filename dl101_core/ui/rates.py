"""Rate limits of this server for starts of runs, pictures and drawings."""

from __future__ import annotations

from functools import lru_cache

from dl101_core.limits import limits_from_environment
from dl101_core.rates import Counted, Rate
from dl101_core.ui.learner import owner
from dl101_core.ui.visitor import address

_read = Counted(most=3)
"""Drawings that the route has counted; a few may wait for their script run at a time."""


@lru_cache(maxsize=8)
def _rate(what: str, per_owner: int, in_all: int) -> Rate:
    """One limiter for the whole server, as long as the limits stay the same."""
    return Rate(what, per_owner, in_all)


def count_start() -> None:
    """Count the start of a run; raises ``TooOften`` above the limit."""
    limits = limits_from_environment()
    rate = _rate("start runs", limits.starts_per_minute, limits.starts_per_minute_in_all)
    rate.take(owner(), address())


def count_upload() -> None:
    """Count a picture before it is decoded; raises ``TooOften`` above the limit."""
    limits = limits_from_environment()
    rate = _rate("send pictures", limits.uploads_per_minute, limits.uploads_per_minute_in_all)
    rate.take(owner(), address())


def count_drawing() -> None:
    """Count a message of the drawing pad; raises ``TooOften`` above the limit.

    A drawing that the route has read is counted: the page's script gets it afterwards.
    """
    if not _read.use(owner()):
        _drawings().take(owner(), address())


def count_drawing_of(owner: str, address: str) -> None:
    """Count a drawing that came without a session; raises ``TooOften`` above the limit."""
    _drawings().take(owner, address)
    _read.add(owner)


def drawing_pace() -> float:
    """Messages of all drawing pads in a second, lately."""
    return _drawings().pace()


def _drawings() -> Rate:
    limits = limits_from_environment()
    return _rate("send drawings", limits.drawings_per_minute, limits.drawings_per_minute_in_all)
