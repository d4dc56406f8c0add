"""The pooling picture in Chromium: PyTorch's numbers, and nothing sent while a hand moves it."""

from __future__ import annotations

import re

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from dl101_core import pooling
from dl101_core.pooling import PoolConfig, PoolResult
from tests.browser import to_the_middle
from tests.e2e.conftest import at_rest, sent, sent_nothing


def open_picture(page: Page, app_url: str, query: str = "") -> Locator:
    page.goto(f"{app_url}/pooling?{query}")
    picture = page.locator(".pooling[data-shift]")
    expect(picture).to_be_visible(timeout=60_000)
    return picture


def cell(picture: Locator, grid: str, row: int, column: int) -> Locator:
    line = picture.locator(f".{grid} [role=row]").nth(row)
    return line.locator("[role=gridcell]").nth(column)


def shown(picture: Locator, grid: str) -> list[str]:
    texts: list[str] = picture.locator(f".{grid} [role=gridcell]").all_text_contents()
    return texts


def numbers(picture: Locator, grid: str) -> torch.Tensor:
    texts = shown(picture, grid)
    side = int(len(texts) ** 0.5)
    values = [0.0 if one == "=" else float(one.replace("−", "-")) for one in texts]
    return torch.tensor(values).view(side, side)


def shows(picture: Locator, result: PoolResult) -> None:
    """Both pictures, both outputs, their difference and what is kept are those of ``result``."""
    config, (y, x) = result.config, result.at
    expect(picture).to_have_attribute("data-shift", f"{config.right},{config.down}")
    moved = pooling.shift(result.image, config.right, config.down, config.wrap)
    for grid, values in (
        ("input.before", result.image),
        ("input.after", moved),
        ("output.before", result.before),
        ("output.after", result.after),
        ("diff", result.after - result.before),
    ):
        torch.testing.assert_close(numbers(picture, grid), values, rtol=0, atol=0.00501)
    same = int(result.kept.same[y, x])
    assert shown(picture, "diff").count("=") == same
    expect(picture.locator(".head")).to_contain_text(f"{same} of {result.before.numel()} output")
    change = f"{result.kept.change[y, x] * 100:.0f} %"
    expect(picture.locator(".own td").last).to_have_text(change)


def evaluated(sentence: str) -> tuple[float, float]:
    """What a written formula gives when Python computes it, and the result that stands behind."""
    words = sentence.split(":", 1)[1].replace("−", "-").replace("²", "**2").replace("·", "*")
    formula, *_, value = re.split(r"[=≈]", words.split(", from")[0])
    formula = re.sub(r"√(\(.*\))", r"(\1)**0.5", formula)
    return eval(formula, {"max": max}), float(value)


def point(page: Page, picture: Locator, grid: str) -> tuple[float, float, float]:
    """The middle of a grid, and the side of one of its cells."""
    box = picture.locator(f".{grid} .grid").bounding_box()
    assert box
    side = box["width"] / picture.locator(f".{grid} [role=row]").count()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, side


def test_dragging_shows_pytorch_s_numbers_and_tells_the_server_only_where_it_ended(
    page: Page, app_url: str
) -> None:
    frames = sent(page)
    picture = open_picture(page, app_url)
    shows(picture, pooling.describe(PoolConfig()))
    before = at_rest(page, frames)
    assert before, "the page itself must have spoken to the server"

    for row, column in ((0, 0), (1, 1), (3, 2)):
        cell(picture, "output.after", row, column).hover()
        cell(picture, "input.before", row, column).hover()
    x, y, side = point(page, picture, "input.after")
    page.mouse.move(x, y)
    page.mouse.down()
    for right, down in ((0, 0), (1, 1), (-2, 2)):
        page.mouse.move(x + side * (right - 1), y + side * down, steps=4)
        shows(picture, pooling.describe(PoolConfig(right=right, down=down)))
    assert sent_nothing(page, frames, before)
    page.mouse.up()
    expect(page).to_have_url(re.compile("right=-2.*down=2"))
    expect(page.get_by_role("slider", name="Shift down")).to_have_value("2")
    assert before < len(frames) <= before + 2  # the shift, and the formulas that follow it

    page.keyboard.press("Escape")
    picture.locator(".pad [role=gridcell][tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    shows(picture, pooling.describe(PoolConfig(right=-1, down=1)))
    expect(page).to_have_url(re.compile("right=-1.*down=1"))
    expect(picture.get_by_role("status")).to_contain_text("output cells unchanged")
    shows(picture, pooling.describe(PoolConfig(right=-1, down=1)))


def test_a_cell_is_written_out_and_a_pixel_says_whom_it_reaches(page: Page, app_url: str) -> None:
    picture = open_picture(page, app_url, "kernel_size=3&stride=2&padding=1")
    result = pooling.describe(PoolConfig(kernel_size=3, stride=2, padding=1))
    lines = picture.locator(".sum")
    for row, column in ((0, 0), (1, 1), (3, 2)):
        cell(picture, "output.before", row, column).hover()
        expect(lines.first).to_contain_text(f"Output row {row + 1}, column {column + 1}. Before:")
        for line, output in zip(lines.all(), (result.before, result.after), strict=True):
            value = output[row, column].item()
            assert evaluated(line.inner_text()) == (value, value)
    cell(picture, "input.before", 5, 5).hover()
    expect(lines.first).to_have_text(
        "Before: pixel row 5, column 5 (1) is seen by 1 output cell and taken by 1."
    )
    cell(picture, "input.before", 0, 0).hover()
    expect(lines.first).to_have_text(
        "This padding cell (−∞) is seen by 1 output cell and never taken."
    )
    cell(picture, "output.before", 0, 0).focus()
    for key, row, column in (("ArrowRight", 1, 2), ("End", 1, 4), ("Control+End", 4, 4)):
        page.keyboard.press(key)
        expect(lines.first).to_contain_text(f"Output row {row}, column {column}.")
    cell(picture, "diff", 2, 1).click()
    expect(page).to_have_url(re.compile("cell=3%2C2"))
    page.reload()
    expect(lines.first).to_contain_text("Output row 3, column 2. Before:")
    expect(page.get_by_text("y_{3,2}").first).to_be_attached()


@pytest.mark.parametrize(
    ("query", "config"),
    [
        (
            "kind=Average&kernel_size=3&stride=2&padding=1&image=Circle",
            PoolConfig("average", 3, 2, 1, image="circle"),
        ),
        (
            "kind=L2&kernel_size=4&stride=2&image=Feature map&ceil_mode=true&input_size=7",
            PoolConfig("l2", 4, 2, ceil_mode=True, image="edges", input_size=7),
        ),
    ],
)
def test_average_and_l2_write_sums_that_give_pytorch_s_value(
    page: Page, app_url: str, query: str, config: PoolConfig
) -> None:
    picture = open_picture(page, app_url, query)
    result = pooling.describe(config)
    last = result.output_size - 1
    for row, column in ((0, 0), (1, 1), (last, last)):
        cell(picture, "output.after", row, column).hover()
        for line, output in zip(
            picture.locator(".sum").all(), (result.before, result.after), strict=True
        ):
            expect(line).to_be_visible()
            words = line.inner_text().replace("row by row", "").replace("squares", "")
            formula, value = evaluated(words.replace("Output row", ""))
            assert value == pytest.approx(output[row, column].item(), abs=6e-4)
            assert formula == pytest.approx(value, abs=6e-4)


def test_a_finger_moves_the_picture_on_a_phone(phone: Page, app_url: str) -> None:
    picture = open_picture(phone, app_url)
    cell(picture, "output.before", 2, 1).tap()
    expect(picture.locator(".sum").first).to_contain_text("Output row 3, column 2.")
    to_the_middle(picture.locator(".input.after .grid"))
    x, y, side = point(phone, picture, "input.after")
    finger = phone.context.new_cdp_session(phone)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        touches = [{"x": x + side * right, "y": y + side * down} for right, down in places]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    touch("touchStart", (0, 0))
    for part in (1, 2, 3):
        touch("touchMove", (part / 3, part))
    touch("touchEnd")
    shows(picture, pooling.describe(PoolConfig(right=2, down=3)))
    picture.locator(".pad [role=gridcell]").nth(24).tap()
    shows(picture, pooling.describe(PoolConfig(right=0, down=0)))
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_impossible_settings_are_explained_and_a_button_leads_out(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/pooling?padding=2")
    expect(page.get_by_role("alert")).to_contain_text("half of the window")
    page.get_by_role("button", name="Set window to 4").click()
    expect(page.locator(".pooling")).to_have_attribute("data-shown", re.compile("k4 s4 p2"))
    expect(page.get_by_role("alert")).to_have_count(0)


def test_who_sets_an_experiment_up_below_sees_the_picture_again(page: Page, app_url: str) -> None:
    picture = open_picture(page, app_url, "tab=Try+this")
    button = page.get_by_role("button", name="Set it up").last
    button.click()
    expect(picture).to_be_in_viewport()
    expect(button).not_to_be_in_viewport()
