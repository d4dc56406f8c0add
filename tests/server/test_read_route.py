"""The route that reads drawings: the page's answers, for the page alone, within its limits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from starlette.routing import Router

from dl101_core.draw.digits import DOT, EMPTY, MAX_POINTS, from_strokes
from dl101_core.draw.drawn import read_drawn
from dl101_core.draw.shown import bar_card, palette_png
from dl101_core.draw.view import Network
from dl101_core.jobs.runner import new_key
from dl101_core.server import read_route as module
from dl101_core.server.read_route import MOST_BYTES, read_route
from dl101_core.ui import rates
from dl101_core.weights import SHIPPED, load_shipped
from tests.fuzz.strategies import JSON, LARGE, SCALARS, many
from tests.fuzz.test_messages import STROKES, short
from tests.server.asgi import Answer, ask, request

DRAWN = read_drawn(Path(__file__).resolve().parents[1] / "drawn")
APP = Router([read_route("")])
OURS = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
LINE = [[[140, 40], [140, 240]]]


@pytest.fixture(autouse=True)
def fresh_limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DL101_DRAWINGS_PER_MINUTE", "1000000")
    monkeypatch.setenv("DL101_DRAWINGS_PER_MINUTE_IN_ALL", "1000000")
    rates._rate.cache_clear()
    yield
    rates._rate.cache_clear()


def post(body: object, headers: dict[str, str] = OURS) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    chunks = [raw[at : at + 2**16] for at in range(0, len(raw), 2**16)]
    return asyncio.run(ask(APP, request("POST", "/api/read", headers), chunks))


def message(strokes: object = LINE, **other: object) -> dict[str, object]:
    return {"strokes": strokes, "seq": 7, "networks": list(SHIPPED)} | other


@pytest.mark.parametrize("digit", DRAWN[::10], ids=lambda digit: digit.source)
def test_the_answer_is_that_of_the_page(digit: Any) -> None:
    found = post(message(digit.drawing.strokes))
    assert found.status == 200
    assert found.headers["cache-control"] == "no-store"
    told = json.loads(found.body)
    image = from_strokes(digit.drawing).image
    cards = [bar_card(Network(name, "", load_shipped(name)).read(image)) for name in SHIPPED]
    assert told["cards"] == cards
    assert (told["seq"], told["message"]) == (7, "")
    assert told["seen"] == palette_png(image)


def test_an_empty_pad_and_a_dot_get_the_sentence_of_the_page() -> None:
    for strokes, sentence in (([], EMPTY), ([[[9, 9]]], DOT), (3, "strokes (=3) must be a list")):
        told = json.loads(post(message(strokes)).body)
        assert told["message"].startswith(sentence)
        assert [card["digit"] for card in told["cards"]] == [None] * len(SHIPPED)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (OURS, 200),
        ({"Content-Type": "application/json", "Origin": "http://a:1", "Host": "a:1"}, 200),
        (OURS | {"Content-Type": "application/json; charset=utf-8"}, 200),
        ({"Content-Type": "application/json"}, 403),
        (OURS | {"Sec-Fetch-Site": "cross-site"}, 403),
        (OURS | {"Sec-Fetch-Site": "same-site"}, 403),
        (OURS | {"Sec-Fetch-Site": "none"}, 403),
        ({"Content-Type": "application/json", "Origin": "http://b", "Host": "a:1"}, 403),
        ({"Content-Type": "application/json", "Origin": "null", "Host": "a:1"}, 403),
        ({"Content-Type": "application/json", "Origin": "http://[", "Host": "a:1"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 415),
        (OURS | {"Content-Type": "text/plain"}, 415),
    ],
)
def test_only_our_own_pages_may_ask(headers: dict[str, str], status: int) -> None:
    found = post(message(), headers)
    assert found.status == status
    assert found.read == (0 if status != 200 else found.read)


def test_a_body_that_is_too_long_is_not_read() -> None:
    told = post(b"[" * 2 * MOST_BYTES, OURS | {"Content-Length": str(2 * MOST_BYTES)})
    assert (told.status, told.read) == (413, 0)
    untold = post(b"[" * 4 * MOST_BYTES)
    assert untold.status == 413
    assert untold.read < MOST_BYTES + 2**17
    point = [123.45678901234567, 123.45678901234567]
    assert post(message([[point] * MAX_POINTS])).status == 200, "the longest drawing fits"


def test_a_learner_may_send_as_many_drawings_as_on_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DL101_DRAWINGS_PER_MINUTE", "3")
    rates._rate.cache_clear()
    key = new_key()
    mine = OURS | {"Cookie": f"dl101_learner={key}"}
    found = [post(message(), mine) for _ in range(4)]
    assert [one.status for one in found] == [200, 200, 200, 429]
    assert found[3].body.startswith(b"You may send 3 drawings a minute.")
    assert found[3].read == 0
    # Who has no cookie counts by address.
    assert [post(message()).status for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize("name", ["", "lenet", "../../etc/passwd", "a" * 22])
def test_a_network_that_is_not_here_is_named_by_nobody(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NoRuns:
        def status(self, run_id: str) -> Any:
            raise module.UnknownRun

    monkeypatch.setattr(module, "get_runner", NoRuns)
    found = post(message(networks=["cnn", name]))
    assert (found.status, found.body) == (404, b"One of the networks is not here any more.")


ANY = some.fixed_dictionaries(
    {},
    optional={
        "strokes": STROKES | JSON,
        "seq": SCALARS | some.just(3),
        "networks": JSON | some.just(["cnn"]) | some.lists(some.text(max_size=9), max_size=30),
    },
)


@given(ANY | JSON | some.binary(max_size=60))
@many(150)
def test_any_body_gets_an_answer_or_one_short_sentence(body: Any) -> None:
    try:
        found = post(body)
    except ValueError:  # json writes no number of so many digits
        return
    assert found.status in (200, 400, 404)
    if found.status == 200:
        told = json.loads(found.body)
        if told["message"]:
            short(ValueError(told["message"]))
    else:
        short(ValueError(found.body.decode()))


@pytest.mark.parametrize(
    "body", [b"[" * 900_000, b'{"a":' * 150_000, b"1" * 900_000, b'"\\ud800"', b"\xff", b"", b"NaN"]
)
def test_a_hostile_body_is_refused(body: bytes) -> None:
    assert post(body).status == 400


def test_large_drawings_are_refused_with_a_sentence() -> None:
    for make in LARGE[8:13]:
        made = make()
        if isinstance(made, dict):
            try:
                found = post(message(made["strokes"]))
            except ValueError:
                continue
            assert found.status in (200, 413)
