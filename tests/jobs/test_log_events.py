"""The log of a run: every change of its state, with the start of its id and without keys."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from dl101_core.jobs.runner import Pause, Refused, Resume, owner_of
from dl101_core.jobs.slicer import Parked
from dl101_core.logs import RECENT
from dl101_core.training.events import Failed, Started, Stop
from tests.events import finished, progress
from tests.jobs.helpers import config, start, steer
from tests.jobs.test_manager import Scene
from tests.log_stream import log_stream


@pytest.fixture(autouse=True)
def stream() -> Iterator[io.StringIO]:
    with log_stream(logging.INFO) as stream:
        yield stream


def told(stream: io.StringIO, run_id: str) -> list[str]:
    """The log's lines about the run; checks that they hold neither its whole id nor a key."""
    text = stream.getvalue()
    assert run_id not in text
    assert owner_of("me") not in text
    lines = [json.loads(line) for line in text.splitlines()]
    assert all(line["run"] == run_id[:8] for line in lines if "run" in line)
    return [f"{line['level']}: {line['message']}" for line in lines]


BEGUN = (Started(100, 25, 1, 1, 1, 1), progress(10, 1.0, 0.1, 0.1))


def test_a_run_that_is_paused_resumed_and_finished(stream: io.StringIO) -> None:
    scene = Scene()
    run_id = scene.begin("me")
    scene.tell(run_id, *BEGUN)
    steer(scene.manager, run_id, Pause())
    scene.tell(run_id, Parked())
    steer(scene.manager, run_id, Resume())
    scene.tell(run_id, finished(100, False, 0.1, 0.9, (), ()), first=3)
    assert told(stream, run_id) == [
        "info: run submitted: softmax on strokes, 4 epochs",
        "info: run started on worker 1",
        "info: run paused at step 10: its owner asked",
        "info: run resumed at step 10 on worker 1",
        "info: run finished at step 100",
    ]
    assert RECENT.entries() == ()


def test_a_run_that_nobody_watches(stream: io.StringIO) -> None:
    scene = Scene()
    run_id = scene.begin("me")
    scene.now += 61
    scene.manager.tick()
    scene.tell(run_id, Parked())
    assert told(stream, run_id)[-1] == "info: run paused at step 0: nobody looks"


def test_a_run_that_is_stopped(stream: io.StringIO) -> None:
    scene = Scene()
    run_id = scene.begin("me")
    scene.tell(run_id, *BEGUN, finished(10, True, 0.1, 0.9, (), ()))
    assert told(stream, run_id)[-1] == "info: run stopped at step 10"


def test_a_run_that_is_stopped_before_it_began(stream: io.StringIO) -> None:
    scene = Scene()
    run_id = scene.begin("me")
    steer(scene.manager, run_id, Pause())
    scene.tell(run_id, Parked())
    steer(scene.manager, run_id, Stop())
    assert told(stream, run_id)[-1] == "info: run stopped before it began"


def test_a_run_that_fails_is_among_the_recent_errors(stream: io.StringIO) -> None:
    scene = Scene()
    run_id = scene.begin("me")
    scene.tell(run_id, *BEGUN, Failed(10, "The loss is no number any more."))
    message = "run failed at step 10: The loss is no number any more."
    assert told(stream, run_id)[-1] == f"warning: {message}"
    (entry,) = RECENT.entries()
    assert (entry.message, entry.run) == (message, run_id[:8])


def test_a_worker_that_is_lost_and_its_run_that_resumes(stream: io.StringIO) -> None:
    scene = Scene()
    run_id = scene.begin("me")
    scene.tell(run_id, *BEGUN)
    scene.manager.lost(1, "")
    assert told(stream, run_id)[-2:] == [
        "warning: worker 1 is gone; runs in it: 1",
        "info: run resumed at step 10 on worker 1",
    ]


def test_a_run_that_is_deleted(stream: io.StringIO) -> None:
    scene = Scene()
    run_id = scene.begin("me")
    scene.manager.delete(run_id, "me")
    assert told(stream, run_id)[-1] == "info: run deleted"


def test_a_limit_that_is_reached_is_named(stream: io.StringIO) -> None:
    scene = Scene(waiting_per_owner=0)
    run_id = scene.begin("me")
    with pytest.raises(Refused):
        start(scene.manager, config(), "me")
    assert told(stream, run_id)[-1].startswith("info: limit reached: You have 1 ")


def test_too_long_a_run_names_the_limit(stream: io.StringIO) -> None:
    scene = Scene(max_seconds=5.0)
    run_id = scene.begin("me")
    scene.manager.spent(1, {run_id: 6.0})
    assert told(stream, run_id)[-1] == "info: limit reached: 5 s of computing"


def test_too_little_memory_names_the_limit(stream: io.StringIO) -> None:
    scene = Scene(memory_mb=700, live_per_worker=2)
    run_id = scene.begin("me")
    other = scene.begin("you")
    scene.engine.used_mb = 701.0
    scene.manager.tick()
    scene.tell(other, Parked())
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["run"], line["message"]) for line in lines[-2:]] == [
        (other[:8], "limit reached: 700 MB; the run waits for memory"),
        (other[:8], "run paused at step 0: memory is short"),
    ]
    assert run_id not in stream.getvalue()
