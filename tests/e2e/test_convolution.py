"""The convolution picture in Chromium: mouse, keys, touch, and nothing sent while pointing."""

from __future__ import annotations

import re

import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import Locator, Page, expect

from dl101_core.patterns import PICTURES
from tests.e2e.conftest import PHONE, at_rest, sent, sent_nothing

X = torch.tensor([[1.0, 0, 1], [0, 1, 0], [1, 0, 1]])


def open_picture(page: Page, app_url: str, query: str = "") -> Locator:
    page.goto(f"{app_url}/convolution?{query}")
    picture = page.locator(".conv[data-shown]")
    expect(picture).to_be_visible(timeout=60_000)
    return picture


def cell(picture: Locator, grid: str, row: int, column: int) -> Locator:
    line = picture.locator(f".{grid} [role=row]").nth(row)
    return line.locator("[role=gridcell]").nth(column)


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


def outlined(picture: Locator) -> int:
    paths = (picture.locator(f".marks .{name}").get_attribute("d") for name in ("ring", "pick"))
    return sum((path or "").count("M") for path in paths)


def test_pointing_at_an_output_cell_writes_its_products_and_the_sum_of_pytorch(
    page: Page, app_url: str
) -> None:
    picture = open_picture(page, app_url)
    output = expected(7)
    for row, column in ((0, 0), (1, 1), (3, 4)):
        cell(picture, "output", row, column).hover()
        shows_sum(picture, row, column, output[row, column].item())
        expect(cell(picture, "output", row, column)).to_have_text(f"{output[row, column]:g}")
    assert outlined(picture) == 9 + 1


def test_pointing_at_an_input_cell_outlines_every_output_that_it_reaches(
    page: Page, app_url: str
) -> None:
    picture = open_picture(page, app_url)
    cell(picture, "input", 3, 3).hover()
    expect(picture.locator(".sum")).to_have_text(
        "Input row 4, column 4 (1) reaches 9 output cells of 25, "
        "with weight 1: (2, 2) (2, 4) (3, 3) (4, 2) (4, 4); "
        "with weight 0: (2, 3) (3, 2) (3, 4) (4, 3)."
    )
    assert outlined(picture) == 1 + 9
    weights = [cell(picture, "output", r, c).inner_text() for r in range(1, 4) for c in range(1, 4)]
    assert weights == ["×1", "×0", "×1", "×0", "×1", "×0", "×1", "×0", "×1"]


def test_arrow_keys_home_and_end_move_the_window_and_the_status_says_so(
    page: Page, app_url: str
) -> None:
    picture = open_picture(page, app_url)
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


def test_the_window_slides_by_itself_to_the_last_cell(page: Page, app_url: str) -> None:
    picture = open_picture(page, app_url, "input_size=5")
    picture.get_by_role("button", name="Play").click()
    expect(picture.get_by_role("button", name="Pause")).to_be_visible()
    shows_sum(picture, 2, 2, expected(5)[2, 2].item())
    expect(picture.get_by_role("button", name="Play")).to_be_visible()


def test_a_tap_chooses_a_cell_on_a_phone(phone: Page, app_url: str) -> None:
    picture = open_picture(phone, app_url, "padding=1")
    cell(picture, "output", 2, 3).scroll_into_view_if_needed()
    cell(picture, "output", 2, 3).tap()
    shows_sum(picture, 2, 3, expected(7, padding=1)[2, 3].item())
    cell(picture, "input", 1, 1).tap()
    expect(picture.locator(".sum")).to_have_text(
        "Input row 1, column 1 (1) reaches 4 output cells of 49, "
        "with weight 1: (1, 1) (2, 2); with weight 0: (1, 2) (2, 1)."
    )
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_dragging_a_slider_changes_the_output_size(page: Page, app_url: str) -> None:
    picture = open_picture(page, app_url)
    expect(picture.locator(".formula .size")).to_have_text(
        "⌊(7 + 2·0 − 1·(3 − 1) − 1) / 1 + 1⌋ = 5"
    )
    thumb = page.get_by_role("slider", name="Kernel size")
    # The range input itself is clipped to one pixel; its parent's parent is the round thumb.
    box = thumb.locator("xpath=../..").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 60):
        page.mouse.move(x + 4 * step, y)
        if thumb.input_value() == "5":
            break
    page.mouse.up()
    expect(picture).to_have_attribute("data-shown", re.compile("n7 k5 s1"))
    expect(picture.locator(".output figcaption")).to_have_text("Output 3 × 3")
    expect(picture.locator(".output [role=gridcell]")).to_have_count(9)
    expect(page).to_have_url(re.compile("kernel_size=5"))


def test_pointing_and_keys_send_nothing_to_the_server(page: Page, app_url: str) -> None:
    frames = sent(page)
    picture = open_picture(page, app_url, "input_size=12")
    before = at_rest(page, frames)
    assert before, "the page itself must have spoken to the server"
    for index in range(0, 100, 7):
        cell(picture, "output", index // 10, index % 10).hover()
        cell(picture, "input", index // 10, index % 10).hover()
    page.keyboard.press("ArrowRight")
    picture.get_by_role("button", name="Play").click()
    assert sent_nothing(page, frames, before)


def test_discarded_columns_are_hatched_and_named(page: Page, app_url: str) -> None:
    picture = open_picture(page, app_url, "input_size=8&stride=2")
    expect(picture.locator(".note")).to_have_text(
        "Discarded at the right and bottom: column and row 8, where no whole window fits."
    )
    expect(picture.locator(".input .missed")).to_have_count(15)


def test_the_padding_ring_is_marked_and_counts_as_zero(page: Page, app_url: str) -> None:
    picture = open_picture(page, app_url, "padding=2&input_size=5")
    expect(picture.locator(".input .pad")).to_have_count(9 * 9 - 5 * 5)
    cell(picture, "input", 0, 0).hover()
    expect(picture.locator(".sum")).to_have_text(
        "This padding cell (0) reaches 1 output cell of 49, with weight 1: (1, 1)."
    )


def test_a_large_kernel_writes_row_sums_that_add_up(page: Page, app_url: str) -> None:
    picture = open_picture(page, app_url, "input_size=12&kernel_size=7")
    cell(picture, "output", 2, 3).hover()
    totals = picture.locator(".products .total").all_inner_texts()
    assert len(totals) == 7
    value = picture.locator(".sum b").last.inner_text()
    kernel = torch.maximum(torch.eye(7), torch.eye(7).flip(1))
    output = F.conv2d(PICTURES["notes"][1](12)[None, None], kernel[None, None])[0, 0]
    assert sum(map(float, totals)) == float(value) == output[2, 3].item()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("padding=same&stride=2", "set the stride to 1"),
        ("input_size=3&kernel_size=7", "The kernel reaches over 7 cells, but the input has only 3"),
    ],
)
def test_impossible_settings_are_explained_and_a_button_leads_out(
    page: Page, app_url: str, query: str, words: str
) -> None:
    page.goto(f"{app_url}/convolution?{query}")
    expect(page.get_by_role("alert")).to_contain_text(words)
    for part in query.split("&"):
        expect(page).to_have_url(re.compile(part))
    page.get_by_role("button", name=re.compile("^(Set|Enlarge) ")).first.click()
    expect(page.locator(".conv[data-shown]")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("query", ["", "input_size=32", "mode=Transposed&transposed_input=6"])
def test_on_a_phone_the_output_is_seen_above_the_controls(
    phone: Page, app_url: str, query: str
) -> None:
    phone.goto(f"{app_url}/convolution?{query}")
    expect(phone.get_by_role("slider", name="Stride")).to_be_visible()
    output = phone.locator(".output .grid")
    expect(output.locator(".cell").first).to_be_attached()
    controls = phone.locator(
        ".st-key-lesson_picture_first [data-testid=stHorizontalBlock] > :first-child"
    ).first
    place, dock = output.bounding_box(), controls.bounding_box()
    assert place
    assert dock
    assert place["y"] + place["height"] <= dock["y"]
    assert place["x"] + place["width"] <= PHONE["width"]
