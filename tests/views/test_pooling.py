"""The pooling picture alone: a cell written out, averages and roots, and a finger."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from dl101_core.cnn.pooling import compute as pooling
from dl101_core.cnn.pooling.compute import PoolConfig
from dl101_core.cnn.pooling.view import FIRST_CELL, read_move, view_data
from tests.browser import to_the_middle
from tests.views.alone import Alone, mounted
from tests.views.pool import cell, point, shows


def open_alone(
    page: Page, config: PoolConfig, chosen: tuple[int, int] = FIRST_CELL
) -> tuple[Alone, Locator]:
    data = view_data(pooling.describe(config)) | {"seq": 0, "cell": chosen}
    return mounted(page, "cnn/pooling_view", data), page.locator(".pooling")


def evaluated(sentence: str) -> tuple[float, float]:
    """Python's value of a written formula, and the result that the formula shows."""
    words = sentence.split(":", 1)[1].replace("−", "-").replace("²", "**2").replace("·", "*")
    formula, *_, value = re.split(r"[=≈]", words.split(", from")[0])
    formula = re.sub(r"√(\(.*\))", r"(\1)**0.5", formula)
    return eval(formula, {"max": max}), float(value)


def test_a_cell_is_written_out_and_a_pixel_says_whom_it_reaches(page: Page) -> None:
    config = PoolConfig(kernel_size=3, stride=2, padding=1)
    alone, picture = open_alone(page, config)
    result = pooling.describe(config)
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
    [(name, value)] = alone.sent
    assert name == "moved"
    assert read_move(value) == {"right": 1, "down": 0, "pool_seq": 1, "cell": "3,2"}
    open_alone(page, config, (3, 2))
    expect(lines.first).to_contain_text("Output row 3, column 2. Before:")


@pytest.mark.parametrize(
    "config",
    [
        PoolConfig(kind="average", kernel_size=3, stride=2, padding=1, image="circle"),
        PoolConfig(kind="l2", kernel_size=4, stride=2, ceil_mode=True, image="edges", input_size=7),
    ],
)
def test_average_and_l2_write_sums_that_give_pytorch_s_value(
    page: Page, config: PoolConfig
) -> None:
    _, picture = open_alone(page, config)
    result = pooling.describe(config)
    last = result.output_size - 1
    for row, column in ((0, 0), (1, 1), (last, last)):
        cell(picture, "output.after", row, column).hover()
        expect(picture.locator(".sum").first).to_contain_text(f"row {row + 1}, column {column + 1}")
        for line, output in zip(
            picture.locator(".sum").all(), (result.before, result.after), strict=True
        ):
            expect(line).to_be_visible()
            words = line.inner_text().replace("row by row", "").replace("squares", "")
            formula, value = evaluated(words.replace("Output row", ""))
            assert value == pytest.approx(output[row, column].item(), abs=6e-4)
            assert formula == pytest.approx(value, abs=6e-4)


def test_a_finger_moves_the_picture_on_a_phone(phone: Page) -> None:
    config = PoolConfig(input_size=6)  # cells with room for their numbers
    _, picture = open_alone(phone, config)
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
    shows(picture, pooling.describe(replace(config, right=2, down=3)))
    picture.locator(".pad [role=gridcell]").nth(24).tap()
    shows(picture, pooling.describe(replace(config, right=0, down=0)))
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
