"""What the network sees, each picture alone: covered places, a softmax, and a finger."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from dl101_core import explain
from dl101_core.cnn.inside import shown as inside
from dl101_core.cnn.inside.view import maps_view_data, read_unit, softmax_view_data
from dl101_core.data import DATASETS
from dl101_core.explain import OcclusionConfig
from dl101_core.weights import load_shipped
from tests.views.alone import mounted
from tests.views.inside import image, number, point

CLASSES = DATASETS["strokes"].classes


def test_a_covered_place_shows_its_picture_and_its_probability(page: Page) -> None:
    found = explain.occlude(load_shipped("cnn"), image(), OcclusionConfig())
    target = int(found.whole.argmax())
    data = inside.occlusion_data(found, target, CLASSES)
    alone = mounted(page, "cnn/inside_maps", maps_view_data(data, image(), "An image"))
    places = found.config.places
    for row, column in ((0, 0), (6, 2), (8, 5)):
        point(page, row, column, places, places)
        expect(page.locator(".readout")).to_contain_text(f"With rows {2 * row + 1}–{2 * row + 6}")
        assert number(page) == pytest.approx(
            100 * found.probabilities[row, column, target], abs=5.1e-3
        )
    covered = page.locator(".source canvas").evaluate(
        "(c, [x, y]) => Array.from(c.getContext('2d').getImageData(x, y, 6, 6).data)", [10, 16]
    )
    assert set(covered) == {255}  # paper
    assert alone.sent == []


def test_a_logit_is_followed_from_its_products_to_its_share(page: Page) -> None:
    found = explain.sums(load_shipped("cnn"), image())
    target = int(found.logits.argmax())
    data = softmax_view_data(found, CLASSES, target, "An image")
    alone = mounted(page, "cnn/inside_softmax", data)
    for k in (0, 9):
        page.locator(".classes tbody tr").nth(k).hover()
        logit = f"{found.logits[k]:.4f}".replace("-", "−")
        expect(page.locator(".follow")).to_contain_text(f"Class {k}: z = {logit}")
        expect(page.locator(".terms .total")).to_contain_text(logit)
    assert alone.sent == []


def test_a_finger_reads_a_cell_and_chooses_a_map_on_a_phone(phone: Page) -> None:
    look = explain.look_through(load_shipped("cnn"), image())[0]
    data = maps_view_data(inside.maps_data(look, 0), image(), "An image")
    alone = mounted(phone, "cnn/inside_maps", data)
    large = phone.locator(".inside .large canvas")
    large.scroll_into_view_if_needed()
    box = large.bounding_box()
    assert box
    phone.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(phone.locator(".readout")).to_contain_text("row 15, column 15")
    phone.get_by_role("radio", name=re.compile("^Map 5,")).tap()
    [(name, value)] = alone.sent
    assert name == "unit"
    assert read_unit(value) == 5 - 1
