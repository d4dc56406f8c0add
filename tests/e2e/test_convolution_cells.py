"""Changing cells, channels, stepping and the transposed direction in Chromium."""

from __future__ import annotations

import re

import torch
import torch.nn.functional as F
from playwright.sync_api import Page, expect

from dl101_core.cnn.convolution import compute as conv
from dl101_core.cnn.convolution.compute import ConvConfig
from tests.e2e.conftest import at_rest, sent, sent_nothing
from tests.e2e.test_convolution import open_picture
from tests.views.conv import cell, drag, numbers, settled


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


def test_a_bad_link_is_named_and_the_pattern_shown(page: Page, app_url: str) -> None:
    picture = open_picture(page, app_url, "image_edits=%3Cb%3Ex&kernel_edits=" + "1~0000_" * 400)
    expect(page.get_by_role("alert").filter(has_text="link asks for image_edits")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="link asks for kernel_edits")).to_be_visible()
    settled(picture, conv.describe(ConvConfig()).output[0])


def test_an_impossible_transposed_convolution_is_mended(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/convolution?mode=Transposed&stride=2&output_padding=2")
    expect(page.get_by_role("alert")).to_contain_text("must be smaller than the stride (2)")
    page.get_by_role("button", name="Set stride to 3").click()
    expected = F.conv_transpose2d(
        torch.tensor([[1.0, 1, 1], [0, 1, 1], [0, 0, 1]])[None, None],
        torch.tensor([[1.0, 0, 1], [0, 1, 0], [1, 0, 1]])[None, None],
        stride=3,
        output_padding=2,
    )
    settled(page.locator(".conv[data-shown]"), expected[0, 0])
