"""The masks of a dropout layer alone: one unit's way through them."""

from __future__ import annotations

import re

import torch
from playwright.sync_api import Page, expect
from torch import nn

from dl101_core.cnn.dropout.masks import activations, draw_masks, fresh_net, places
from dl101_core.cnn.dropout.masks_view import masks_data
from dl101_core.data import load
from tests.views.alone import mounted


def test_a_unit_is_written_out_as_pytorch_computes_it_and_asks_no_server(page: Page) -> None:
    place = places("fashion_cnn", 0.4)[2]
    image = load("strokes").test.images[4]
    before = activations(fresh_net("fashion_cnn", 0.4, 2), place, image)
    masks = draw_masks(before, place, 1, 64)
    alone = mounted(page, "cnn/dropout_masks", masks_data(masks, image, "An image"))
    expect(page.locator(".panels canvas")).to_have_count(8)
    # Four maps of 4 × 4 with a line between them form a row of 19 cells.
    for number, (x, y) in enumerate(((0, 0), (7, 6), (18, 18))):
        unit = before[0, y // 5 * 4 + x // 5, y % 5, x % 5]
        canvas = page.locator(".panels canvas").nth(number * 3)
        box = canvas.bounding_box()
        assert box is not None
        page.mouse.move(
            box["x"] + box["width"] * (x + 0.5) / 19, box["y"] + box["height"] * (y + 0.5) / 19
        )
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(1)
            layer = nn.Dropout(0.4).train()
            passed = [layer(before)[0, y // 5 * 4 + x // 5, y % 5, x % 5] for _ in range(3)]
        said = page.locator(".unit")
        where = f"Map {y // 5 * 4 + x // 5 + 1}, row {y % 5 + 1}, column {x % 5 + 1}:"
        expect(said).to_contain_text(where)
        shown = [float(text) for text in re.findall(r"= (-?[\d.]+)", minus(said.inner_text()))]
        assert shown == [round(float(value), 4) + 0.0 for value in passed]
        assert f"{round(float(unit), 4) + 0.0:g}" in minus(said.inner_text())
    page.locator(".panels").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".unit")).to_contain_text("Map 16, row 4, column 3:")
    assert alone.sent == [], "pointing and arrow keys"


def minus(text: str) -> str:
    return text.replace("−", "-")
