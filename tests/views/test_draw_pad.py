"""The pad alone: whom it sends a drawing to, with and without the route that reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.patience import wait_for
from tests.views.alone import ADDRESS, Alone, mounted

DATA = {
    "name": "dl101_pad",
    "token": "own",
    "start": [],
    "networks": ["cnn"],
    "ghost": False,
    "hint": "Draw",
    "example_hint": "Draw",
    "ack": 0,
    "live_ms": 0,
}
CARD = {"title": "", "digit": 1, "sure": "99 %", "widths": [0] * 10, "texts": [""] * 10}
TEXTS = {"message": "", "unsure": "", "meaning": "", "stamp": "00"}


def pad(page: Page, answer: Callable[[dict[str, Any]], Any]) -> tuple[Alone, list[dict[str, Any]]]:
    """The pad before a route that gives ``answer`` (an int: a status), and what the route got."""
    asked: list[dict[str, Any]] = []

    def read(route: Route) -> None:
        asked.append(json.loads(route.request.post_data or ""))
        told = answer(asked[-1])
        if isinstance(told, int):
            route.fulfill(status=told, body="No.")
        else:
            route.fulfill(content_type="application/json", body=json.dumps(told))

    page.route(f"{ADDRESS}api/read", read)
    alone = mounted(page, "draw/draw_pad", DATA)
    page.evaluate(
        "window.painted = []; addEventListener('dl101-read', (e) => painted.push(e.detail.seq))"
    )
    return alone, asked


def stroke(page: Page, x: int) -> None:
    box = page.locator("canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + x, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + x, box["y"] + 150, steps=4)
    page.mouse.up()


def good(message: dict[str, Any]) -> dict[str, Any]:
    return {"seq": message["seq"], "cards": [CARD]} | TEXTS


def seqs(alone: Alone) -> list[int]:
    return [value["seq"] for _, value in alone.so_far]


def test_the_routes_answer_is_painted_and_the_script_told_after_each_stroke(page: Page) -> None:
    alone, asked = pad(page, good)
    for number in (1, 2):
        stroke(page, 60 * number)
        wait_for(lambda n=number: seqs(alone) == list(range(1, n + 1)))
    assert page.evaluate("painted") == [1, 2]
    assert [len(message["strokes"]) for message in asked] == [1, 2]
    assert asked[0]["networks"] == ["cnn"]
    assert "networks" not in alone.so_far[0][1], "the script's message is as before"


BAD: list[Callable[[dict[str, Any]], Any]] = [
    lambda message: 404,
    lambda message: 429,
    lambda message: [],
    lambda message: {},
    lambda message: good(message) | {"seq": 99},
    lambda message: good(message) | {"cards": [{}]},
    lambda message: good(message) | {"cards": [CARD | {"widths": [1]}]},
    lambda message: good(message) | {"unsure": None},
]


@pytest.mark.parametrize("answer", BAD, ids=range(len(BAD)))
def test_without_a_sound_answer_the_script_gets_every_message(
    page: Page, answer: Callable[[dict[str, Any]], Any]
) -> None:
    alone, asked = pad(page, answer)
    for number in (1, 2):
        stroke(page, 60 * number)
        wait_for(lambda n=number: seqs(alone) == list(range(1, n + 1)))
    assert len(asked) == 1, "the route is left alone for a while"
    assert page.evaluate("painted") == []


def test_a_route_that_says_nothing_is_waited_for_a_second(page: Page) -> None:
    held: list[Route] = []
    alone = mounted(page, "draw/draw_pad", DATA)
    page.route(f"{ADDRESS}api/read", lambda route: held.append(route))
    stroke(page, 60)
    wait_for(lambda: page.evaluate("1") and held)
    assert seqs(alone) == []
    page.clock.run_for(1_000)
    wait_for(lambda: seqs(alone) == [1])
    expect(page.locator("canvas")).to_be_visible()


LINE = [[60 + 20 * n, 140] for n in range(9)]
OPENS = DATA | {"start": [LINE, LINE], "ghost": True, "opens": True}
HEAR = "window.told = []; addEventListener('dl101-rehearsed', (e) => told.push(e.detail))"


def opening(page: Page) -> Alone:
    """The pad at the head of a page, with what it tells of its example in ``told``."""
    page.add_init_script(HEAR)
    return mounted(page, "draw/draw_pad", OPENS)


def test_the_example_of_an_opening_pad_writes_itself_once_and_sends_nothing(page: Page) -> None:
    alone = opening(page)
    page.clock.run_for(2_500)
    told = page.evaluate("told")
    assert told[-1] == 1
    assert told == sorted(told)
    assert len(told) > 10
    alone.show(OPENS)
    page.clock.run_for(2_500)
    assert page.evaluate("told") == told
    assert alone.sent == []
    assert not page.evaluate("sessionStorage.length")


def test_who_writes_ends_the_example(page: Page) -> None:
    opening(page)
    page.clock.run_for(500)
    stroke(page, 60)
    told = page.evaluate("told")
    assert told[-1] == 1
    page.clock.run_for(1_000)
    assert page.evaluate("told") == told


def test_the_example_stands_still_under_reduced_motion_and_elsewhere(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    opening(page)
    page.clock.run_for(2_500)
    assert page.evaluate("told") == []
    page.emulate_media(reduced_motion="no-preference")
    mounted(page, "draw/draw_pad", OPENS | {"opens": False})
    page.clock.run_for(2_500)
    assert page.evaluate("told") == []
