"""A lasting fault is logged once a minute, not at every retry."""

from __future__ import annotations

from dl101_core.seldom import Seldom


def test_it_is_due_once_in_a_minute_and_at_once_after_a_reset() -> None:
    now = [0.0]
    due = Seldom(60.0, lambda: now[0])
    said = []
    for now[0] in (0.0, 0.4, 30.0, 59.9, 60.0, 100.0, 119.9, 120.0):
        if due():
            said.append(now[0])
    assert said == [0.0, 60.0, 120.0]
    due.reset()
    assert due()
    assert not due()
