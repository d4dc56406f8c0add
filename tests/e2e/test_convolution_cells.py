"""Changing cells, channels, stepping and the transposed direction in Chromium."""

from __future__ import annotations

import re
import time
from fractions import Fraction

import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import Locator, Page, expect

from dl101_core import conv, transposed
from dl101_core.conv import ConvConfig
from dl101_core.transposed import TransposedConfig
from tests.e2e.conftest import at_rest, sent, sent_nothing
from tests.e2e.test_convolution import cell, open_picture, outlined


def number(words: str) -> float:
    return float(Fraction(words.replace("−", "-") or "0"))


def numbers(picture: Locator, grid: str) -> torch.Tensor:
    """What stands in a grid; a cell without number counts as 0."""
    texts = picture.locator(f".{grid} [role=gridcell]").all_text_contents()
    values = [number(one) for one in texts]
    return torch.tensor(values).view([round(len(values) ** 0.5)] * 2)


def settled(picture: Locator, output: torch.Tensor) -> None:
    expect(picture).to_have_attribute("data-settled", "true")
    torch.testing.assert_close(numbers(picture, "output"), output, rtol=0, atol=0.00501)


def drag(page: Page, start: Locator, end: Locator) -> None:
    a, b = start.bounding_box(), end.bounding_box()
    assert a
    assert b
    page.mouse.move(a["x"] + 9, a["y"] + 9)
    page.mouse.down()
    page.mouse.move(b["x"] + 9, b["y"] + 9, steps=3)


def test_typed_cells_are_pytorch_s_and_what_is_no_number_is_refused(
    page: Page, app_url: str
) -> None:
    picture = open_picture(page, app_url)
    cell(picture, "input", 0, 3).focus()
    page.keyboard.type("0.5")
    expect(picture.get_by_label("Value of input row 1, column 4")).to_have_value("0.5")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("image_edits=0.5~0030"))
    expect(cell(picture, "input", 0, 3)).to_be_focused()
    config = ConvConfig(image_edits="0.5~0030")
    settled(picture, conv.describe(config).output[0])

    picture.locator("table.kernel td").nth(4).dblclick()
    entry = picture.get_by_label("Value of kernel row 2, column 2")
    entry.fill("a lot")
    entry.press("Enter")
    expect(entry).to_have_attribute("aria-invalid", "true")
    for words in ("0x10", "1e1", "1//2", "1/0", "1/"):  # numbers to JavaScript, not to a learner
        entry.fill(words)
        entry.press("Enter")
        expect(entry).to_have_attribute("aria-invalid", "true")
    entry.fill("−1/4")
    entry.press("Enter")
    expect(page).to_have_url(re.compile("kernel_edits=-0.25~0011"))
    config = ConvConfig(image_edits="0.5~0030", kernel_edits="-0.25~0011")
    settled(picture, conv.describe(config).output[0])


def test_painted_cells_are_pytorch_s_stand_in_the_link_and_can_be_reset(
    page: Page, app_url: str
) -> None:
    frames = sent(page)
    picture = open_picture(page, app_url, "image_edits=0.5~0030&kernel_edits=-0.25~0011")
    picture.get_by_role("button", name="Paint").click()
    picture.get_by_label("Value to paint").fill("0.25")
    before = at_rest(page, frames)
    drag(page, cell(picture, "input", 6, 0), cell(picture, "input", 6, 6))
    expect(cell(picture, "input", 6, 6)).to_have_text("0.25")
    expect(picture).to_have_attribute("data-settled", "false")
    preview = numbers(picture, "output")
    assert sent_nothing(page, frames, before), "a stroke is sent when it ends"
    page.mouse.up()
    expect(page).to_have_url(re.compile("0.25~0606"))
    config = ConvConfig(image_edits="0.5~0030_0.25~0606", kernel_edits="-0.25~0011")
    output = conv.describe(config).output[0]
    settled(picture, output)
    torch.testing.assert_close(preview, output, rtol=0, atol=0.00501)

    link = page.url
    page.goto("about:blank")
    page.goto(link)
    expect(picture).to_be_visible()
    settled(picture, output)
    expect(picture.locator(".input figcaption")).to_have_text("Input 7 × 7, edited")
    picture.get_by_role("button", name="Reset").click()
    expect(page).not_to_have_url(re.compile("edits"))
    settled(picture, conv.describe(ConvConfig()).output[0])


def tap_later(phone: Page, place: Locator) -> None:
    """A tap five seconds after now by its own stamp: for the browser no double tap."""
    box = place.bounding_box()
    assert box
    spot = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    touch = phone.context.new_cdp_session(phone)
    for kind, points in (("touchStart", [spot]), ("touchEnd", [])):
        event = {"type": kind, "touchPoints": points, "timestamp": time.time() + 5}
        touch.send("Input.dispatchTouchEvent", event)


def test_a_finger_paints_and_two_taps_open_a_cell(phone: Page, app_url: str) -> None:
    picture = open_picture(phone, app_url)
    picture.get_by_role("button", name="Paint").tap()
    cell(picture, "input", 1, 0).tap()
    expect(phone).to_have_url(re.compile("image_edits=1~0100"))
    picture.get_by_role("button", name="Paint").tap()
    cell(picture, "input", 2, 2).tap()
    tap_later(phone, cell(picture, "input", 2, 2))
    expect(picture.get_by_label("Value of input row 3, column 3")).to_be_focused()
    phone.keyboard.type("-2")
    phone.keyboard.press("Enter")
    output = conv.describe(ConvConfig(image_edits="1~0100_-2~0220")).output[0]
    expect(cell(picture, "input", 2, 2)).to_have_text("−2")
    settled(picture, output)


def test_a_bad_link_is_named_and_the_pattern_shown(page: Page, app_url: str) -> None:
    picture = open_picture(page, app_url, "image_edits=%3Cb%3Ex&kernel_edits=" + "1~0000_" * 400)
    expect(page.get_by_role("alert").filter(has_text="link asks for image_edits")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="link asks for kernel_edits")).to_be_visible()
    settled(picture, conv.describe(ConvConfig()).output[0])


def test_every_pair_of_channels_can_be_seen_and_their_sums_add_up(page: Page, app_url: str) -> None:
    frames = sent(page)
    picture = open_picture(page, app_url, "in_channels=3&out_channels=2&padding=1")
    result = conv.describe(ConvConfig(padding=1, in_channels=3, out_channels=2))
    expect(picture.locator(".weights")).to_have_text("2·3·3² = 54 weights")
    before = at_rest(page, frames)
    for out in (1, 0):
        picture.get_by_role("button", name=f"Output channel {out + 1}").click()
        for channel in range(3):
            picture.get_by_role("button", name=f"Input channel {channel + 1}").click()
            shown = numbers(picture, "input")[1:-1, 1:-1]
            torch.testing.assert_close(shown, result.image[channel])
            cell(picture, "output", 2, 4).hover()
            expect(picture.locator("table.kernel caption")).to_have_text(
                f"kernel, out {out + 1}, in {channel + 1}"
            )
            kernel = picture.locator("table.kernel td").all_text_contents()
            expected = result.kernel[out, channel].flatten().tolist()
            assert [number(one) for one in kernel] == pytest.approx(expected)
        lines = picture.locator(".sum p").all_inner_texts()
        products = conv.products(result, 2, 4, out).sum((1, 2))
        sums = [number(re.split("[=≈] ", line)[1]) for line in lines]
        expected = [*products.tolist(), result.output[out, 2, 4].item()]
        assert sums == pytest.approx(expected, abs=0.00051)
        torch.testing.assert_close(
            numbers(picture, "output"), result.output[out], rtol=0, atol=0.00501
        )
    assert sent_nothing(page, frames, before)


def test_a_kernel_entry_shows_what_it_touched_and_steps_go_both_ways(
    page: Page, app_url: str
) -> None:
    frames = sent(page)
    picture = open_picture(page, app_url, "stride=2&padding=1")
    before = at_rest(page, frames)
    picture.locator("table.kernel td").nth(0).hover()
    expect(picture.locator(".sum")).to_have_text(
        "Kernel row 1, column 1 (1) touches 16 input cells over the whole slide, "
        "one for each output cell; 7 of them padding."
    )
    touched = picture.locator(".marks .touched").get_attribute("d") or ""
    assert touched.count("M") == 16
    picture.locator("table.kernel td").nth(0).focus()
    page.keyboard.press("ArrowDown")
    expect(picture.locator("table.kernel td").nth(3)).to_be_focused()
    line = picture.locator(".sum")
    for name, place in (
        ("Step forward", "row 1, column 2"),
        ("Step forward", "row 1, column 3"),
        ("Step back", "row 1, column 2"),
    ):
        picture.get_by_role("button", name=name).click()
        expect(line).to_contain_text(f"Output {place}:")
    picture.get_by_label("Speed").select_option("30")
    cell(picture, "output", 0, 1).focus()
    page.keyboard.press(" ")
    expect(line).to_contain_text("Output row 4, column 4:")
    expect(picture.get_by_role("button", name="Play")).to_be_visible()
    assert sent_nothing(page, frames, before)


def test_transposed_stamps_are_those_of_pytorch_and_are_seen_both_ways(
    page: Page, app_url: str
) -> None:
    frames = sent(page)
    query = "mode=Transposed&stride=2&transposed_input=4&transposed_padding=1&kernel=Sharpen"
    picture = open_picture(page, app_url, query)
    config = TransposedConfig(4, 3, 2, 1, kernel="sharpen")
    result = transposed.describe(config)
    expect(picture.locator(".formula .size")).to_have_text(
        "(4 − 1)·2 − 2·1 + 1·(3 − 1) + 0 + 1 = 7"
    )
    torch.testing.assert_close(numbers(picture, "output")[1:-1, 1:-1], result.output[0])
    before = at_rest(page, frames)
    cell(picture, "input", 1, 1).hover()
    line = picture.locator(".sum")
    expect(line).to_contain_text("Input row 2, column 2 (1) stamps 1 × kernel onto 9 output cells")
    expect(line).to_contain_text("rows 2 to 4, columns 2 to 4")
    assert outlined(picture) == 1 + 9
    cell(picture, "input", 0, 0).hover()
    expect(line).to_contain_text("of which the padding cuts off 5: rows 1 and 2, columns 1 and 2.")
    cell(picture, "output", 2, 2).hover()  # row 2, column 2 of the output
    value = result.output[0, 1, 1].item()
    expect(line).to_contain_text("Output row 2, column 2:")
    words = line.inner_text().split(":")[1].replace("−", "-")
    terms = re.findall(r"([\d.]+)×\(?(-?[\d.]+)\)?", words)
    assert len(terms) == 4
    assert sum(float(a) * float(b) for a, b in terms) == value == float(words.split("=")[1])
    picture.locator("table.kernel td").nth(8).hover()
    expect(line).to_have_text(
        "Kernel row 3, column 3 (0) multiplies all 16 input cells "
        "and lands on as many output cells, 7 of them cut off."
    )
    assert sent_nothing(page, frames, before)
    page.goto(f"{app_url}/convolution?mode=Transposed&stride=2&output_padding=2")
    expect(page.get_by_role("alert")).to_contain_text("must be smaller than the stride (2)")
    page.get_by_role("button", name="Set stride to 3").click()
    expected = F.conv_transpose2d(
        torch.tensor([[1.0, 1, 1], [0, 1, 1], [0, 0, 1]])[None, None],
        torch.tensor([[1.0, 0, 1], [0, 1, 0], [1, 0, 1]])[None, None],
        stride=3,
        output_padding=2,
    )
    settled(picture, expected[0, 0])
