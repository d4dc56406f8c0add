"""The CNN builder in Chromium: mouse, keys and touch, the link, and the way to the lab."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from dl101_core.models.layers import LENET, PRESETS, parse
from dl101_core.models.network import describe
from tests.browser.conftest import sent


def opened(page: Page, app_url: str, layers: str = "") -> Locator:
    page.goto(f"{app_url}/builder{f'?layers={layers}' if layers else ''}")
    return shown(page, layers or LENET)


def shown(page: Page, layers: str) -> Locator:
    """The builder, once the server's numbers of ``layers`` are there."""
    builder = page.locator(".builder")
    expect(builder).to_have_attribute("data-shown", layers)
    return builder


def row(page: Page, number: int) -> Locator:
    return page.locator(".builder .item").nth(number - 1)


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


def test_edit_add_remove_undo_and_drag_with_the_mouse(app_url: str, page: Page) -> None:
    messages = sent(page)
    opened(page, app_url, "conv_4_k5-relu-maxpool_2-flatten-linear_10")
    entries = page.evaluate("history.length")
    page.get_by_role("button", name="Filters: more").click()
    page.get_by_label("Kernel", exact=True).fill("7")
    shown(page, "conv_5_k7-relu-maxpool_2-flatten-linear_10")
    page.get_by_label("same").check()
    builder = shown(page, "conv_5_k7_psame-relu-maxpool_2-flatten-linear_10")
    page.get_by_role("button", name="Batch norm").click()
    shown(page, "conv_5_k7_psame-batchnorm-relu-maxpool_2-flatten-linear_10")
    page.get_by_role("combobox", name="Type").select_option("Dropout")
    shown(page, "conv_5_k7_psame-dropout_25-relu-maxpool_2-flatten-linear_10")
    page.get_by_role("button", name="Remove layer 2").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Redo").click()
    shown(page, "conv_5_k7_psame-relu-maxpool_2-flatten-linear_10")
    page.wait_for_timeout(1500)  # formulas and code have followed

    before = len(messages)
    drag(page, row(page, 2).get_by_label("Drag to move"), row(page, 3))
    expect(row(page, 3)).to_contain_text("ReLU")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(row(page, 2)).to_contain_text("ReLU")
    builder.locator("svg .part").nth(3).hover()
    builder.locator("svg .part").nth(1).click()
    assert len(messages) == before, "dragging, hovering and choosing never call the server"
    drag(page, row(page, 2).get_by_label("Drag to move"), row(page, 3))
    page.mouse.up()
    shown(page, "conv_5_k7_psame-maxpool_2-relu-flatten-linear_10")
    expect(page).to_have_url(re.compile(r"layers=conv_5_k7_psame-maxpool_2-relu-flatten"))
    assert page.evaluate("history.length") == entries, "Back leaves the page"


def test_the_keyboard_alone_builds_and_what_does_not_fit_says_why_and_is_mended(
    app_url: str, page: Page
) -> None:
    opened(page, app_url, "conv_4_k5-relu-flatten-linear_10")
    row(page, 1).get_by_role("button", name="Convolution").focus()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    shown(page, "relu-flatten-conv_4_k5-linear_10")
    expect(row(page, 3).get_by_role("button", name="Convolution")).to_be_focused()
    expect(row(page, 3)).to_contain_text("does not fit")
    expect(row(page, 4)).to_contain_text("not reached")
    expect(page.get_by_text("slides over maps of channels × rows × columns")).to_be_visible()
    expect(page.get_by_role("button", name="Train this", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Move it before Flatten").press("Enter")
    shown(page, "relu-conv_4_k5-flatten-linear_10")
    row(page, 1).get_by_role("button", name="ReLU").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Delete")
    shown(page, "conv_4_k5-flatten-linear_10")
    page.keyboard.press("Control+z")
    shown(page, "relu-conv_4_k5-flatten-linear_10")


def test_train_this_opens_the_lab_and_the_lab_leads_back(app_url: str, page: Page) -> None:
    opened(page, app_url)
    page.get_by_role("combobox", name="Start from").select_option(PRESETS["mnist"].title)
    shown(page, PRESETS["mnist"].text)
    page.get_by_role("tab", name="The code").click()
    expect(page.get_by_text("nn.Linear(4732, 128)")).to_be_visible()
    page.get_by_role("button", name="Train this", exact=True).click()
    expect(page.locator("h1")).to_have_text("Training lab")
    expect(page).to_have_url(
        re.compile(rf"training\?model=Your\+own\+network&layers={PRESETS['mnist'].text}")
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
    page.goto(f"{app_url}/training?model=Your+own+network&layers=flatten-linear_9")
    expect(page.get_by_text("it must end in 10. Showing LeNet-5 instead.")).to_be_visible()


def test_a_finger_builds_on_a_phone(app_url: str, phone: Page) -> None:
    opened(phone, app_url, "conv_4_k5-relu-flatten-linear_10")
    phone.get_by_role("button", name="Filters: more").tap()
    builder = shown(phone, "conv_5_k5-relu-flatten-linear_10")
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    handle = builder.get_by_label("Drag to move").nth(1)
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box
    touch = phone.context.new_cdp_session(phone)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch.send(
        "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
    )
    for step in range(1, 13):
        point = {"x": x, "y": y + 6 * step}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        phone.wait_for_timeout(20)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    shown(phone, "conv_5_k5-flatten-relu-linear_10")
