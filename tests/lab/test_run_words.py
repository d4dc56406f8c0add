"""The line above the curves gives the status of a run in plain words."""

from __future__ import annotations

from typing import Any

import pytest

from dl101_core.jobs.runner import RunStatus
from dl101_core.lab.run_words import line_of, ordinal
from dl101_core.tasks.images.config import ImageConfig


def said(state: Any, **more: Any) -> tuple[str, float | None]:
    line = line_of(RunStatus("r" * 22, "", ImageConfig(), state, **more))
    return line.text, line.share


@pytest.mark.parametrize(
    ("state", "more", "text", "share"),
    [
        ("queued", {}, "Starting", 0.0),
        ("queued", {"position": 1}, "Waiting: 1st in line.", 0.0),
        ("queued", {"position": 3, "starts_in": 20.4},
         "Waiting: 3rd in line, starts in about 20 s.", 0.0),
        ("queued", {"position": 2, "starts_in": 130.0, "message": "It waits for memory: none."},
         "Waiting: 2nd in line, starts in about 2 min. It waits for memory: none.", 0.0),
        ("running", {}, "Starting", 0.0),
        ("running", {"step": 250, "total_steps": 1000}, "Training: step 250 of 1,000", 0.25),
        ("running", {"step": 250, "total_steps": 1000, "ends_in": 40.0},
         "Training: step 250 of 1,000, about 40 s left", 0.25),
        ("running", {"step": 9, "total_steps": 90, "message": "It goes on now."},
         "Training: step 9 of 90. It goes on now.", 0.1),
        ("running", {"step": 1000, "total_steps": 1000}, "Reading the test set", 1.0),
        ("paused", {"step": 5, "total_steps": 10}, "Paused at step 5 of 10.", 0.5),
        ("paused", {}, "Paused.", 0.0),
        ("paused", {"step": 5, "total_steps": 10, "message": "Nobody looked."},
         "Paused at step 5 of 10. Nobody looked.", 0.5),
        ("finished", {"step": 10, "total_steps": 10}, "", None),
    ],
)  # fmt: skip
def test_every_state_has_its_line(
    state: str, more: dict[str, Any], text: str, share: float | None
) -> None:
    assert said(state, **more) == (text, share)


def test_places_in_the_line_are_ordinals() -> None:
    shown = " ".join(map(ordinal, (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111)))
    assert shown == "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 101st 111th"
