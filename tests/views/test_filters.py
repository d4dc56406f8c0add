"""The filters' picture alone: one pixel written out, numbers that are dragged, and a finger."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from dl101_core import pictures
from dl101_core.cnn import filters
from dl101_core.cnn.filters import OWN, FilterConfig
from dl101_core.cnn.filters.edit_view import read_edit
from dl101_core.cnn.filters.maths import doubts
from dl101_core.cnn.filters.view import FIRST_PIXEL, source_data, view_data
from dl101_core.latex import number
from dl101_core.ui.cell_links import Cell, clamp_cell
from tests.browser import to_the_middle
from tests.views.alone import Alone, opened
from tests.views.filter import (
    COMPARE,
    KEEP,
    after,
    before_pixel,
    cell,
    expect_settled,
    middle,
    painted,
)


class Filter:
    """The picture of a filter, and the server that it talks to."""

    def __init__(
        self,
        page: Page,
        config: FilterConfig,
        sample: str = "lighthouse",
        difference: bool = False,
        pixel: Cell = FIRST_PIXEL,
    ) -> None:
        self.picture, self.difference = pictures.sample(sample), difference
        self.seq, self.pixel, self.name = 0, pixel, ""
        opened(page)
        self.source = Alone(page, "cnn/filter_source", isolated=False)
        self.alone = Alone(page, "cnn/filter_view")
        self.show(config)
        expect_settled(page)

    def show(self, config: FilterConfig) -> None:
        self.config = config
        result = filters.apply(config, self.picture)
        source = source_data(result.source)
        if source["name"] != self.name:  # Streamlit calls a part only when its data are new
            self.source.show(source)
            self.name = source["name"]
        pixel: Cell = clamp_cell(self.pixel, result.height, result.width)
        data = view_data(result, "Picture", pixel, self.difference, repr(config))
        self.alone.show(data | {"seq": self.seq})

    def answer(self) -> FilterConfig:
        """Shows the server's answer to the last edit; gives the settings with the edit."""
        name, value = self.alone.sent[-1]
        edit = read_edit(value)
        assert name == "edit"
        assert edit
        assert edit.seq > self.seq
        config, self.seq = self.config, edit.seq
        if edit.bias is not None:
            config = replace(config, bias=edit.bias)
        if edit.text is not None:
            normalise = config.normalise or edit.normalise or config.divisor != 1
            rows = filters.parse_rows(edit.text)
            config = replace(config, kernel=OWN, own_rows=rows, normalise=normalise)
        self.show(config)
        return config


def point(page: Page, row: int, column: int, height: int, width: int) -> None:
    box = after(page).bounding_box()
    assert box is not None
    page.mouse.move(
        box["x"] + box["width"] * (column + 0.5) / width,
        box["y"] + box["height"] * (row + 0.5) / height,
    )


def test_the_browser_holds_exactly_the_pixels_that_pytorch_used(page: Page) -> None:
    Filter(page, FilterConfig(), "bricks")
    for x, y in ((0, 0), (255, 255), (17, 100)):
        assert before_pixel(page, x, y) == pictures.sample("bricks")[y, x].tolist()


def test_pixels_beyond_the_border_are_the_ones_that_pytorch_pads(page: Page) -> None:
    shown = None
    for mode in filters.PADDING_MODES:
        config = FilterConfig(kernel="emboss", padding=8, padding_mode=mode, dilation=3, grey=True)
        if shown:
            before = painted(page)
            shown.show(config)
            expect(after(page)).not_to_have_attribute("data-painted", before)
        shown = shown or Filter(page, config)
        values = filters.apply(config, pictures.sample("lighthouse")).values
        height, width, _ = values.shape
        total = page.locator(".sum")
        for row, column in ((0, 0), (3, width - 1), (height - 1, 5), (height - 1, width - 1)):
            point(page, row, column, height, width)
            expect(total).to_contain_text(f"Row {row + 1}, column {column + 1}:")
            assert float(total.get_attribute("data-value") or "nan") == values[row, column, 0]


def test_hovering_and_keys_write_out_the_pixel_as_pytorch_computed_it(page: Page) -> None:
    config = FilterConfig(kernel="gaussian", bias=-12.5, padding_mode="reflect", stride=2)
    shown = Filter(page, config)
    values = filters.apply(config, pictures.sample("lighthouse")).values
    total = page.locator(".sum")
    box = after(page).bounding_box()
    assert box is not None
    for share_x, share_y in ((0.001, 0.001), (0.5, 0.3), (0.999, 0.999), (0.68, 0.6)):
        page.mouse.move(box["x"] + box["width"] * share_x, box["y"] + box["height"] * share_y)
        row, column = int(128 * share_y), int(128 * share_x)
        expect(total).to_contain_text(f"Row {row + 1}, column {column + 1}, red")
        assert float(total.get_attribute("data-value") or "nan") == values[row, column, 0]
    after(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    expect(total).to_contain_text("Row 67, column 89, red")
    page.keyboard.press("Enter")
    assert shown.alone.sent == [("pixel", "66,88")]
    page.mouse.move(1, 1)
    Filter(page, config, pixel=(66, 88))
    expect(total).to_contain_text("Row 67, column 89, red")


def test_the_picture_before_chooses_the_pixel_whose_window_has_its_middle_there(page: Page) -> None:
    source = page.locator("[data-picture=before] canvas")
    total = page.locator(".sum")
    for config, x, y, place in (
        (FilterConfig(stride=2, dilation=3), 100, 50, (25, 50)),
        (FilterConfig(padding=8), 100, 50, (57, 107)),
        (FilterConfig(kernel="curve", padding=0), 100, 50, (47, 97)),
        (FilterConfig(kernel="curve", padding=0), 254, 1, (0, 249)),
    ):
        shown = Filter(page, config)
        expect(page.locator("[data-picture=before] figcaption")).to_contain_text("256 × 256")
        box = source.bounding_box()
        assert box is not None
        share = box["width"] / 256
        spot = (box["x"] + share * (x + 0.5) + 0.4, box["y"] + share * (y + 0.5) + 0.4)
        page.mouse.move(*spot)
        expect(total).to_contain_text(f"Row {place[0] + 1}, column {place[1] + 1}, red")
        page.mouse.move(1, 1)
        expect(total).not_to_contain_text(f"Row {place[0] + 1}, column {place[1] + 1}, red")
    page.mouse.click(*spot)
    assert shown.alone.sent == [("pixel", "0,249")]


def test_a_sum_is_written_with_the_digits_that_float32_holds(page: Page) -> None:
    rows = ((-1.0, -1.0, -1.0), (-1.0, 8.6, -1.0), (-1.0, -1.0, -1.0))
    config = FilterConfig(kernel=OWN, own_rows=rows, bias=0.3, grey=True)
    Filter(page, config)
    result = filters.apply(config, pictures.sample("lighthouse"))
    for row, column in ((0, 0), (40, 100), (90, 130), (200, 60), (255, 255)):
        point(page, row, column, 256, 256)
        pixel = filters.pixel(result, row, column)
        doubt, end = doubts(pixel, result.config)
        words = f"sum of products {number(pixel.total, doubt)} + 0.3 = {number(pixel.value, end)}"
        words = f"Row {row + 1}, column {column + 1}: {words}".replace("-", "\u2212")
        expect(page.locator(".sum")).to_have_text(words)


TENTHS = filters.parse_rows("0.1,0.2,-0.3;1.1,2.2,-3.3;0.7,0.9,0.123")


@pytest.mark.parametrize(
    ("config", "difference"),
    [
        (FilterConfig(padding_mode="reflect", bias=-12.5, padding=8, view="absolute"), False),
        (
            FilterConfig(
                kernel=OWN,
                own_rows=TENTHS,
                normalise=True,
                view="stretched",
                grey=True,
                padding_mode="circular",
                dilation=3,
                stride=2,
            ),
            False,
        ),
        (FilterConfig(kernel="curve", view="signed", padding_mode="replicate", padding=0), True),
    ],
)
def test_dragging_shows_the_result_at_once_and_sends_only_when_it_ends(
    page: Page, config: FilterConfig, difference: bool
) -> None:
    shown = Filter(page, config, difference=difference and config.padding == "same")
    field = cell(page, 2, 2)
    before = float(field.input_value())
    x, y = middle(field)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x + 4 * step, y - step)  # 40 pixels right and up
    expect(page.locator(".view[data-settled]")).to_have_attribute("data-settled", "false")
    step = 1 if config.kernel == "curve" else 0.1
    expect(field).to_have_value(f"{before + 13 * step:g}")
    assert shown.alone.sent == []
    after(page).evaluate(KEEP)
    told = page.locator(".finding").inner_text()
    page.mouse.up()
    assert len(shown.alone.sent) == 1
    config = shown.answer()
    expect_settled(page)
    assert after(page).evaluate(COMPARE) <= 1
    assert page.locator(".finding").inner_text() == told
    assert config.kernel == OWN
    assert config.own_rows[1][1] == round(before + 13 * step, 3)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (FilterConfig(kernel="gaussian"), "adds up to 1: flat areas keep their brightness."),
        (FilterConfig(kernel="edge"), "adds up to 0: flat areas turn to 0"),
        (FilterConfig(kernel="curve"), "adds up to 180: flat areas become brighter."),
        (
            FilterConfig(kernel=OWN, own_rows=((0, 0, 0), (0, -1, 0), (0, 0, 0)), bias=255),
            "adds up to −1: flat areas become negative, before the bias.",
        ),
    ],
)
def test_what_a_kernel_does_to_a_flat_area_is_told(
    page: Page, config: FilterConfig, words: str
) -> None:
    Filter(page, config)
    expect(page.locator(".finding")).to_contain_text(f"The kernel {words}")


def test_products_are_written_only_on_demand(page: Page) -> None:
    Filter(page, FilterConfig(kernel="curve"))
    expect(page.locator(".tables table")).to_have_count(0)
    page.get_by_text("Every product of this pixel").click()
    expect(page.locator(".tables table")).to_have_count(3)
    expect(page.locator(".tables td")).to_have_count(3 * 49)


def test_a_field_that_is_left_shows_the_number_in_force(page: Page) -> None:
    shown = Filter(page, FilterConfig(kernel="sharpen", bias=2))
    page.get_by_text("Every product of this pixel").click()
    used = page.locator(".tables .kernel td").nth(4)
    hint = page.locator(".hint")
    field = cell(page, 2, 2)
    field.click()
    page.keyboard.type("99999", delay=20)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(hint).to_contain_text("From −1000 to 1000")
    expect(used).to_have_text("5")  # not 999, the part of it that would fit
    expect_settled(page)
    expect(field).to_have_value("99999")  # typed text stays in the field
    page.keyboard.press("Tab")
    expect(field).to_have_value("5")
    expect(field).to_have_attribute("aria-invalid", "false")
    expect(hint).to_have_text("Drag a number")
    field.click()
    page.keyboard.type("7")
    assert shown.answer().own_rows[1][1] == 7
    page.keyboard.press("Backspace")
    page.keyboard.type("abc")
    expect(used).to_have_text("5")
    assert shown.answer().own_rows[1][1] == 5
    page.keyboard.press("Tab")
    expect(field).to_have_value("5")
    field.click()
    page.keyboard.type("0.12345")
    page.keyboard.press("Tab")
    expect(field).to_have_value("0.123")
    assert shown.answer().own_rows[1][1] == 0.123
    expect_settled(page)
    expect(field).to_have_value("0.123")
    bias = page.get_by_label("Bias, draggable")
    bias.click()
    page.keyboard.type("5000")
    expect(bias).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Tab")
    expect(bias).to_have_value("2")
    expect(page.locator(".sum")).to_contain_text(" + 2 = ")


def test_a_finger_drags_a_number_without_scrolling_the_page(phone: Page) -> None:
    shown = Filter(phone, FilterConfig(kernel="sharpen"))
    phone.add_style_tag(content="body { padding: 100vh 0 }")
    field = cell(phone, 2, 2)
    to_the_middle(field)
    top = "document.scrollingElement.scrollTop"
    scrolled = phone.evaluate(top)
    assert scrolled > 0
    x, y = middle(field)
    touch = phone.context.new_cdp_session(phone)
    for kind, up in (("touchStart", 0), *(("touchMove", 5 * n) for n in range(1, 7))):
        point = {"x": x, "y": y - up}
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(field).to_have_value("6")
    assert phone.evaluate(top) == scrolled
    assert shown.answer().own_rows[1] == (-1, 6, -1)
    expect_settled(phone)


def test_an_own_kernel_shows_exactly_that_filter(page: Page) -> None:
    ones = filters.parse_rows("1,1,1;1,1,1;1,1,1")
    Filter(page, FilterConfig(kernel=OWN, own_rows=ones, normalise=True), "cat")
    expect(page.get_by_label("Row 1, column 1", exact=True)).to_have_value("1")
    result = filters.apply(FilterConfig(kernel="box"), pictures.sample("cat"))
    expect(page.locator(".finding")).to_contain_text(
        f"Values {result.low:.2f} to {result.high:.2f}"
    )
    shown: list[int] = after(page).evaluate(
        "c => Array.from(c.getContext('2d').getImageData(120, 90, 1, 1).data)"
    )
    expected = np.clip(result.values[90, 120] + 0.5, 0, 255).astype(int).tolist()
    assert shown[:3] == expected
