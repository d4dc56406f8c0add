"""The convolution's picture alone: changing cells, channels, steps, the transposed direction."""

from __future__ import annotations

import re
import time

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from dl101_core.cnn.convolution import compute as conv
from dl101_core.cnn.convolution import transposed
from dl101_core.cnn.convolution.compute import ConvConfig
from dl101_core.cnn.convolution.transposed import TransposedConfig
from tests.views.conv import answer, cell, drag, number, numbers, open_alone, outlined, settled


def test_typed_cells_are_pytorch_s_and_what_is_no_number_is_refused(page: Page) -> None:
    alone, picture = open_alone(page)
    cell(picture, "input", 0, 3).focus()
    page.keyboard.type("0.5")
    expect(picture.get_by_label("Value of input row 1, column 4")).to_have_value("0.5")
    page.keyboard.press("Enter")
    config = answer(alone, ConvConfig())
    assert config == ConvConfig(image_edits="0.5~0030")
    expect(cell(picture, "input", 0, 3)).to_be_focused()
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
    assert len(alone.sent) == 1
    entry.fill("−1/4")
    entry.press("Enter")
    config = answer(alone, config)
    assert config == ConvConfig(image_edits="0.5~0030", kernel_edits="-0.25~0011")
    settled(picture, conv.describe(config).output[0])


def test_a_stroke_is_seen_at_once_and_sent_when_it_ends(page: Page) -> None:
    linked = ConvConfig(image_edits="0.5~0030", kernel_edits="-0.25~0011")
    alone, picture = open_alone(page, linked)
    picture.get_by_role("button", name="Paint").click()
    picture.get_by_label("Value to paint").fill("0.25")
    drag(page, cell(picture, "input", 6, 0), cell(picture, "input", 6, 6))
    expect(cell(picture, "input", 6, 6)).to_have_text("0.25")
    expect(picture).to_have_attribute("data-settled", "false")
    preview = numbers(picture, "output")
    assert alone.sent == []
    page.mouse.up()
    config = answer(alone, linked)
    assert "0.25~0606" in config.image_edits
    output = conv.describe(config).output[0]
    settled(picture, output)
    torch.testing.assert_close(preview, output, rtol=0, atol=0.00501)
    expect(picture.locator(".input figcaption")).to_have_text("Input 7 × 7, edited")
    picture.get_by_role("button", name="Reset").click()
    assert answer(alone, config) == ConvConfig()
    settled(picture, conv.describe(ConvConfig()).output[0])


def tap_later(phone: Page, place: Locator) -> None:
    """A tap with a time stamp five seconds from now, which the browser takes for no double tap."""
    box = place.bounding_box()
    assert box
    spot = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    touch = phone.context.new_cdp_session(phone)
    for kind, points in (("touchStart", [spot]), ("touchEnd", [])):
        event = {"type": kind, "touchPoints": points, "timestamp": time.time() + 5}
        touch.send("Input.dispatchTouchEvent", event)


def test_a_finger_paints_and_two_taps_open_a_cell(phone: Page) -> None:
    alone, picture = open_alone(phone)
    picture.get_by_role("button", name="Paint").tap()
    cell(picture, "input", 1, 0).tap()
    config = answer(alone, ConvConfig())
    assert config == ConvConfig(image_edits="1~0100")
    picture.get_by_role("button", name="Paint").tap()
    cell(picture, "input", 2, 2).tap()
    tap_later(phone, cell(picture, "input", 2, 2))
    expect(picture.get_by_label("Value of input row 3, column 3")).to_be_focused()
    phone.keyboard.type("-2")
    phone.keyboard.press("Enter")
    config = answer(alone, config)
    assert config == ConvConfig(image_edits="1~0100_-2~0220")
    expect(cell(picture, "input", 2, 2)).to_have_text("−2")
    settled(picture, conv.describe(config).output[0])


def test_every_pair_of_channels_can_be_seen_and_their_sums_add_up(page: Page) -> None:
    config = ConvConfig(padding=1, in_channels=3, out_channels=2)
    alone, picture = open_alone(page, config)
    result = conv.describe(config)
    expect(picture.locator(".weights")).to_have_text("2·3·3² = 54 weights")
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
    assert alone.sent == []


def test_a_kernel_entry_shows_what_it_touched_and_steps_go_both_ways(page: Page) -> None:
    alone, picture = open_alone(page, ConvConfig(stride=2, padding=1))
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
    assert alone.sent == []


def test_transposed_stamps_are_those_of_pytorch_and_are_seen_both_ways(page: Page) -> None:
    config = TransposedConfig(input_size=4, kernel_size=3, stride=2, padding=1, kernel="sharpen")
    alone, picture = open_alone(page, config)
    result = transposed.describe(config)
    expect(picture.locator(".formula .size")).to_have_text(
        "(4 − 1)·2 − 2·1 + 1·(3 − 1) + 0 + 1 = 7"
    )
    torch.testing.assert_close(numbers(picture, "output")[1:-1, 1:-1], result.output[0])
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
    assert alone.sent == []
