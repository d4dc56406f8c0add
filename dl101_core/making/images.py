"""Draws the sample pictures of the filters page: ``python -m dl101_core.making.images``.

Everything is drawn by this code, so that the pictures are free to use and come out the same each
time. Each is drawn ``SCALE`` times too large and reduced, which smooths its edges.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

IMAGES_DIR = Path(__file__).resolve().parents[2] / "assets" / "images"
SIDE = 256
"""Width and height of a sample picture, in pixels."""
SCALE = 4

Colour = tuple[int, int, int]
Point = tuple[float, float]


class Sheet:
    """A square canvas with coordinates of the finished picture, 0 to 256."""

    def __init__(self, colour: Colour) -> None:
        self.image = Image.new("RGB", (SIDE * SCALE, SIDE * SCALE), colour)
        self.draw = ImageDraw.Draw(self.image)

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=colour)

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        self.polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour)

    def disc(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        corners = ((x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE)
        self.draw.ellipse(corners, fill=colour)

    def line(self, points: list[Point], colour: Colour, width: float) -> None:
        """A curve with round ends and joints."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self.draw.line(scaled, fill=colour, width=round(width * SCALE), joint="curve")
        for x, y in (points[0], points[-1]):
            self.disc(x, y, width / 2, width / 2, colour)

    def text(self, x: float, y: float, text: str, size: float, colour: Colour) -> None:
        font = ImageFont.load_default(size * SCALE)
        self.draw.text((x * SCALE, y * SCALE), text, colour, font, anchor="ls")

    def finish(self) -> Image.Image:
        return self.image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def _blend(a: Colour, b: Colour, share: float) -> Colour:
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


def _grain(picture: Image.Image, strength: float, seed: int) -> Image.Image:
    """A little noise on brightness, as film has; a filter page needs something to smooth."""
    noise = np.random.default_rng(seed).normal(0, strength, (SIDE, SIDE, 1))
    return Image.fromarray(np.clip(np.asarray(picture) + noise, 0, 255).round().astype(np.uint8))


def lighthouse() -> Image.Image:
    """Evening light, hard edges in every direction, and a soft sky."""
    sheet = Sheet((28, 56, 98))
    for y in range(172):
        share = (y / 172) ** 1.3
        low = _blend((226, 112, 92), (255, 205, 130), max(0.0, share * 2 - 1))
        sheet.box(0, y, 256, y + 1.3, _blend((38, 66, 122), low, min(1.0, share * 1.35)))
    sheet.disc(62, 150, 27, 27, (255, 236, 178))
    for x, middle, width in (
        (150.0, 34.0, 52.0),
        (196, 42, 40),
        (22, 66, 44),
        (60, 72, 34),
        (224, 92, 38),
    ):
        for part, lift in ((-0.35, 0.0), (0.0, 4.0), (0.35, 0.5)):
            sheet.disc(x + part * width, middle - lift, width * 0.33, 6 + lift, (246, 190, 170))
    for y in range(168, 256):
        share = (y - 168) / 88
        sheet.box(0, y, 256, y + 1.3, _blend((236, 150, 112), (18, 52, 86), min(1.0, share * 1.9)))
    for row in range(13):
        depth = 173 + row * 6.4
        for step in range(9):
            left = step * 31.0 + (row * 17) % 31 - 12
            length = 7 + (step * 7 + row * 5) % 11
            near_sun = abs(left + length / 2 - 62) < 26
            colour = (
                (255, 226, 170) if near_sun else _blend((120, 142, 168), (52, 92, 130), row / 13)
            )
            sheet.line([(left, depth), (left + length, depth)], colour, 1.1 + row * 0.07)
    sheet.polygon(
        [(256, 176), (232, 172), (212, 180), (186, 178), (150, 190), (128, 206), (112, 232),
         (92, 256), (256, 256)],
        (44, 42, 52),
    )  # fmt: skip
    for x, y, dx, dy in (
        (150, 190, 12, 40), (186, 178, -6, 46), (212, 180, 10, 50), (232, 172, 2, 60)
    ):  # fmt: skip
        sheet.polygon([(x, y), (x + dx, y + dy), (x + dx - 16, y + dy + 18)], (72, 66, 74))
    _tower(sheet)
    for x, y, size in ((98, 88, 8), (116, 102, 6), (84, 108, 5)):
        wing = [(x - size, y - size * 0.5), (x - size * 0.4, y - size * 0.55), (x, y)]
        sheet.line(wing + [(2 * x - px, py) for px, py in reversed(wing[:2])], (40, 44, 66), 1.4)
    return _grain(sheet.finish(), 1.4, 1)


def _beam(sheet: Sheet) -> None:
    """Light that fades with the distance from the lamp at (186, 58)."""
    mask = Image.new("L", sheet.image.size)
    x, y = 186 * SCALE, 58 * SCALE
    ImageDraw.Draw(mask).polygon([(x, y - 8), (-8, 12 * SCALE), (-8, 60 * SCALE), (x, y + 8)], 255)
    fade = np.clip(np.linspace(0.22, 0.98, sheet.image.width) * 255, 0, 255)
    fade[x:] = 0
    strength = np.asarray(mask) * (fade / 255)
    light = Image.new("RGB", sheet.image.size, (255, 240, 196))
    sheet.image.paste(light, mask=Image.fromarray(strength.round().astype(np.uint8)))


def _tower(sheet: Sheet) -> None:
    top, bottom = 74.0, 184.0

    def half(y: float) -> float:
        return 11 + (y - top) / (bottom - top) * 9

    for band in range(6):
        y0, y1 = (top + (bottom - top) * n / 6 for n in (band, band + 1))
        light, dark = (
            ((214, 52, 48), (146, 28, 40)) if band % 2 else ((250, 244, 232), (190, 184, 190))
        )
        sheet.polygon(
            [
                (190 - half(y0), y0),
                (190 + half(y0), y0),
                (190 + half(y1), y1),
                (190 - half(y1), y1),
            ],
            light,
        )
        sheet.polygon(
            [(190 + half(y0) * 0.3, y0), (190 + half(y0), y0), (190 + half(y1), y1),
             (190 + half(y1) * 0.3, y1)],
            dark,
        )  # fmt: skip
    for y in (102, 138):
        sheet.box(185.5, y, 190.5, y + 9, (40, 44, 60))
    _beam(sheet)
    sheet.box(174, 70, 206, 75, (40, 42, 54))
    sheet.box(180, 50, 200, 70, (255, 240, 176))
    for x in (180, 186.4, 192.8, 199.2):
        sheet.box(x - 0.8, 50, x + 0.8, 70, (40, 42, 54))
    sheet.polygon([(176, 51), (190, 36), (204, 51)], (176, 36, 42))
    sheet.line([(190, 37), (190, 29)], (40, 42, 54), 1.6)


def cat() -> Image.Image:
    """A face: large smooth shapes, sharp eyes, thin whiskers and stripes."""
    sheet = Sheet((122, 182, 178))
    for n in range(9):
        sheet.disc(
            128, 140, 176 - n * 12, 176 - n * 12, _blend((122, 182, 178), (206, 230, 214), n / 8)
        )
    fur, dark, cream, ink = (236, 150, 62), (182, 92, 34), (255, 240, 216), (46, 32, 34)
    sheet.disc(128, 262, 84, 66, fur)
    sheet.disc(128, 268, 46, 56, cream)
    for side in (-1, 1):
        ear = [(128 + side * 22, 84), (128 + side * 80, 28), (128 + side * 86, 118)]
        sheet.polygon(ear, fur)
        inner = [(128 + side * 40, 84), (128 + side * 73, 46), (128 + side * 77, 104)]
        sheet.polygon(inner, (240, 168, 160))
    sheet.disc(128, 138, 88, 76, fur)
    for shift in (-22, 0, 22):
        sheet.polygon(
            [(128 + shift - 7, 64 + abs(shift) / 6), (128 + shift + 7, 64 + abs(shift) / 6),
             (128 + shift * 0.8, 100)],
            dark,
        )  # fmt: skip
    for side in (-1, 1):
        for y in (132, 150, 168):
            x = 128 + side * (86 - abs(y - 140) * 0.16)
            sheet.polygon([(x, y - 5), (x, y + 5), (x - side * 24, y + 1)], dark)
    sheet.disc(128, 178, 44, 33, cream)
    for side in (-1, 1):
        x = 128 + side * 38
        sheet.disc(x, 130, 21, 20, ink)
        sheet.disc(x, 130, 18.6, 17.6, (152, 200, 84))
        sheet.disc(x, 130, 6.5, 15.5, ink)
        sheet.disc(x - 6, 122, 4.4, 4.4, (255, 255, 255))
        for k in (-1, 0, 1):
            sheet.line(
                [(128 + side * 26, 178 + k * 5), (128 + side * 104, 172 + k * 14)],
                (250, 250, 246),
                1.6,
            )
    sheet.polygon([(117, 160), (139, 160), (128, 172)], (206, 92, 98))
    sheet.line([(128, 172), (128, 180)], ink, 2.2)
    for side in (-1, 1):
        mouth = [
            (128 + side * 20 * t, 180 + 9 * math.sin(math.pi * t)) for t in np.linspace(0, 1, 20)
        ]
        sheet.line(mouth, ink, 2.2)
    return _grain(sheet.finish(), 1.2, 2)


def page() -> Image.Image:
    """Black on paper: the finest edges of the collection."""
    sheet = Sheet((246, 241, 230))
    ink, red = (34, 34, 40), (172, 44, 40)
    sheet.text(16, 78, "Aa", 78, ink)
    sheet.text(124, 78, "Bg", 78, red)
    sheet.line([(16, 108), (240, 108)], ink, 1.6)
    lines = (
        ("A kernel is a small table", 17.5),
        ("of numbers that slides over", 16),
        ("a picture. At each place it", 15),
        ("multiplies, adds up, and writes one", 12.5),
        ("number into the new picture. That is all.", 11),
    )
    y = 128.0
    for text, size in lines:
        sheet.text(16, y, text, size, ink)
        y += size * 1.32
    sheet.text(16, 240, "0123456789", 36, (34, 78, 128))
    return _grain(sheet.finish(), 2.0, 3)


def bricks() -> Image.Image:
    """A texture of long level joints and short upright ones."""
    random = np.random.default_rng(4)
    sheet = Sheet((202, 194, 180))
    for row in range(9):
        y = row * 29.0 - 2
        for column in range(-1, 6):
            x = column * 58.0 + (29 if row % 2 else 0) - 12
            tone = float(random.uniform(-1, 1))
            base = _blend((168, 78, 58), (204, 118, 82), tone / 2 + 0.5)
            wear = [float(value) for value in random.uniform(-1.3, 1.3, 8)]
            corners = [
                (x + 2 + wear[0], y + 2 + wear[1]), (x + 55 + wear[2], y + 2 + wear[3]),
                (x + 55 + wear[4], y + 26 + wear[5]), (x + 2 + wear[6], y + 26 + wear[7]),
            ]  # fmt: skip
            sheet.polygon([(px + 1.8, py + 1.8) for px, py in corners], (128, 116, 106))
            sheet.polygon(corners, base)
            for _ in range(10):
                px, py = float(random.uniform(x + 5, x + 52)), float(random.uniform(y + 5, y + 23))
                size = float(random.uniform(0.5, 1.6))
                sheet.disc(px, py, size * 1.5, size, _blend(base, (92, 46, 40), 0.45))
    shade = Image.fromarray(
        np.linspace(255, 150, SIDE).round().astype(np.uint8)[None].repeat(SIDE, 0)
    )
    lit = Image.composite(sheet.finish(), Image.new("RGB", (SIDE, SIDE), (52, 34, 44)), shade)
    return _grain(lit, 5.0, 4)


def curves() -> Image.Image:
    """White lines on black, for the curve detector of the lecture notes."""
    sheet = Sheet((0, 0, 0))
    white = (255, 255, 255)
    turns = np.linspace(0, 4.6 * math.pi, 240)
    sheet.line(
        [(78 + 3.6 * t * math.cos(t), 76 + 3.6 * t * math.sin(t)) for t in turns.tolist()], white, 3
    )
    for radius in (50, 34, 18):
        ring = np.linspace(0, 2 * math.pi, 120).tolist()
        sheet.line(
            [(194 + radius * math.cos(t), 62 + radius * math.sin(t)) for t in ring], white, 3
        )
    waves = np.linspace(0, 1, 160).tolist()
    for shift in (0, 15, 30):
        sheet.line([(14 + 126 * t, 176 + shift + 13 * math.sin(9 * t)) for t in waves], white, 3)
    sheet.line([(160, 140), (240, 140), (240, 236), (160, 236), (160, 140)], white, 3)
    sheet.line([(160, 140), (240, 236)], white, 3)
    sheet.line([(200, 140), (200, 236)], white, 3)
    sheet.line([(14, 240), (140, 240)], white, 3)
    return sheet.finish().filter(ImageFilter.GaussianBlur(0.4))


DRAWINGS: dict[str, Callable[[], Image.Image]] = {
    "lighthouse": lighthouse,
    "cat": cat,
    "page": page,
    "bricks": bricks,
    "curves": curves,
}


def main() -> None:
    IMAGES_DIR.mkdir(parents=True, exist_ok=True)
    for name, draw in DRAWINGS.items():
        draw().save(IMAGES_DIR / f"{name}.png", optimize=True)
        print(f"{name}.png {(IMAGES_DIR / f'{name}.png').stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
