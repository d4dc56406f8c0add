"""Back and Forward restore the page; the address has the values of the controls."""

from __future__ import annotations

import re
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.cable import Cable
from tests.e2e.conftest import rested, to_page, to_settings


@pytest.fixture
def convolution(page: Page, app_url: str) -> Page:
    page.goto(app_url + "/convolution?stride=3")
    expect(slider(page, "Stride")).to_have_value("3")
    return page


def slider(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name)


POOLING = "/pooling?step=1&input_size=12"
"""The address of Pooling as its story opens it."""


def stands_at(page: Page, path: str) -> None:
    """Expect exactly this address, so that nothing of another page is in it."""
    expect(page).to_have_url(re.compile(re.escape(path) + "$"))


def test_back_leads_to_the_page_before_in_one_step_with_its_settings(convolution: Page) -> None:
    page = convolution
    to_page(page, "Pooling")
    expect(slider(page, "Window")).to_have_value("2")
    stands_at(page, POOLING)
    page.go_back()
    expect(slider(page, "Stride")).to_have_value("3")
    stands_at(page, "/convolution?stride=3")
    page.go_forward()
    expect(slider(page, "Window")).to_have_value("2")
    stands_at(page, POOLING)


def test_controls_that_moved_are_no_steps_of_back(convolution: Page) -> None:
    page = convolution
    to_page(page, "Pooling")
    for value in ("3", "4", "5"):
        slider(page, "Window").press("ArrowRight")
        stands_at(page, f"{POOLING}&kernel_size={value}")
    page.go_back()
    expect(slider(page, "Stride")).to_have_value("3")
    stands_at(page, "/convolution?stride=3")
    page.go_forward()
    expect(slider(page, "Window")).to_have_value("5")
    stands_at(page, f"{POOLING}&kernel_size=5")


def test_the_menu_brings_a_page_back_as_it_was_left(convolution: Page) -> None:
    page = convolution
    to_page(page, "Pooling")
    slider(page, "Window").press("ArrowRight")
    stands_at(page, f"{POOLING}&kernel_size=3")
    to_page(page, "Convolution")
    expect(slider(page, "Stride")).to_have_value("3")
    stands_at(page, "/convolution?stride=3")
    page.go_back()
    expect(slider(page, "Window")).to_have_value("3")
    stands_at(page, f"{POOLING}&kernel_size=3")


def test_a_page_that_is_loaded_again_has_what_its_address_says(convolution: Page) -> None:
    page = convolution
    slider(page, "Dilation").press("ArrowRight")
    stands_at(page, "/convolution?stride=3&dilation=2")
    page.reload()
    expect(slider(page, "Dilation")).to_have_value("2")
    expect(slider(page, "Stride")).to_have_value("3")
    stands_at(page, "/convolution?stride=3&dilation=2")


def test_what_the_old_page_still_asks_does_not_empty_the_new_one(page: Page, app_url: str) -> None:
    cable = Cable(int(urlparse(app_url).port or 0))
    page.goto(f"http://127.0.0.1:{cable.port}/pooling")
    expect(page.locator(".pooling[data-shown]")).to_be_visible()
    expect(page.get_by_role("tab", name="The code")).to_be_visible()
    try:
        cable.hold_answers()
        page.get_by_test_id("stTopNavSection").first.click()
        page.locator("a", has_text="Convolution").last.click()
        # The old page is still on show. Its picture rests, so its formulas and code are requested.
        page.evaluate("dispatchEvent(new CustomEvent('dl101-rest', { detail: 'another' }))")
        cable.release()
        expect(page.locator(".conv[data-shown]")).to_be_visible()
        rested(page)
        to_settings(page)
        slider(page, "Stride").press("ArrowRight")
        expect(page.locator(".conv[data-shown*=' s2 ']")).to_be_visible()
        expect(page).to_have_url(re.compile(r"/convolution\?step=1&.*image=Digit\+seven.*stride=2"))
    finally:
        cable.close()
