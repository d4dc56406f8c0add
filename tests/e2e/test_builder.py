"""The CNN builder in Chromium: mouse, keys and touch, the link, and the way to the lab."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from dl101_core.models.layers import LENET, PRESETS, parse
from dl101_core.models.network import describe
from tests.e2e.conftest import at_rest, sent, sent_nothing
from tests.views.building import row, shown


def opened(page: Page, app_url: str, layers: str = "") -> Locator:
    """Opens a network; a link with one is not set up by the story."""
    page.goto(f"{app_url}/builder?layers={layers or LENET}")
    return shown(page, layers or LENET)


def drag(page: Page, handle: Locator, to: Locator) -> None:
    a, b = handle.bounding_box(), to.bounding_box()
    assert a
    assert b
    page.mouse.move(a["x"] + a["width"] / 2, a["y"] + a["height"] / 2)
    page.mouse.down()
    for part in range(1, 11):
        y = a["y"] + (b["y"] - a["y"]) * part / 10
        page.mouse.move(a["x"] + a["width"] / 2, y + a["height"] / 2 + part / 2)


def test_lenet_fits_a_projector_with_pytorchs_numbers_in_every_row(
    app_url: str, page: Page
) -> None:
    builder = opened(page, app_url)
    for number, layer in enumerate(describe(parse(LENET)).rows, 1):
        cells = row(page, number).get_by_role("cell")
        assert layer.field is not None
        expect(cells.nth(2)).to_have_text(" × ".join(map(str, layer.shape)))
        expect(cells.nth(3)).to_have_text(f"{layer.parameters:,}")
        expect(cells.nth(4)).to_have_text(f"{layer.multiply_adds:,}")
        expect(cells.nth(5)).to_have_text(f"{layer.field.size} × {layer.field.size}")
    expect(builder.locator(".totals")).to_contain_text("61,706 parameters, 416,520 multiply-adds")
    box = builder.bounding_box()
    assert box
    assert box["y"] + box["height"] <= 720, "list, picture and editor without scrolling"
    assert page.locator(".builder svg polygon").count() > 15


def test_a_layer_is_dragged_and_only_its_new_place_is_sent(app_url: str, page: Page) -> None:
    messages = sent(page)
    builder = opened(page, app_url, "conv_5_k7_psame-relu-maxpool_2-flatten-linear_10")
    entries = page.evaluate("history.length")
    before = at_rest(page, messages)
    drag(page, row(page, 2).get_by_label("Drag to move"), row(page, 3))
    expect(row(page, 3)).to_contain_text("ReLU")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(row(page, 2)).to_contain_text("ReLU")
    builder.locator("svg .part").nth(3).hover()
    builder.locator("svg .part").nth(1).click()
    assert sent_nothing(page, messages, before), "dragging, hovering, choosing"
    drag(page, row(page, 2).get_by_label("Drag to move"), row(page, 3))
    page.mouse.up()
    shown(page, "conv_5_k7_psame-maxpool_2-relu-flatten-linear_10")
    expect(page).to_have_url(re.compile(r"layers=conv_5_k7_psame-maxpool_2-relu-flatten"))
    assert page.evaluate("history.length") == entries, "Back leaves the page"


def test_train_this_opens_the_lab_and_the_lab_leads_back(app_url: str, page: Page) -> None:
    # A network that came by a link, and one that was chosen here.
    opened(page, app_url, "flatten-linear_10")
    expect(page.get_by_role("link", name="Train this in the lab")).to_have_count(0)
    page.get_by_role("button", name="Train this", exact=True).click()
    expect(page).to_have_url(re.compile(r"training\?model=Your\+own\+network&built=flatten-li"))
    opened(page, app_url)
    page.get_by_role("combobox", name="Start from").select_option(PRESETS["mnist"].title)
    shown(page, PRESETS["mnist"].text)
    page.get_by_role("tab", name="The code").click()
    expect(page.get_by_text("nn.Linear(4732, 128)")).to_be_visible()
    page.get_by_role("button", name="Train this", exact=True).click()
    expect(page.locator("h1")).to_have_text("Training lab")
    expect(page).to_have_url(
        re.compile(rf"training\?model=Your\+own\+network&built={PRESETS['mnist'].text}")
    )
    page.get_by_test_id("stPopover").first.get_by_role("button").click()
    expect(page.get_by_text("607,394 parameters")).to_be_visible()
    page.get_by_text("Open in the CNN builder").click()
    shown(page, PRESETS["mnist"].text)


def test_too_large_a_network_and_a_bad_link_are_said(app_url: str, page: Page) -> None:
    opened(page, app_url, "flatten-linear_4096-linear_10")
    expect(page.get_by_text("This network has 3,256,330 parameters")).to_be_visible()
    expect(page.get_by_role("button", name="Train this", exact=True)).to_be_disabled()
    page.goto(f"{app_url}/builder?layers=conv_900-relu")
    expect(page.get_by_text("must be a whole number from 1 to 512")).to_be_visible()
    shown(page, LENET)
    page.goto(f"{app_url}/training?model=Your+own+network&built=flatten-linear_9")
    expect(page.get_by_text("it must end in 10. Showing LeNet-5 instead.")).to_be_visible()
