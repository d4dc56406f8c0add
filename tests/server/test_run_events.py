"""Runs as Server-Sent Events: the points of the polls, for who has the id, within limits."""

from __future__ import annotations

import asyncio
import json
import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from starlette.routing import Route, Router

from dl101_core.jobs.runner import Pause, RunSpec, UnknownRun, new_run_id, owner_of
from dl101_core.lab import curves
from dl101_core.lab import live_view as live
from dl101_core.lab import session_runs as runs
from dl101_core.lab.live_view import Ask, Asking, View, answer_text
from dl101_core.limits import Limits
from dl101_core.models import ModelConfig
from dl101_core.optim import OptimizerConfig
from dl101_core.server import run_events
from dl101_core.server.run_events import BAD_COUNTS, BEAT, UNKNOWN, RunEvents, pace
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.points import PointsConfig
from dl101_core.tasks.task import TaskConfig
from dl101_core.training.events import Snapshot
from dl101_core.training.loop import train
from tests.fuzz.strategies import TEXTS, many
from tests.inline import InlineRunner
from tests.server.asgi import Answer, ask, request, watch

SOFTMAX = ImageConfig(
    train_size=300,
    model=ModelConfig(name="softmax"),
    optimizer=OptimizerConfig(name="sgd", lr=0.1),
    epochs=20,
)
POINTS = PointsConfig(train_size=100, val_size=40, batch_size=20, epochs=8)
KEY = "a key for this test only, really"
LISTS = ("train", "val", "rates")


@dataclass
class Counting(InlineRunner):
    """``looks``: how often each run was looked at."""

    looks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(Limits(workers=1), steps=1)

    def events(self, run_id: str, after: int = 0) -> Any:
        self.looks.append(run_id)
        return super().events(run_id, after)

    def start(self, config: TaskConfig = SOFTMAX) -> str:
        return self.submit(RunSpec(new_run_id(), owner_of(KEY), config))


@dataclass
class Stage:
    """The route before a runner that trains when it is looked at, with a clock that pauses move."""

    runner: Counting = field(default_factory=Counting)
    limits: Limits = field(default_factory=lambda: Limits(workers=1))
    ends: bool = False
    now: float = 0.0

    def __post_init__(self) -> None:
        async def pause(seconds: float) -> None:
            self.now += seconds
            await asyncio.sleep(0)

        self.events = RunEvents(
            lambda: self.runner, lambda: self.limits, lambda: self.ends, pause, lambda: self.now
        )
        self.app = Router([Route("/api/runs/{run_id}/events", self.events, methods=["GET"])])

    def scope(self, run: str, seen: str = "", headers: dict[str, str] | None = None) -> Any:
        query = f"?seen={seen}" if seen else ""
        return request("GET", f"/api/runs/{run}/events{query}", headers)

    def watch(self, run: str, seen: str = "", enough: Callable[[str], bool] | None = None) -> Any:
        return watch(self.app, self.scope(run, seen), enough or (lambda text: False))

    def seen(self, run: str, seen: str = "") -> list[dict[str, Any]]:
        """The messages up to the end of the run."""
        answer = asyncio.run(self.watch(run, seen))
        assert answer.status == 200
        return news_of(answer)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def news_of(answer: Answer) -> list[dict[str, Any]]:
    return [json.loads(line) for line in re.findall(r"^data: (\{.*)$", answer.body.decode(), re.M)]


def put_together(messages: list[dict[str, Any]]) -> dict[str, list[Any]]:
    drawn: dict[str, list[Any]] = {name: [] for name in LISTS}
    for told in messages:
        assert told["from"] == [len(drawn[name]) for name in LISTS]
        for name in LISTS:
            drawn[name] += told[name]
    return drawn


def test_a_run_is_told_to_its_end(stage: Stage) -> None:
    run = stage.runner.start()
    answer = asyncio.run(stage.watch(run))
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-accel-buffering"] == "no"
    text = answer.body.decode()
    assert text.startswith("retry: 2000\nid: ")
    assert text.endswith(f"event: end\ndata: {run}\n\n")
    first, *_, last = news_of(answer)
    assert (first["state"], last["state"]) == ("running", "finished")
    assert last["line"] == ""
    assert len(put_together(news_of(answer))["train"]) > 10


def test_stream_and_polls_tell_the_same_points(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (live, runs):
        monkeypatch.setattr(module, "get_runner", lambda: stage.runner)
    monkeypatch.setattr(live.st, "session_state", {})
    monkeypatch.setattr(live, "asking", lambda: Asking())
    run = stage.runner.start()
    streamed = put_together(stage.seen(run))
    view = View(run, ((run, "Run 1", 0),), {run: "finished"})
    told = json.loads(answer_text(view, Ask()))
    assert told["live"] == []
    (polled,) = told["curves"]
    assert {name: polled[name] for name in LISTS} == streamed
    (whole,) = stage.seen(run)
    assert whole.items() >= {k: v for k, v in polled.items() if k not in ("name", "place")}.items()


@given(some.tuples(*[some.integers(0, 10**7 - 1)] * 3))
@many(30)
def test_only_what_a_browser_has_not_seen_is_sent(seen: tuple[int, int, int]) -> None:
    stage = ended()
    (whole,) = stage.seen(stage.runner.looks[0])
    for headers, query in (
        ({}, ",".join(map(str, seen))),
        ({"Last-Event-ID": SEEN(seen)}, "9,9,9"),
    ):
        scope = stage.scope(stage.runner.looks[0], query, headers)
        (told,) = news_of(asyncio.run(watch(stage.app, scope)))
        for at, name in enumerate(LISTS):
            assert told["from"][at] == min(seen[at], len(whole[name]))
            assert told[name] == whole[name][seen[at] :]
    stage.now += 60  # the limit of streams a minute is another test's


def numbers(array: list[Any]) -> tuple[str, np.ndarray[Any, Any]]:
    """Name and numbers of an array as the browser reads it."""
    name, shape, data = array
    return name, np.frombuffer(b64decode(data), "<f4").reshape(shape)


@pytest.mark.parametrize("room", [10**6, 3000, 1])
def test_snapshots_come_whole_and_once_to_those_who_count_them(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    monkeypatch.setattr(curves, "MOST_SHOTS", room)
    config = replace(POINTS, epochs=4)
    told = [event for event in train(config) if isinstance(event, Snapshot)]
    run = stage.runner.start(config)
    messages = stage.seen(run, "0,0,0,0")
    shots = [shot for one in messages for shot in one["snapshots"]]
    assert [one["from"][3] for one in messages] == [
        sum(len(one["snapshots"]) for one in messages[:i]) for i in range(len(messages))
    ]
    assert [step for step, _ in shots] == [event.step for event in told]
    assert len(told) > 3
    for (_, arrays), event in zip(shots, told, strict=True):
        for (name, values), array in zip(map(numbers, arrays), event.arrays, strict=True):
            assert name == array.name
            assert values.astype("<f4").tobytes() == array.data
            assert values.shape == array.shape
    # Others do not pay for them.
    assert not any("snapshots" in one for one in stage.seen(run, "0,0,0"))


def SEEN(seen: tuple[int, int, int]) -> str:  # noqa: N802
    return "-".join(map(str, seen))


@cache
def ended() -> Stage:
    stage = Stage()
    run = stage.runner.start(replace(SOFTMAX, epochs=3))
    stage.seen(run)
    return stage


def test_watchers_of_one_run_share_every_look(stage: Stage) -> None:
    one = Stage()
    alone = one.runner.start()
    one.seen(alone)
    run = stage.runner.start()

    async def go() -> list[Answer]:
        return await asyncio.gather(*(stage.watch(run) for _ in range(30)))

    answers = asyncio.run(go())
    assert len({json.dumps(put_together(news_of(answer))) for answer in answers}) == 1
    # Those who come at the same time each take a first look.
    assert len(stage.runner.looks) <= len(one.runner.looks) + 30
    assert stage.events.open == 0


def test_a_run_without_news_is_told_again_as_a_beat(stage: Stage) -> None:
    run = stage.runner.start()
    stage.runner.command(run, Pause(), KEY)
    for _ in range(3):  # until its last events have arrived
        stage.runner.status(run)
    text = asyncio.run(stage.watch(run, enough=lambda text: text.count("data: ") == 5)).body
    assert text.decode().count('"state":"paused"') == 5
    assert 4 * BEAT <= stage.now < 5 * BEAT + 1


def test_a_deleted_run_ends_its_streams(stage: Stage) -> None:
    run = stage.runner.start()

    def delete(text: str) -> bool:
        if text and run in stage.runner._records:
            stage.runner.delete(run, KEY)
        return False

    assert b"event: end" in asyncio.run(stage.watch(run, enough=delete)).body


def test_a_server_that_ends_waits_for_no_stream(stage: Stage) -> None:
    run = stage.runner.start(replace(SOFTMAX, epochs=100))

    def end(text: str) -> bool:
        stage.ends = stage.ends or text.count("data: ") > 3
        return False

    answer = asyncio.run(stage.watch(run, enough=end))
    assert b"event: end" not in answer.body  # the browser comes back to the next server
    assert stage.events.open == 0


def test_one_run_that_cannot_be_read_ends_no_other_stream(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = stage.runner.start(), stage.runner.start()
    real, broken = stage.runner.status, [False]

    def status(run_id: str) -> Any:
        if run_id == bad and broken[0]:
            raise RuntimeError("a fault")
        return real(run_id)

    monkeypatch.setattr(stage.runner, "status", status)

    def breaks(text: str) -> bool:
        broken[0] = broken[0] or bool(text)
        return False

    async def go() -> list[Answer]:
        return await asyncio.gather(stage.watch(bad, enough=breaks), stage.watch(good))

    first, second = asyncio.run(go())
    assert b"event: end" in first.body
    assert news_of(first)[-1]["state"] != "finished"
    assert news_of(second)[-1]["state"] == "finished"


def refused(stage: Stage, scope: Any) -> tuple[int, str]:
    answer = asyncio.run(ask(stage.app, scope))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.status, answer.body.decode()


def test_an_unknown_run_and_bad_numbers_get_a_sentence(stage: Stage) -> None:
    run = stage.runner.start()
    assert refused(stage, stage.scope(new_run_id())) == (404, UNKNOWN)
    assert refused(stage, stage.scope("<script>")) == (404, UNKNOWN)
    for bad in ("1", "1,2", "1,2,3,4,5", "-1,0,0", "1.0,0,0", "x", "9" * 8 + ",0,0", "١,0,0"):
        assert refused(stage, stage.scope(run, bad)) == (400, BAD_COUNTS)
    many_fields = request("GET", f"/api/runs/{run}/events?" + "a=1&" * 50)
    assert refused(stage, many_fields) == (400, BAD_COUNTS)
    assert stage.events.open == 0


@given(TEXTS | some.text("0123456789,-", max_size=20), TEXTS)
@many(150)
def test_any_query_is_three_counts_or_one_sentence(seen: str, run: str) -> None:
    stage = ended()
    for scope in (stage.scope(stage.runner.looks[0], seen), stage.scope(run)):
        answer = asyncio.run(watch(stage.app, scope))
        assert answer.status in (200, 400, 404)
        if answer.status == 400:
            assert answer.body.decode() == BAD_COUNTS
    stage.now += 60


def test_head_says_what_would_come_and_nothing_is_kept_open(stage: Stage) -> None:
    scope = stage.scope(stage.runner.start()) | {"method": "HEAD"}
    answer = asyncio.run(ask(stage.app, scope))
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert asyncio.run(ask(stage.app, scope | {"method": "POST"})).status == 405


def test_streams_have_a_limit_for_each_address_and_in_all(stage: Stage) -> None:
    stage.limits = Limits(workers=1, streams_per_address=2, streams_in_all=3)
    run = stage.runner.start()

    async def go() -> list[Answer]:
        hosts = ["192.0.2.1"] * 3 + ["192.0.2.2"] * 2
        scopes = [stage.scope(run) | {"client": (host, 1)} for host in hosts]
        return await asyncio.gather(*(watch(stage.app, scope) for scope in scopes))

    answers = asyncio.run(go())
    assert [answer.status for answer in answers] == [200, 200, 503, 200, 503]
    assert answers[2].body == b"One address may watch 2 runs at a time."
    assert answers[4].body == b"This server shows 3 runs at a time."
    assert asyncio.run(stage.watch(run)).status == 200, "their places are free again"


def test_one_address_may_not_open_streams_without_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_events, "OPENED_PER_MINUTE", 3)
    stage = Stage()
    unknown = [refused(stage, stage.scope(new_run_id())) for _ in range(4)]
    assert [status for status, _ in unknown] == [404, 404, 404, 503]
    assert unknown[3][1].startswith("You may open 3 streams a minute.")


def test_a_watched_run_keeps_its_lease(stage: Stage) -> None:
    run = stage.runner.start()
    record = stage.runner._records[run]
    record.asked_at = -1.0
    asyncio.run(stage.watch(run, enough=lambda text: text.count("data: ") > 1))
    assert record.asked_at > 0
    with pytest.raises(UnknownRun):
        stage.runner.status(new_run_id())


def test_many_watchers_are_told_less_often() -> None:
    assert pace(1) == pace(10) == 0.1
    assert pace(20) == pytest.approx(0.15)
    assert pace(30) == pace(1000) == 0.2
