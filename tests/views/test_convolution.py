"""The convolution's picture alone: mouse, keys, touch, and nothing sent while pointing."""

from __future__ import annotations

import re

import torch
import torch.nn.functional as F
from playwright.sync_api import Locator, Page, expect

from dl101_core.cnn.convolution.compute import ConvConfig
from dl101_core.cnn.patterns import PICTURES
from tests.views.conv import cell, open_alone, outlined

X = torch.tensor([[1.0, 0, 1], [0, 1, 0], [1, 0, 1]])


def expected(size: int, **options: int) -> torch.Tensor:
    return F.conv2d(PICTURES["notes"][1](size)[None, None], X[None, None], **options)[0, 0]


def shows_sum(picture: Locator, row: int, column: int, value: float) -> None:
    """The line names the cell, and its written products add up to PyTorch's value."""
    line = picture.locator(".sum")
    expect(line).to_contain_text(f"Output row {row + 1}, column {column + 1}:")
    words = line.inner_text().split(":")[1].replace("−", "-")
    terms, total = words.split("=")
    factors = re.findall(r"([\d.]+)×\(?(-?[\d.]+)\)?", terms)
    assert len(factors) == 9
    assert sum(float(a) * float(b) for a, b in factors) == value == float(total)


def test_pointing_at_an_output_cell_writes_its_products_and_the_sum_of_pytorch(page: Page) -> None:
    _, picture = open_alone(page)
    output = expected(7)
    for row, column in ((0, 0), (1, 1), (3, 4)):
        cell(picture, "output", row, column).hover()
        shows_sum(picture, row, column, output[row, column].item())
        expect(cell(picture, "output", row, column)).to_have_text(f"{output[row, column]:g}")
    assert outlined(picture) == 9 + 1


def test_pointing_at_an_input_cell_outlines_every_output_that_it_reaches(page: Page) -> None:
    _, picture = open_alone(page)
    cell(picture, "input", 3, 3).hover()
    expect(picture.locator(".sum")).to_have_text(
        "Input row 4, column 4 (1) reaches 9 output cells of 25, "
        "with weight 1: (2, 2) (2, 4) (3, 3) (4, 2) (4, 4); "
        "with weight 0: (2, 3) (3, 2) (3, 4) (4, 3)."
    )
    assert outlined(picture) == 1 + 9
    weights = [cell(picture, "output", r, c).inner_text() for r in range(1, 4) for c in range(1, 4)]
    assert weights == ["×1", "×0", "×1", "×0", "×1", "×0", "×1", "×0", "×1"]


def test_arrow_keys_home_and_end_move_the_window_and_the_status_says_so(page: Page) -> None:
    _, picture = open_alone(page)
    output = expected(7)
    cell(picture, "output", 0, 0).focus()
    for key, row, column in (
        ("ArrowRight", 0, 1),
        ("ArrowDown", 1, 1),
        ("End", 1, 4),
        ("ArrowRight", 1, 4),
        ("Home", 1, 0),
        ("Control+End", 4, 4),
    ):
        page.keyboard.press(key)
        expect(cell(picture, "output", row, column)).to_be_focused()
        shows_sum(picture, row, column, output[row, column].item())
    expect(picture.get_by_role("status")).to_contain_text("Output row 5, column 5:")


def test_the_window_slides_by_itself_to_the_last_cell(page: Page) -> None:
    _, picture = open_alone(page, ConvConfig(input_size=5))
    picture.get_by_role("button", name="Play").click()
    expect(picture.get_by_role("button", name="Pause")).to_be_visible()
    shows_sum(picture, 2, 2, expected(5)[2, 2].item())
    expect(picture.get_by_role("button", name="Play")).to_be_visible()


def test_a_tap_chooses_a_cell_on_a_phone(phone: Page) -> None:
    _, picture = open_alone(phone, ConvConfig(padding=1))
    cell(picture, "output", 2, 3).scroll_into_view_if_needed()
    cell(picture, "output", 2, 3).tap()
    shows_sum(picture, 2, 3, expected(7, padding=1)[2, 3].item())
    cell(picture, "input", 1, 1).tap()
    expect(picture.locator(".sum")).to_have_text(
        "Input row 1, column 1 (1) reaches 4 output cells of 49, "
        "with weight 1: (1, 1) (2, 2); with weight 0: (1, 2) (2, 1)."
    )
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_pointing_and_keys_send_nothing(page: Page) -> None:
    alone, picture = open_alone(page, ConvConfig(input_size=12))
    for index in range(0, 100, 7):
        cell(picture, "output", index // 10, index % 10).hover()
        cell(picture, "input", index // 10, index % 10).hover()
    page.keyboard.press("ArrowRight")
    picture.get_by_role("button", name="Play").click()
    assert alone.sent == []


def test_discarded_columns_are_hatched_and_named(page: Page) -> None:
    _, picture = open_alone(page, ConvConfig(input_size=8, stride=2))
    expect(picture.locator(".note")).to_have_text(
        "Discarded at the right and bottom: column and row 8, where no whole window fits."
    )
    expect(picture.locator(".input .missed")).to_have_count(15)


def test_the_padding_ring_is_marked_and_counts_as_zero(page: Page) -> None:
    _, picture = open_alone(page, ConvConfig(input_size=5, padding=2))
    expect(picture.locator(".input .pad")).to_have_count(9 * 9 - 5 * 5)
    cell(picture, "input", 0, 0).hover()
    expect(picture.locator(".sum")).to_have_text(
        "This padding cell (0) reaches 1 output cell of 49, with weight 1: (1, 1)."
    )


def test_a_large_kernel_writes_row_sums_that_add_up(page: Page) -> None:
    _, picture = open_alone(page, ConvConfig(input_size=12, kernel_size=7))
    cell(picture, "output", 2, 3).hover()
    totals = picture.locator(".products .total").all_inner_texts()
    assert len(totals) == 7
    value = picture.locator(".sum b").last.inner_text()
    kernel = torch.maximum(torch.eye(7), torch.eye(7).flip(1))
    output = F.conv2d(PICTURES["notes"][1](12)[None, None], kernel[None, None])[0, 0]
    assert sum(map(float, totals)) == float(value) == output[2, 3].item()
