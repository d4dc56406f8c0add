"""What the network sees, in Chromium: pointing never asks the server."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from dl101_core import explain
from dl101_core.data import load
from dl101_core.explain import OcclusionConfig
from dl101_core.weights import load_shipped
from tests.e2e.conftest import at_rest, sent, sent_nothing

EXAMPLE = 7


def image() -> np.ndarray:
    pixels: np.ndarray = load("strokes").test.images[EXAMPLE].numpy()
    return pixels


def opened(page: Page, app_url: str, query: str = "") -> list[str]:
    """Opens the page; the messages to the server are counted from now on."""
    messages = sent(page)
    page.goto(f"{app_url}/inside{query}")
    expect(page.locator("[data-shown]").first).to_be_visible()
    at_rest(page, messages)
    return messages


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


def test_pointing_reads_a_cell_and_its_field_and_sends_nothing(page: Page, app_url: str) -> None:
    look = explain.look_through(load_shipped("cnn"), image())[0]
    messages = opened(page, app_url)
    before = len(messages)
    readout = page.locator(".readout")
    for row, column in ((0, 0), (12, 14), (27, 27)):
        point(page, row, column, 28, 28)
        expect(readout).to_contain_text(f"row {row + 1}, column {column + 1}")
        assert number(page) == pytest.approx(float(look.maps[0, row, column]), abs=5.1e-4)
        top, bottom = look.fields[0].seen(row)
        expect(readout).to_contain_text(f"rows {top + 1}–{bottom}")
    expect(page.locator(".field")).to_be_visible()
    tile = page.get_by_role("radio", name=re.compile("^Map 3,"))
    tile.hover()
    expect(readout).to_contain_text("Map 3")
    assert sent_nothing(page, messages, before)
    tile.click()
    expect(page).to_have_url(re.compile(r"unit=3"))
    expect(page.get_by_label("Map", exact=True)).to_have_value("3")
    assert len(messages) > before
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"unit=4"))
    bottom_of = page.locator(".inside").bounding_box()
    assert bottom_of
    assert bottom_of["y"] + bottom_of["height"] <= 720


def test_a_covered_place_shows_its_picture_and_its_probability(page: Page, app_url: str) -> None:
    found = explain.occlude(load_shipped("cnn"), image(), OcclusionConfig())
    target = int(found.whole.argmax())
    messages = opened(page, app_url, "?view=Occlusion")
    before = len(messages)
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
    assert sent_nothing(page, messages, before)


def test_a_logit_is_followed_from_its_products_to_its_share(page: Page, app_url: str) -> None:
    found = explain.sums(load_shipped("cnn"), image())
    messages = opened(page, app_url, "?view=Softmax")
    before = len(messages)
    for k in (0, 9):
        page.locator(".classes tbody tr").nth(k).hover()
        logit = f"{found.logits[k]:.4f}".replace("-", "−")
        expect(page.locator(".follow")).to_contain_text(f"Class {k}: z = {logit}")
        expect(page.locator(".terms .total")).to_contain_text(logit)
    assert sent_nothing(page, messages, before)


def test_a_climb_ends_with_the_picture_that_the_same_climb_gives_alone(
    page: Page, app_url: str
) -> None:
    opened(page, app_url, "?view=Excite+a+filter&steps=16")
    state = page.locator(".climb .state")
    expect(state).to_contain_text("press Start")
    page.get_by_role("button", name="Start").click()
    expect(state).to_contain_text("finished after 16 steps")
    expect(page.get_by_role("button", name="Cancel")).to_be_disabled()
    shown = list(explain.ascend(load_shipped("cnn"), explain.AscentConfig(0, 0, 16)))
    last = [one for one in shown if one][-1]
    expect(page.locator(".climb figcaption")).to_contain_text(f"{last.activation:.4f}")


def test_a_finger_reads_a_cell_and_chooses_a_map_on_a_phone(phone: Page, app_url: str) -> None:
    opened(phone, app_url, "?view=Feature+maps")
    large = phone.locator(".inside .large canvas")
    large.scroll_into_view_if_needed()
    box = large.bounding_box()
    assert box
    phone.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(phone.locator(".readout")).to_contain_text("row 15, column 15")
    phone.get_by_role("radio", name=re.compile("^Map 5,")).tap()
    expect(phone).to_have_url(re.compile("unit=5"))
