"""The CNN builder in Chromium: mouse, keys and touch, the link, and the way to the lab."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from dl101_core.models.layers import LENET, PRESETS, parse
from dl101_core.models.network import describe
from tests.e2e.conftest import at_rest, sent, sent_nothing

BOXES = """cells => cells.map(cell => {
  const range = document.createRange(); range.selectNodeContents(cell);
  const {left, right, top, bottom} = range.getBoundingClientRect();
  return {left, right, top, bottom, words: cell.textContent};
})"""


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


def test_a_step_after_an_undo_is_a_new_one_and_a_number_out_of_range_is_named(
    app_url: str, page: Page
) -> None:
    opened(page, app_url, "conv_4_k5-relu-maxpool_2-flatten-linear_10")
    more = page.get_by_role("button", name="Filters: more")
    undo, redo = (page.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    for _ in range(2):  # a step right after an undo is a new one, and the old future is gone
        more.click()
        undo.click()
        expect(undo).to_be_disabled()
    expect(redo).to_be_enabled()
    more.click()
    expect(undo).to_be_enabled()
    expect(redo).to_be_disabled()
    kernel = page.get_by_label("Kernel", exact=True)
    expect(kernel).to_have_attribute("title", "1 to 11")
    kernel.fill("")
    kernel.press_sequentially("12")
    expect(page.locator(".range")).to_have_text("Kernel goes from 1 to 11.")
    expect(row(page, 1)).to_contain_text("5 of 5 × 5")  # not 1 × 1 on the way
    kernel.press("Tab")
    expect(kernel).to_have_value("11")
    expect(page.locator(".range")).to_have_text("Kernel goes from 1 to 11: 11 is taken.")
    expect(row(page, 1)).to_contain_text("5 of 11 × 11")
    kernel.fill("7")
    shown(page, "conv_5_k7-relu-maxpool_2-flatten-linear_10")


def test_layers_are_added_changed_and_taken_away_with_the_mouse(app_url: str, page: Page) -> None:
    opened(page, app_url, "conv_5_k7-relu-maxpool_2-flatten-linear_10")
    undo, redo = (page.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    page.get_by_label("same").check()
    shown(page, "conv_5_k7_psame-relu-maxpool_2-flatten-linear_10")
    page.get_by_role("button", name="Batch norm").click()
    shown(page, "conv_5_k7_psame-batchnorm-relu-maxpool_2-flatten-linear_10")
    page.get_by_role("combobox", name="Type").select_option("Dropout")
    shown(page, "conv_5_k7_psame-dropout_25-relu-maxpool_2-flatten-linear_10")
    page.get_by_role("button", name="Remove layer 2").click()
    undo.click()
    redo.click()
    shown(page, "conv_5_k7_psame-relu-maxpool_2-flatten-linear_10")


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
    expect(page.locator(".totals")).to_contain_text("Up to the layer that does not fit: 0 param")
    mend = page.get_by_role("button", name="Move it before Flatten")
    above, below = mend.bounding_box(), page.locator(".builder .list").bounding_box()
    assert above
    assert below
    assert above["y"] + above["height"] < below["y"], "however long the list is"
    mend.press("Enter")
    shown(page, "relu-conv_4_k5-flatten-linear_10")
    page.keyboard.press("Home")  # the focus went from the notice to the chosen row
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    texts = ["relu-conv_4_k5-flatten-linear_10"]
    while texts[-1] != "none":
        page.keyboard.press("Delete")
        texts.append(texts[-1].partition("-")[2] or "none")
        shown(page, texts[-1])
    for text in texts[-2::-1]:
        page.keyboard.press("Control+z")
        shown(page, text)
    for text in texts[1:3]:
        page.keyboard.press("Control+Shift+z")
        shown(page, text)


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


def test_a_finger_builds_on_a_phone(app_url: str, phone: Page) -> None:
    opened(phone, app_url, PRESETS["mnist"].text)
    cells = phone.locator(".builder .item [role=cell]")
    boxes = [box for box in cells.evaluate_all(BOXES) if box["right"] > box["left"]]
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            apart = a["right"] <= b["left"] or b["right"] <= a["left"]
            assert apart or a["bottom"] <= b["top"] + 1 or b["bottom"] <= a["top"] + 1, (a, b)
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
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    shown(phone, "conv_5_k5-flatten-relu-linear_10")
