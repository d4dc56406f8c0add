"""Points at and reads the pictures of "What the network sees", on its page and alone."""

from __future__ import annotations

import numpy as np
from playwright.sync_api import Page

from dl101_core.data import load

EXAMPLE = 7


def image() -> np.ndarray:
    pixels: np.ndarray = load("strokes").test.images[EXAMPLE].numpy()
    return pixels


def point(page: Page, row: int, column: int, height: int, width: int) -> None:
    box = page.locator(".inside .large canvas").bounding_box()
    assert box
    page.mouse.move(
        box["x"] + box["width"] * (column + 0.5) / width,
        box["y"] + box["height"] * (row + 0.5) / height,
    )


def number(page: Page) -> float:
    value = page.locator(".inside").get_attribute("data-value")
    return float((value or "nan").replace("−", "-"))
