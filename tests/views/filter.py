"""Reads the filters' picture, on its page and alone."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


def after(page: Page) -> Locator:
    return page.locator("[data-picture=after] canvas")


def painted(page: Page) -> str:
    """The source of the painted after picture; waits until there is one."""
    expect(after(page)).to_have_attribute("data-painted", re.compile(".+"))
    return after(page).get_attribute("data-painted") or ""


def before_pixel(page: Page, x: int, y: int) -> list[int]:
    """The colour at (x, y) of the before picture, as the browser holds it."""
    canvas = page.locator("[data-picture=before] canvas")
    colour: list[int] = canvas.evaluate(
        "(c, [x, y]) => Array.from(c.getContext('2d').getImageData(x, y, 1, 1).data)", [x, y]
    )
    return colour[:3]


# Keeps the pixels of the after picture, and compares those of now with the kept ones.
KEEP = (
    "c => { c.kept = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
    " return [c.width, c.height] }"
)
COMPARE = (
    "c => { const now = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
    " return now.length === c.kept.length && Math.max(...[0, 1, 2, 3].map(from => {"
    " let most = 0; for (let i = from; i < now.length; i += 4)"
    " most = Math.max(most, Math.abs(now[i] - c.kept[i])); return most })) }"
)


def cell(page: Page, row: int, column: int) -> Locator:
    return page.get_by_label(f"Row {row}, column {column}", exact=True)


def expect_settled(page: Page) -> None:
    """Expect PyTorch's result on the screen, not the preview."""
    expect(page.locator(".view[data-settled]")).to_have_attribute("data-settled", "true")


def middle(field: Locator) -> tuple[float, float]:
    box = field.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
