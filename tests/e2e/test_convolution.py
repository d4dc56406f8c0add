"""The convolution picture in Chromium: mouse, keys, touch, and nothing sent while pointing."""

from __future__ import annotations

import re

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from tests.browser import PHONE

X = torch.tensor([[1.0, 0, 1], [0, 1, 0], [1, 0, 1]])


def open_picture(page: Page, app_url: str, query: str = "") -> Locator:
    page.goto(f"{app_url}/convolution?stride=1&{query}")
    picture = page.locator(".conv[data-shown]")
    expect(picture).to_be_visible(timeout=60_000)
    return picture


def test_dragging_a_slider_changes_the_output_size(page: Page, app_url: str) -> None:
    picture = open_picture(page, app_url)
    expect(picture.locator(".formula .size")).to_have_text(
        "⌊(7 + 2·0 − 1·(3 − 1) − 1) / 1 + 1⌋ = 5"
    )
    thumb = page.get_by_role("slider", name="Kernel size")
    # The range input itself is clipped to one pixel; its parent's parent is the round thumb.
    box = thumb.locator("xpath=../..").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 60):
        page.mouse.move(x + 4 * step, y)
        if thumb.input_value() == "5":
            break
    page.mouse.up()
    expect(picture).to_have_attribute("data-shown", re.compile("n7 k5 s1"))
    expect(picture.locator(".output figcaption")).to_have_text("Output 3 × 3")
    expect(picture.locator(".output [role=gridcell]")).to_have_count(9)
    expect(page).to_have_url(re.compile("kernel_size=5"))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("padding=same&stride=2", "set the stride to 1"),
        ("input_size=3&kernel_size=7", "The kernel reaches over 7 cells, but the input has only 3"),
    ],
)
def test_impossible_settings_are_explained_and_a_button_leads_out(
    page: Page, app_url: str, query: str, words: str
) -> None:
    page.goto(f"{app_url}/convolution?{query}")
    expect(page.get_by_role("alert")).to_contain_text(words)
    for part in query.split("&"):
        expect(page).to_have_url(re.compile(part))
    page.get_by_role("button", name=re.compile("^(Set|Enlarge) ")).first.click()
    expect(page.locator(".conv[data-shown]")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("query", ["", "input_size=32", "mode=Transposed&transposed_input=6"])
def test_on_a_phone_the_output_is_seen_above_the_controls(
    phone: Page, app_url: str, query: str
) -> None:
    phone.goto(f"{app_url}/convolution?rail=Settings&{query}")
    expect(phone.get_by_role("slider", name="Stride")).to_be_visible()
    output = phone.locator(".output .grid")
    expect(output.locator(".cell").first).to_be_attached()
    place, rail = output.bounding_box(), phone.locator(".st-key-rail").bounding_box()
    assert place
    assert rail
    assert place["y"] + place["height"] <= rail["y"]
    assert place["x"] + place["width"] <= PHONE["width"]
