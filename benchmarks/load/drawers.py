"""A class on Draw a digit: each learner draws a stroke a second, and four networks answer."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from benchmarks.load.client import LostAnswerError, Session
from benchmarks.load.http import read_drawing
from dl101_core.draw.digits import Drawing, from_strokes
from dl101_core.draw.drawn import read_drawn
from dl101_core.weights import SHIPPED, load_shipped

DRAWN = Path(__file__).resolve().parents[2] / "tests" / "drawn"
EVERY = 1.0
STROKE = 0.5
"""Seconds that the pen is down."""
LIVE = 0.35
"""Seconds after which the pad sends a stroke that is still being drawn; see draw_pad.py."""
REST = 1.0
"""Seconds after which the page requests the formula of the drawing; see digit_bars."""
TOLERANCE = 0.11
"""Percentage points: the bars are rounded to 0.1."""

Strokes = list[list[list[float]]]


@dataclass(frozen=True)
class Reading:
    """The networks' answer to ``strokes`` after ``seconds``; ``data``: the data of the bars."""

    strokes: Strokes
    seconds: float
    data: str


@dataclass
class Drawn:
    readings: list[Reading] = field(default_factory=list)
    lost: int = 0
    late: int = 0


class Pad:
    """The drawing pad of one session, with the messages and times of ``draw_pad/main.js``."""

    def __init__(self, session: Session) -> None:
        self.session, self.seq = session, 0
        self.answer = ""
        self._rest: asyncio.TimerHandle | None = None

    @property
    def networks(self) -> list[str]:
        """Who answers by the reading route, as the page says."""
        node = self.session.component("draw/draw_pad")
        return list(json.loads(node.proto.json)["networks"]) if node else []

    def answered(self, seq: int) -> bool:
        """Whether the bars show the answer to message ``seq`` or to a later one."""
        return max(_seq(bars(self.session)), _seq(self.answer)) >= seq

    def sends_live(self) -> bool:
        """Whether the server wants messages while the pen is down."""
        node = self.session.component("draw/draw_pad")
        return node is None or '"live_ms": 0,' not in node.proto.json

    async def send(self, strokes: Strokes, live: bool = False) -> float:
        """Send the drawing; seconds to its answer. 0 for a live one.

        The route answers; the page's script gets a finished stroke after that, and answers where
        the route does not.
        """
        if live and not self.answered(self.seq):
            return 0.0  # one message at a time while the pen is down
        self.seq += 1
        seq = self.seq
        if self._rest:
            self._rest.cancel()
        drawing = {"strokes": strokes, "seq": seq, "token": "own"}
        sent = time.perf_counter()
        found = await self._read(drawing)
        took = time.perf_counter() - sent
        if live:
            return 0.0
        answered = None if found else self.session.expect(lambda _: self.answered(seq))
        sent = await self.session.set("pad", {"drawing": drawing})
        if answered:
            took = await answered - sent
            self.answer = bars(self.session)
        self._rest = asyncio.get_running_loop().call_later(REST, self._ask_for_formula)
        return took

    async def _read(self, drawing: dict[str, Any]) -> bool:
        message = {**drawing, "networks": self.networks}
        answer = await read_drawing(self.session.url, message, self.session.headers)
        if answer:
            self.answer = json.dumps(answer)
        return bool(answer)

    def _ask_for_formula(self) -> None:
        stamp = json.loads(bars(self.session)).get("stamp")
        if stamp and self.session.shows("formula_redraw"):
            task = asyncio.ensure_future(self.session.set("formula_redraw", {"asked": stamp}))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())

    def put_away(self) -> None:
        if self._rest:
            self._rest.cancel()


def bars(session: Session) -> str:
    node = session.component("draw/digit_bars")
    return node.proto.json if node else "{}"


def _seq(data: str) -> int:
    # The JSON is not parsed as a whole: every drawer looks at it after every run.
    place = data.rfind('"seq":')
    return int(data[place + 6 :].split(",", 1)[0].strip(" }")) if place >= 0 else 0


def strokes_to_draw(rng: random.Random, digits: list[Strokes]) -> Iterator[tuple[Strokes, bool]]:
    """The pad after each stroke, one digit after another; true if it was cleared before."""
    while True:
        strokes = rng.choice(digits)
        for count in range(1, len(strokes) + 1):
            yield strokes[:count], count == 1


def drawn_digits() -> list[Strokes]:
    """The strokes that people drew, from the tests."""
    return [
        [[list(point) for point in stroke] for stroke in digit.drawing.strokes]
        for digit in read_drawn(DRAWN)
    ]


async def draw(sessions: list[Session], pads: list[Pad], seconds: float, seed: int) -> Drawn:
    """Let every session draw a stroke a second, not in step."""
    found, digits = Drawn(), drawn_digits()
    clock = asyncio.get_running_loop().time
    end = clock() + seconds

    async def learner(pad: Pad, rng: random.Random) -> None:
        due = clock() + rng.random() * EVERY
        for strokes, cleared in strokes_to_draw(rng, digits):
            if due >= end:
                return
            await asyncio.sleep(max(0.0, due - clock()))
            try:
                if cleared:
                    await pad.send([])
                *before, last = strokes
                await asyncio.sleep(LIVE)
                half = last[: max(2, int(len(last) * LIVE / STROKE))]
                if pad.sends_live():
                    await pad.send([*before, half], live=True)
                await asyncio.sleep(STROKE - LIVE)
                took = await pad.send(strokes)
            except LostAnswerError:
                found.lost += 1
                return
            found.readings.append(Reading(strokes, took, pad.answer))
            due += EVERY
            if due < clock():
                found.late += 1
                due = clock()

    walks = [random.Random(seed * 1000 + place) for place in range(len(sessions))]
    await asyncio.gather(*map(learner, pads, walks))
    for pad in pads:
        pad.put_away()
    return found


def wrong(reading: Reading) -> str:
    """The error of an answer, in words; empty if every bar is right.

    The reference applies the shipped networks to the picture and takes the softmax by hand.
    """
    cards: list[dict[str, Any]] = json.loads(reading.data)["cards"]
    try:
        digit = from_strokes(Drawing.from_message({"strokes": reading.strokes}))
    except ValueError as problem:
        empty = all(card["digit"] is None for card in cards)
        return "" if empty else f"networks answered to a drawing without a digit ({problem})"
    if len(cards) != len(SHIPPED):
        return f"{len(cards)} networks answered, not {len(SHIPPED)}"
    image = torch.from_numpy(digit.image.copy()).double().float()[None, None] / 255
    for name, card in zip(SHIPPED, cards, strict=True):
        with torch.no_grad():
            logits = load_shipped(name)(image)[0].double()
        powers = (logits - logits.max()).exp()
        shares = (100 * powers / powers.sum()).tolist()
        if shares[card["digit"]] < max(shares) - TOLERANCE:
            return f"{name} says {card['digit']}, but it is {shares.index(max(shares))}"
        if any(abs(a - b) > TOLERANCE for a, b in zip(shares, card["widths"], strict=True)):
            return f"{name}: a bar is wrong"
    return ""
