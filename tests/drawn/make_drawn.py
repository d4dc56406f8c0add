"""Draws the test digits on the real pad with the mouse, and keeps the strokes that the pad sent.

    python -m tests.drawn.make_drawn http://localhost:8501

writes ``tests/drawn/hand_*.json`` and ``contact_sheet.png`` (to be looked at, not kept). The
figures below were written by hand, one table for each way of writing; nothing here, and no network,
has seen ``dl101_core/data``. Lines are given by points in a box one unit high, y down: ``~`` goes
through them smoothly, ``/`` in straight lines, as a boxy hand does.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).resolve().parent
Line = list[tuple[float, float]]
Strokes = list[Line]

# Rounded print, one stroke wherever possible.
ROUND = {
    0: "~ .32,.02 .08,.2 .02,.55 .15,.92 .36,.99 .56,.8 .62,.45 .5,.1 .3,.02",
    1: "~ .3,0 .3,.35 .29,.7 .3,1",
    2: "~ .04,.22 .15,.04 .38,.02 .52,.2 .42,.48 .2,.75 .02,.98 .3,.96 .6,.97",
    3: "~ .05,.12 .25,.0 .5,.1 .48,.33 .22,.46 .24,.47 .54,.58 .56,.85 .3,1 .03,.9",
    4: "/ .36,0 .02,.62 .62,.62 | / .46,.32 .46,1",
    5: "~ .1,.02 .08,.2 .06,.42 .3,.36 .55,.52 .54,.82 .3,1 .02,.9 | / .1,.02 .56,.01",
    6: "~ .46,.0 .2,.25 .05,.6 .12,.92 .36,1 .54,.82 .48,.58 .28,.52 .08,.68",
    7: "/ .02,.03 .58,.02 .22,1",
    8: "~ .5,.12 .28,.0 .08,.14 .16,.36 .42,.54 .56,.78 .32,1 .06,.82 .16,.58 .44,.38 .52,.16 "
    ".46,.08",
    9: "~ .52,.2 .32,.02 .06,.14 .08,.4 .3,.48 .5,.32 .53,.16 .52,.5 .44,1",
}
# Straight segments, as on a ruled form.
BOXY = {
    0: "/ .04,.02 .6,0 .62,1 .03,.98 .04,.02",
    1: "/ .1,.2 .32,0 .31,1",
    2: "/ .02,.03 .56,.01 .57,.48 .03,.52 .02,.99 .6,1",
    3: "/ .03,.02 .56,.01 .55,.49 .16,.5 .56,.51 .57,.99 .02,1",
    4: "/ .04,0 .03,.55 .6,.54 | / .52,.02 .51,1",
    5: "/ .58,.01 .04,.02 .05,.46 .56,.47 .57,.98 .03,1",
    6: "/ .54,.02 .06,.03 .04,.99 .58,1 .57,.5 .05,.51",
    7: "/ .02,.02 .58,.01 .57,.3 .28,1",
    8: "/ .05,.02 .55,.01 .56,1 .04,.99 .05,.02 | / .06,.48 .55,.49",
    9: "/ .56,.46 .06,.47 .05,.02 .57,.01 .55,1",
}
# Continental: flag on the 1, bar through the 7, open 4, 9 with a curled tail.
CONTINENTAL = {
    0: "~ .34,.0 .1,.14 .01,.5 .12,.88 .34,1 .56,.84 .63,.48 .52,.12 .34,.01 .22,.04",
    1: "/ .02,.36 .36,.01 .35,1",
    2: "~ .05,.25 .14,.05 .36,0 .54,.14 .46,.42 .2,.72 .02,.96 .14,.88 .34,.98 .62,.92",
    3: "/ .04,.02 .54,.01 .24,.38 | ~ .24,.38 .48,.44 .58,.68 .42,.95 .18,1 .01,.88",
    4: "/ .16,.02 .03,.58 .64,.56 | / .44,.36 .42,1",
    5: "~ .14,.05 .08,.44 .28,.36 .54,.5 .56,.78 .34,.99 .02,.92 | ~ .14,.05 .34,.07 .6,.02",
    6: "~ .44,.02 .16,.3 .02,.68 .16,.96 .4,.98 .56,.78 .44,.56 .2,.58 .04,.76",
    7: "/ .02,.06 .6,.03 .24,1 | / .14,.5 .56,.48",
    8: "~ .3,.44 .08,.26 .24,.01 .5,.1 .46,.34 .3,.44 .06,.66 .12,.94 .4,1 .58,.78 .48,.56 .3,.44",
    9: "~ .54,.14 .3,.0 .06,.18 .1,.42 .34,.48 .54,.28 .55,.14 .58,.6 .44,.94 .2,1 .05,.9",
}
# Several strokes that need not meet: 0 overlaps itself, 8 is two rings, 6 has a straight stem.
PIECES = {
    0: "~ .36,.04 .12,.1 .02,.46 .1,.86 .3,.99 | ~ .28,.02 .5,.1 .62,.5 .52,.88 .26,.97",
    1: "/ .3,0 .31,.9 | / .08,.98 .54,.97",
    2: "~ .04,.2 .2,.02 .46,.06 .54,.28 .36,.6 .06,.96 | / .04,.97 .6,.95",
    3: "~ .06,.06 .34,.0 .52,.18 .4,.4 .2,.46 | ~ .2,.47 .5,.52 .6,.74 .4,.97 .04,.94",
    4: "/ .08,.02 .06,.5 | / .04,.52 .62,.5 | / .5,.04 .48,1",
    5: "/ .14,.04 .1,.44 | ~ .1,.45 .36,.38 .58,.56 .52,.86 .26,1 .02,.94 | / .12,.03 .58,.0",
    6: "/ .2,.0 .06,.72 | ~ .06,.7 .2,.48 .46,.52 .56,.74 .42,.97 .16,.98 .05,.74",
    7: "/ .03,.03 .58,.01 | / .58,.02 .26,.99",
    8: "~ .3,.02 .1,.12 .12,.36 .3,.44 .5,.34 .48,.1 .28,.02 | ~ .28,.45 .06,.58 .04,.86 .3,1 "
    ".56,.86 .54,.58 .28,.45",
    9: "~ .5,.1 .26,.0 .04,.14 .06,.38 .28,.48 .5,.36 .52,.1 | / .53,.06 .5,1",
}
# Fast: cursive shortcuts.
FAST = {
    0: "~ .44,.06 .16,.08 .02,.42 .06,.82 .28,.98 .52,.74 .58,.34 .42,.04 .3,.0",
    1: "/ .38,0 .22,1",
    2: "~ .06,.16 .3,.0 .5,.16 .36,.52 .08,.88 .1,.98 .26,.86 .42,.98 .66,.9",
    3: "~ .1,.1 .36,.0 .5,.14 .3,.4 .22,.45 .44,.52 .5,.76 .28,.98 .0,.92",
    4: "~ .2,.0 .12,.28 .06,.5 .3,.52 .6,.46 | / .5,.14 .36,1",
    5: "~ .6,.0 .3,.04 .16,.08 .1,.42 .34,.38 .5,.56 .42,.86 .18,1 .0,.94",
    6: "~ .5,.02 .24,.2 .06,.56 .08,.88 .28,.98 .46,.8 .4,.6 .2,.64 .08,.82",
    7: "~ .04,.1 .2,.04 .58,.02 .42,.4 .26,1",
    8: "~ .54,.1 .3,.02 .12,.18 .26,.4 .46,.6 .42,.9 .18,.98 .06,.78 .24,.54 .48,.3 .56,.1",
    9: "~ .5,.08 .24,.04 .08,.26 .2,.44 .42,.32 .52,.08 .44,.5 .34,1",
}
# Old school: 2 with a loop, 3 with a flat top, 7 with a serif, 1 with foot, 9 round like a g.
SCHOOL = {
    0: "~ .3,.0 .06,.26 .06,.74 .3,1 .54,.74 .54,.26 .3,.0",
    1: "/ .08,.2 .3,.01 .3,.98 | / .06,.99 .56,.99",
    2: "~ .06,.26 .2,.02 .48,.06 .52,.34 .3,.7 .1,.94 .02,.86 .14,.78 .34,.94 .62,.98",
    3: "/ .04,.03 .56,.02 .28,.4 | ~ .28,.4 .56,.52 .56,.84 .3,1 .03,.88",
    4: "/ .4,.02 .01,.7 .64,.7 | / .42,.02 .42,.99",
    5: "/ .54,.02 .12,.02 .08,.44 | ~ .08,.44 .34,.36 .58,.6 .48,.92 .2,1 .01,.88",
    6: "~ .48,.06 .26,.02 .08,.3 .02,.68 .18,.98 .46,.94 .56,.7 .4,.5 .16,.54 .03,.7",
    7: "/ .03,.18 .03,.03 .58,.03 .3,.5 .22,1",
    8: "~ .3,.46 .1,.3 .14,.06 .32,.0 .5,.1 .5,.32 .3,.46 .08,.6 .03,.84 .3,1 .56,.84 .52,.6 "
    ".3,.46",
    9: "~ .5,.24 .36,.02 .1,.06 .04,.3 .2,.48 .44,.4 .51,.2 .52,.6 .4,.92 .16,1 .04,.86",
}


@dataclass(frozen=True)
class Style:
    """``size``: height as a share of the pad. ``lean``: x moves by this share of the height.

    ``width``: factor on x. ``sloppy``: how far the points of a figure stray. ``shake``: tremor of
    the hand in pad units. ``speed``: pad units between two mouse events. ``place``: centre.
    """

    name: str
    size: float = 0.62
    lean: float = 0.0
    width: float = 1.0
    sloppy: float = 0.012
    shake: float = 0.3
    speed: float = 5.0
    place: tuple[float, float] = (0.5, 0.5)


PLAIN = Style("plain")
SMALL = Style("small", size=0.2, place=(0.3, 0.32), shake=0.25, speed=3)
CORNER = Style("off centre", size=0.36, place=(0.76, 0.72), shake=0.3, speed=4)
RIGHT = Style("leans right", lean=0.32, size=0.6)
LEFT = Style("leans left", lean=-0.24, size=0.6)
NARROW = Style("narrow", width=0.55, size=0.7)
WIDE = Style("wide", width=1.5, size=0.55)
LARGE = Style("large", size=0.92, speed=9, shake=0.6)
SHAKY = Style("shaky", shake=1.6, sloppy=0.02, speed=4)
QUICK = Style("quick", sloppy=0.03, speed=14, shake=0.5)
BOX = Style("boxy", sloppy=0.012, speed=6)
TWO = Style("two strokes", sloppy=0.02)

HANDS: dict[str, tuple[dict[int, str], tuple[Style, ...]]] = {
    "A": (ROUND, (PLAIN, SMALL, LARGE)),
    "B": (BOXY, (BOX, replace(BOX, name="boxy, small", size=0.25, place=(0.62, 0.34), speed=3))),
    "C": (CONTINENTAL, (replace(PLAIN, name="continental"), RIGHT)),
    "D": (PIECES, (TWO, replace(CORNER, name="two strokes, off centre"))),
    "E": (FAST, (QUICK, LEFT)),
    "F": (SCHOOL, (NARROW, WIDE, SHAKY)),
}


def figure(text: str) -> list[tuple[bool, Line]]:
    """The strokes of a figure: whether smooth, and the points."""
    strokes = []
    for part in text.split("|"):
        kind, *points = part.split()
        xy = [(float(x), float(y)) for x, y in (point.split(",") for point in points)]
        strokes.append((kind == "~", xy))
    return strokes


def smooth(points: Line, pieces: int = 24) -> Line:
    """Catmull-Rom curve through the points."""
    ends = [points[0], *points, points[-1]]
    path: Line = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for i in range(pieces):
            t = i / pieces
            path.append(
                tuple(  # type: ignore[arg-type]
                    0.5
                    * (
                        2 * q
                        + (r - p) * t
                        + (2 * p - 5 * q + 4 * r - s) * t * t
                        + (3 * q - p - 3 * r + s) * t**3
                    )
                    for p, q, r, s in zip(a, b, c, d, strict=True)
                )
            )
    return [*path, points[-1]]


def walk(path: Line, speed: float, rng: random.Random) -> Iterator[tuple[float, float]]:
    """Points along the path as mouse events would fall: slow at both ends, uneven between."""
    lengths = [math.dist(a, b) for a, b in pairwise(path)]
    total = sum(lengths) or 1.0
    yield path[0]
    travelled, due = 0.0, speed / 2
    for (a, b), length in zip(pairwise(path), lengths, strict=True):
        while length and due <= travelled + length:
            share = (due - travelled) / length
            yield a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
            haste = 0.45 + 0.9 * math.sin(math.pi * min(1.0, due / total))
            due += max(1.0, speed * haste * rng.uniform(0.7, 1.3))
        travelled += length
    yield path[-1]


def write(text: str, style: Style, rng: random.Random) -> Strokes:
    """One digit as a hand writes it, in pad units."""
    height = style.size * 280 * rng.uniform(0.93, 1.07)
    lean = style.lean * rng.uniform(0.7, 1.2) + rng.uniform(-0.04, 0.04)
    width = style.width * rng.uniform(0.93, 1.07)
    wave = [rng.uniform(0, 2 * math.pi) for _ in range(4)]

    def paper(point: tuple[float, float]) -> tuple[float, float]:
        x = point[0] + rng.gauss(0, style.sloppy)
        y = point[1] + rng.gauss(0, style.sloppy)
        return height * (width * (x - 0.3) - lean * (y - 0.5)), height * (y - 0.5)

    placed = [(curved, [paper(p) for p in points]) for curved, points in figure(text)]
    xs, ys = zip(*(p for _, points in placed for p in points), strict=True)
    right = 280 * style.place[0] + rng.uniform(-6, 6) - (max(xs) + min(xs)) / 2
    down = 280 * style.place[1] + rng.uniform(-6, 6) - (max(ys) + min(ys)) / 2
    strokes = []
    for curved, points in placed:
        path = smooth(points) if curved else points
        moved = []
        for i, (x, y) in enumerate(walk(path, style.speed, rng)):
            tremor_x = math.sin(0.9 * i + wave[0]) + math.sin(0.37 * i + wave[1])
            tremor_y = math.sin(0.8 * i + wave[2]) + math.sin(0.43 * i + wave[3])
            moved.append((x + right + style.shake * tremor_x, y + down + style.shake * tremor_y))
        strokes.append(moved)
    return strokes


def draw(page: Page, strokes: Strokes) -> Strokes:
    """Draw with the mouse on the pad of the open page; gives the strokes that the pad sent."""
    pad = page.get_by_label("Drawing pad", exact=True)
    page.get_by_role("button", name="Clear").click()
    box = pad.bounding_box()
    assert box
    for stroke in strokes:
        on_page = [
            (box["x"] + x * box["width"] / 280, box["y"] + y * box["height"] / 280)
            for x, y in stroke
        ]
        page.mouse.move(*on_page[0])
        page.mouse.down()
        for x, y in on_page[1:]:
            page.mouse.move(x, y)
        page.mouse.up()
    kept = json.loads(page.evaluate("sessionStorage.getItem('dl101_pad')"))
    sent: Strokes = kept["strokes"]
    assert len(sent) == len(strokes)
    return sent


def contact_sheet(
    records: list[dict[str, object]], side: int = 96, columns: int = 20
) -> Image.Image:
    rows = math.ceil(len(records) / columns)
    sheet = Image.new("RGB", (columns * side, rows * (side + 12)), "white")
    pen = ImageDraw.Draw(sheet)
    for i, record in enumerate(records):
        left, top = i % columns * side, i // columns * (side + 12)
        pen.rectangle((left, top, left + side, top + side), outline="#ccc")
        for stroke in record["strokes"]:  # type: ignore[attr-defined]
            points = [(left + x * side / 280, top + y * side / 280) for x, y in stroke]
            pen.line(points, "black", 3, joint="curve")
        pen.text(
            (left + 2, top + side), f"{record['label']} {record['hand']} {record['style']}", "blue"
        )
    return sheet


def main(address: str) -> None:
    records = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}/draw")
        page.get_by_label("Drawing pad", exact=True).wait_for(timeout=60_000)
        page.wait_for_timeout(1000)
        for hand, (figures, styles) in HANDS.items():
            rows = []
            for style in styles:
                for label, text in figures.items():
                    rng = random.Random(f"{hand} {style.name} {label}")
                    strokes = draw(page, write(text, style, rng))
                    rows.append(
                        {"label": label, "style": style.name, "hand": hand, "strokes": strokes}
                    )
            lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
            (HERE / f"hand_{hand.lower()}.json").write_text(f"[\n{lines}\n]\n", "utf-8")
            records += rows
        browser.close()
    contact_sheet(records).save(HERE / "contact_sheet.png")
    print(len(records), "digits")


if __name__ == "__main__":
    main(sys.argv[1])
