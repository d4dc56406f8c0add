"""Streams of runs alone: the test speaks through them, and moves their clock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import JSHandle, Page

from dl101_core.ui.parts import FOLDER
from tests.views.alone import ADDRESS, opened

SCENE = """async (at) => {
  const { append, counts, read, streams } = await import(at);
  const scene = { append, counts, read, made: [], heard: [], changes: 0, fits: true };
  class Source {
    constructor(url) {
      Object.assign(this, { url, on: {}, closed: false, readyState: 1 });
      scene.made.push(this);
    }
    addEventListener(name, act) { this.on[name] = act; }
    close() { this.closed = true; }
  }
  const timers = new Map();
  let now = 0, number = 0;
  const clock = {
    setTimeout: (act, ms) => { timers.set(++number, { at: now + ms, act }); return number; },
    clearTimeout: (one) => timers.delete(one),
  };
  scene.timers = timers;
  scene.pass = (ms) => {
    const end = now + ms;
    for (;;) {
      const due = [...timers].filter(([, one]) => one.at <= end);
      const [next] = due.sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      timers.delete(next[0]);
      now = next[1].at;
      next[1].act();
    }
    now = end;
  };
  scene.flow = streams({
    address: (id, seen) => `${id}?${seen}`,
    seen: () => [4, 1, 0],
    news: (told, asked) => { scene.heard.push([told.id, asked ?? null]); return scene.fits; },
    changed: () => (scene.changes += 1),
    source: (url) => new Source(url),
    clock,
  });
  return scene;
}"""


class Scene:
    def __init__(self, page: Page) -> None:
        opened(page)
        at = f"{ADDRESS}{FOLDER}/x/lab/lab_curves/stream.js"
        self.handle: JSHandle = page.evaluate_handle(SCENE, at)

    def do(self, code: str, value: Any = None) -> Any:
        """The value of JavaScript about the scene ``s`` and ``value``."""
        return self.handle.evaluate(f"(s, value) => {code}", value)

    def want(self, *runs: str) -> None:
        self.do("s.flow.want(value)", list(runs))

    def alive(self, *runs: str) -> Any:
        return self.do("s.flow.alive(value)", list(runs))

    def send(self, stream: int, text: str) -> None:
        self.do(f"s.made[{stream}].onmessage({{ data: value }})", text)

    def later(self, ms: int) -> None:
        self.do("s.pass(value)", ms)

    @property
    def open(self) -> Any:
        return self.do("s.made.filter((one) => !one.closed).map((one) => one.url)")


@pytest.fixture
def scene(page: Page) -> Iterator[Scene]:
    scene = Scene(page)
    yield scene
    scene.want()
    assert scene.open == []
    assert scene.do("s.timers.size") == 0, "nothing is left when the part leaves the page"


def news(run: str, **other: Any) -> str:
    told = {"id": run, "state": "running", "line": "Training", "share": 0.5, "total": 9}
    lists = {"broke": None, "from": [0, 0, 0], "train": [[1, 2.3, 0.1]], "val": [], "rates": []}
    return json.dumps(told | lists | other)


def test_a_stream_tells_what_is_here_and_lives_while_messages_come(scene: Scene) -> None:
    scene.want("a")
    assert scene.open == ["a?4,1,0"]
    assert not scene.alive("a")
    scene.send(0, news("a"))
    assert scene.alive("a")
    for _ in range(5):
        scene.later(2_900)
        scene.send(0, news("a"))
    assert scene.alive("a")
    assert not scene.alive("a", "b")
    assert not scene.alive()
    # Only the first message answers what was told at the opening.
    assert scene.do("s.heard.slice(0, 2)") == [["a", [4, 1, 0]], ["a", None]]


def test_a_silent_stream_is_closed_and_tried_again_ever_later(scene: Scene) -> None:
    scene.want("a")
    for number, rest in enumerate((2, 4, 8, 16, 32, 60, 60), start=1):
        assert scene.open == ["a?4,1,0"]
        scene.later(3_000)
        assert scene.open == []
        assert scene.do("s.changes") == number, "the page polls as before"
        scene.later(1_000 * rest - 1)
        assert scene.open == []
        scene.later(1)
    scene.send(7, news("a"))
    scene.later(3_000)
    assert not scene.alive("a")
    scene.later(2_000)
    assert scene.open == ["a?4,1,0"], "a stream that lived is tried again soon"


def test_a_refused_or_ended_stream_is_tried_again_later(scene: Scene) -> None:
    scene.want("a")
    scene.do("{ s.made[0].readyState = 2; s.made[0].onerror(); }")
    assert scene.open == []
    scene.later(2_000)
    scene.send(1, news("a"))
    scene.do("s.made[1].onerror()")
    assert scene.alive("a"), "the browser connects again by itself"
    scene.do("s.made[1].on.end()")
    assert scene.open == []
    assert not scene.alive("a")
    scene.do("{ s.made[1].onmessage({ data: value }); s.made[1].onerror(); }", news("a"))
    assert not scene.alive("a"), "what a closed stream still says counts no more"


def test_points_that_do_not_fit_begin_a_new_stream(scene: Scene) -> None:
    scene.want("a")
    scene.do("(s.fits = false)")
    scene.send(0, news("a"))
    assert scene.open == []


def test_two_streams_at_most_for_a_browser_has_six_connections(scene: Scene) -> None:
    scene.want("a", "b", "c")
    assert scene.open == ["a?4,1,0", "b?4,1,0"]
    for number, run in enumerate("ab"):
        scene.send(number, news(run))
    assert scene.alive("a", "b")
    assert not scene.alive("a", "b", "c"), "the third is polled"
    scene.want("c", "b")
    assert scene.open == ["b?4,1,0", "c?4,1,0"]


OLD_OR_NEW = [
    "",
    "{",
    "null",
    "[]",
    '"a"',
    "{}",
    news("b"),
    news("a", id=None),
    news("a", state=3),
    news("a", line=None),
    news("a", share="half"),
    news("a", total=-1),
    news("a", **{"from": [0, 0]}),
    news("a", **{"from": [0, 0, 0.5]}),
    news("a", **{"from": "000"}),
    news("a", train=None),
    news("a", val=[3]),
    news("a", rates={}),
]


def test_a_message_of_another_version_does_no_harm(scene: Scene) -> None:
    scene.want("a")
    for text in OLD_OR_NEW:
        scene.send(0, text)
    assert scene.do("s.heard") == []
    assert not scene.alive("a")
    scene.send(0, news("a", more={"of": "a newer server"}))
    assert scene.alive("a")


def test_the_same_points_twice_and_late_answers_change_nothing(scene: Scene) -> None:
    def after(have: int, first: int, sent: list[list[int]], asked: int | None = None) -> Any:
        return scene.do(
            """(() => {
              const curve = { train: value.have, val: [], rates: [] };
              const news = { from: [value.first, 0, 0], train: value.sent, val: [], rates: [] };
              const asked = value.asked === null ? undefined : [value.asked, 0, 0];
              return [s.append(curve, news, asked), curve.train.flat(), s.counts(curve)[0]];
            })()""",
            {"have": [[n] for n in range(have)], "first": first, "sent": sent, "asked": asked},
        )

    assert after(2, 2, [[2], [3]], 2) == [True, [0, 1, 2, 3], 4]
    assert after(3, 1, [[1], [2]], 1) == [True, [0, 1, 2], 3]
    assert after(3, 1, [[1]], 1) == [True, [0, 1, 2], 3], "an answer that the stream overtook"
    assert after(3, 1, [[1], [2], [3]]) == [True, [0, 1, 2, 3], 4]
    assert after(2, 3, [[3]], 3) == [False, [0, 1], 2], "a gap"
    assert after(3, 1, [[7]], 3) == [True, [0, 7], 2], "the server forgot points, and has new ones"
    assert scene.do("s.counts(undefined)") == [0, 0, 0]
