"""The CNN builder alone: mouse, keys and touch, answered with PyTorch's numbers."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from dl101_core.cnn.builder.layers import view_data
from dl101_core.cnn.builder.view import LINK_KEY, read_message, refusal
from dl101_core.models.layers import PRESETS, parse
from dl101_core.models.network import describe
from tests.patience import looks_for
from tests.views.alone import Alone, opened
from tests.views.building import row, shown

BOXES = """cells => cells.map(cell => {
  const range = document.createRange(); range.selectNodeContents(cell);
  const {left, right, top, bottom} = range.getBoundingClientRect();
  return {left, right, top, bottom, words: cell.textContent};
})"""


class Builder:
    """The builder, and the server that it talks to."""

    def __init__(self, page: Page, layers: str) -> None:
        opened(page)
        page.add_style_tag(content="main { max-width: 1120px }")  # a page's whole width
        self.page, self.answered = page, 0
        self.alone = Alone(page, "cnn/builder")
        self.alone.show(self.data(0, layers))
        shown(page, layers)

    def data(self, seq: int, layers: str) -> dict[str, object]:
        network = describe(parse(layers))
        return view_data(network, seq, refusal(network), LINK_KEY)

    def sends(self, layers: str) -> None:
        """Answers as the server does until ``layers`` has been sent, and is shown."""
        for _ in looks_for(vain=f"{layers} is not sent"):
            if self.answer() == layers and self.answered == len(self.alone.so_far):
                break  # otherwise that was an answer to an older edit
        shown(self.page, layers)

    def answer(self) -> str:
        """Shows the server's answer to the next edit; gives its layers, if there is one."""
        new = self.alone.so_far[self.answered :]
        if not new:
            return ""
        self.answered += 1
        name, value = new[0]
        message = read_message(value)
        assert name == "edit"
        assert message
        self.alone.show(self.data(*message))
        return message[1]


def test_a_step_after_an_undo_is_a_new_one_and_a_number_out_of_range_is_named(page: Page) -> None:
    builder = Builder(page, "conv_4_k5-relu-maxpool_2-flatten-linear_10")
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
    builder.sends("conv_5_k7-relu-maxpool_2-flatten-linear_10")


def test_layers_are_added_changed_and_taken_away_with_the_mouse(page: Page) -> None:
    builder = Builder(page, "conv_5_k7-relu-maxpool_2-flatten-linear_10")
    undo, redo = (page.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    page.get_by_label("same").check()
    builder.sends("conv_5_k7_psame-relu-maxpool_2-flatten-linear_10")
    page.get_by_role("button", name="Batch norm").click()
    builder.sends("conv_5_k7_psame-batchnorm-relu-maxpool_2-flatten-linear_10")
    page.get_by_role("combobox", name="Type").select_option("Dropout")
    builder.sends("conv_5_k7_psame-dropout_25-relu-maxpool_2-flatten-linear_10")
    page.get_by_role("button", name="Remove layer 2").click()
    undo.click()
    redo.click()
    builder.sends("conv_5_k7_psame-relu-maxpool_2-flatten-linear_10")


def test_the_keyboard_alone_builds_and_what_does_not_fit_says_why_and_is_mended(page: Page) -> None:
    builder = Builder(page, "conv_4_k5-relu-flatten-linear_10")
    row(page, 1).get_by_role("button", name="Convolution").focus()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    builder.sends("relu-flatten-conv_4_k5-linear_10")
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
    builder.sends("relu-conv_4_k5-flatten-linear_10")
    page.keyboard.press("Home")  # the focus went from the notice to the chosen row
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    texts = ["relu-conv_4_k5-flatten-linear_10"]
    while texts[-1] != "none":
        page.keyboard.press("Delete")
        texts.append(texts[-1].partition("-")[2] or "none")
        builder.sends(texts[-1])
    for text in texts[-2::-1]:
        page.keyboard.press("Control+z")
        builder.sends(text)
    for text in texts[1:3]:
        page.keyboard.press("Control+Shift+z")
        builder.sends(text)


def test_a_finger_builds_on_a_phone(phone: Page) -> None:
    builder = Builder(phone, PRESETS["mnist"].text)
    cells = phone.locator(".builder .item [role=cell]")
    boxes = [box for box in cells.evaluate_all(BOXES) if box["right"] > box["left"]]
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            apart = a["right"] <= b["left"] or b["right"] <= a["left"]
            assert apart or a["bottom"] <= b["top"] + 1 or b["bottom"] <= a["top"] + 1, (a, b)
    builder = Builder(phone, "conv_4_k5-relu-flatten-linear_10")
    phone.get_by_role("button", name="Filters: more").tap()
    builder.sends("conv_5_k5-relu-flatten-linear_10")
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    handle = phone.get_by_label("Drag to move").nth(1)
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
    builder.sends("conv_5_k5-flatten-relu-linear_10")
