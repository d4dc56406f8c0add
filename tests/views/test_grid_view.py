"""The shared view of linked grids: marks follow the pointer, and every number is the data's."""

from __future__ import annotations

import re

import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import Locator, Page, expect

from dl101_core.views.grid import Grids, Link, NumberGrid
from tests.gallery import plain
from tests.gallery.grid import KERNEL, PICTURE, convolution, wide
from tests.views.alone import mounted
from tests.views.conv import number


def cell(page: Page, grid: int, row: int, column: int) -> Locator:
    line = page.locator(".grid").nth(grid).locator("[role=row]").nth(row)
    return line.locator("[role=gridcell]").nth(column)


def boxes(page: Page, name: str) -> int:
    return (page.locator(f".marks .{name}").get_attribute("d") or "").count("M")


def test_the_numbers_are_pytorchs_and_a_cell_frames_its_window(page: Page) -> None:
    mounted(page, "views/grid", plain(convolution()))
    shown = page.locator(".grid").nth(1).locator("[role=gridcell]").all_text_contents()
    output = F.conv2d(PICTURE[None, None], KERNEL[None, None], padding=1).flatten()
    torch.testing.assert_close(torch.tensor([number(one) for one in shown]), output)
    cell(page, 1, 2, 3).hover()
    expect(page.locator(".grids-says")).to_have_text(f"Output, row 3, column 4: {shown[13]}.")
    assert (boxes(page, "ring"), boxes(page, "pick"), boxes(page, "beam")) == (1, 1, 2)
    window = page.locator(".marks .ring").bounding_box()
    first = cell(page, 0, 2, 3).bounding_box()
    assert window
    assert first
    assert window["x"] == pytest.approx(first["x"], abs=6)
    assert window["y"] == pytest.approx(first["y"], abs=6)
    assert window["width"] == pytest.approx(3 * (first["width"] + 1), abs=12)


def test_an_input_cell_marks_the_outputs_that_use_it_and_keys_do_the_same(page: Page) -> None:
    mounted(page, "views/grid", plain(convolution()))
    cell(page, 0, 3, 3).hover()
    expect(page.locator(".grids-says")).to_have_text("Input, padded, row 4, column 4: 1.")
    assert boxes(page, "ring") == 9
    cell(page, 0, 0, 0).focus()
    assert boxes(page, "ring") >= 1
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    expect(page.locator(".grids-says")).to_contain_text("row 2, column 7")
    page.clock.run_for(300)
    expect(page.locator(".spoken")).to_contain_text("row 2, column 7")


def test_a_table_need_not_be_square_and_has_sentences_of_its_own(page: Page) -> None:
    alone = mounted(page, "views/grid", plain(wide()))
    sums = page.locator(".grid").nth(1).locator("[role=gridcell]")
    expect(sums).to_have_count(8)
    sums.nth(6).hover()
    expect(page.locator(".grids-says")).to_have_text(re.compile(r"^Column 7 adds up to .+\.$"))
    handle = page.locator(".grid").first.element_handle()
    alone.show(plain(wide()))
    assert page.locator(".grid").first.evaluate("(node, old) => node === old", handle)


def test_wrong_shapes_are_refused_before_they_travel() -> None:
    grid = NumberGrid(name="a", caption="A", rows=1, columns=2, values=(1.0, 2.0))
    with pytest.raises(ValueError, match="3 values for 2 cells"):
        NumberGrid(name="a", caption="A", rows=1, columns=2, values=(1.0, 2.0, 3.0))
    with pytest.raises(ValueError, match="one name"):
        Grids(label="", grids=(grid, grid))
    other = NumberGrid(name="b", caption="B", rows=1, columns=1, values=(1.0,))
    link = Link(source="a", target="b", boxes=((0, 1, 1, 2),))
    with pytest.raises(ValueError, match="larger than a"):
        Grids(label="", grids=(grid, other), links=(link,))
