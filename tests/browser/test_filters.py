"""The filters page in Chromium: kernels, uploads, the own kernel, and one pixel written out."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from dl101_core import filters, pictures
from dl101_core.filters import FilterConfig

BLUR = "1,1,1;1,1,1;1,1,1"


def after(page: Page) -> Locator:
    return page.locator("[data-picture=after] canvas")


def painted(page: Page) -> str:
    """What the after picture was painted from; waits until there is one."""
    expect(after(page)).to_have_attribute("data-painted", re.compile(".+"))
    return after(page).get_attribute("data-painted") or ""


def expect_repainted(page: Page, before: str) -> None:
    expect(after(page)).not_to_have_attribute("data-painted", before)


def before_pixel(page: Page, x: int, y: int) -> list[int]:
    """The colour at (x, y) of the before picture, as the browser holds it."""
    canvas = page.locator("[data-picture=before] canvas")
    colour: list[int] = canvas.evaluate(
        "(c, [x, y]) => Array.from(c.getContext('2d').getImageData(x, y, 1, 1).data)", [x, y]
    )
    return colour[:3]


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_a_kernel_changes_the_picture_and_the_link(app_url: str, page: Page) -> None:
    page.goto(f"{app_url}/filters")
    first = painted(page)
    choose(page, "Kernel", "Gaussian blur")
    expect_repainted(page, first)
    expect(page).to_have_url(re.compile(r"kernel=Gaussian"))


def test_the_browser_holds_exactly_the_pixels_that_pytorch_used(app_url: str, page: Page) -> None:
    page.goto(f"{app_url}/filters?picture=Brick+wall")
    painted(page)
    for x, y in ((0, 0), (255, 255), (17, 100)):
        assert before_pixel(page, x, y) == pictures.sample("bricks")[y, x].tolist()


@pytest.mark.parametrize("mode", filters.PADDING_MODES)
def test_pixels_beyond_the_border_are_the_ones_that_pytorch_pads(
    app_url: str, page: Page, mode: str
) -> None:
    page.goto(
        f"{app_url}/filters?kernel=Emboss&padding_mode={mode.capitalize()}&padding=8+pixels"
        "&dilation=3&grey=true"
    )
    painted(page)
    config = FilterConfig("emboss", padding=8, padding_mode=mode, dilation=3, grey=True)
    values = filters.apply(config, pictures.sample("lighthouse")).values
    height, width, _ = values.shape
    box = after(page).bounding_box()
    assert box is not None
    total = page.locator(".sum")
    for row, column in ((0, 0), (3, width - 1), (height - 1, 5), (height - 1, width - 1)):
        page.mouse.move(
            box["x"] + box["width"] * (column + 0.5) / width,
            box["y"] + box["height"] * (row + 0.5) / height,
        )
        expect(total).to_contain_text(f"Row {row}, column {column}:")
        assert float(total.get_attribute("data-value") or "nan") == values[row, column, 0]


def test_hovering_and_keys_write_out_the_pixel_as_pytorch_computed_it(
    app_url: str, page: Page
) -> None:
    page.goto(f"{app_url}/filters?kernel=Gaussian+blur&padding_mode=Reflect&bias=-12.5&stride=2")
    painted(page)
    config = FilterConfig("gaussian", bias=-12.5, padding_mode="reflect", stride=2)
    values = filters.apply(config, pictures.sample("lighthouse")).values
    total = page.locator(".sum")
    box = after(page).bounding_box()
    assert box is not None
    for share_x, share_y in ((0.001, 0.001), (0.5, 0.3), (0.999, 0.999), (0.68, 0.6)):
        page.mouse.move(box["x"] + box["width"] * share_x, box["y"] + box["height"] * share_y)
        row, column = int(128 * share_y), int(128 * share_x)
        expect(total).to_contain_text(f"Row {row}, column {column}, red")
        assert float(total.get_attribute("data-value") or "nan") == values[row, column, 0]
    after(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    expect(total).to_contain_text("Row 66, column 88, red")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"pixel_row=66.*pixel_column=88|pixel_column=88.*row=66"))
    expect(page.get_by_role("spinbutton", name="Column", exact=True)).to_have_value("88")


def test_an_upload_is_filtered_and_garbage_keeps_the_old_picture(app_url: str, page: Page) -> None:
    page.goto(f"{app_url}/filters?kernel=Identity")
    first = painted(page)
    choose(page, "Picture", "Own picture")
    chooser = page.locator("input[type=file]")
    good = png(Image.new("RGB", (30, 20), (10, 200, 90)))
    chooser.set_input_files({"name": "green.png", "mimeType": "image/png", "buffer": good})
    expect_repainted(page, first)
    expect(page.locator("[data-picture=before] figcaption")).to_contain_text("30 × 20")
    assert before_pixel(page, 5, 5) == [10, 200, 90]
    second = painted(page)

    bad = {"name": "photo.png", "mimeType": "image/png", "buffer": b"MZ not a picture"}
    chooser.set_input_files(bad)
    expect(page.get_by_text("This file is a program, which cannot be read here")).to_be_visible()
    assert painted(page) == second
    assert before_pixel(page, 5, 5) == [10, 200, 90]
    expect(page.get_by_role("button", name=re.compile("Download picture.png"))).to_be_visible()


def test_the_camera_is_not_asked_for_before_it_is_chosen(app_url: str, page: Page) -> None:
    page.add_init_script(
        "window.asked = 0; const real = navigator.mediaDevices?.getUserMedia;"
        "if (real) navigator.mediaDevices.getUserMedia = (...a) => { window.asked += 1;"
        " return real.apply(navigator.mediaDevices, a) }"
    )
    page.goto(f"{app_url}/filters?picture=Own+picture")
    painted(page)
    assert page.evaluate("window.asked") == 0


def test_editing_the_own_kernel_changes_picture_and_link(app_url: str, page: Page) -> None:
    page.goto(f"{app_url}/filters?kernel=Your+own")
    first = painted(page)
    field = page.get_by_label("Row 2, column 2", exact=True)
    expect(field).to_have_value("5")
    field.fill("9.5")
    expect_repainted(page, first)
    expect(page).to_have_url(re.compile(r"kernel_values=0%2C-1%2C0%3B-1%2C9.5"))
    second = painted(page)
    field.press("ArrowUp")
    expect(field).to_have_value("10.5")
    expect_repainted(page, second)
    page.get_by_role("button", name="5 × 5").click()
    expect(page.get_by_label("Row 3, column 3", exact=True)).to_have_value("10.5")
    expect(page.get_by_label("Row 1, column 5", exact=True)).to_have_value("0")


def test_a_link_with_an_own_kernel_opens_exactly_that_filter(app_url: str, page: Page) -> None:
    page.goto(f"{app_url}/filters?kernel=Your+own&kernel_values={BLUR}&normalise=true&picture=Cat")
    painted(page)
    expect(page.get_by_label("Row 1, column 1", exact=True)).to_have_value("1")
    result = filters.apply(FilterConfig("box"), pictures.sample("cat"))
    expect(page.locator("[data-picture=after] figcaption")).to_contain_text(
        f"Values {result.low:.2f} to {result.high:.2f}"
    )
    shown: list[int] = after(page).evaluate(
        "c => Array.from(c.getContext('2d').getImageData(120, 90, 1, 1).data)"
    )
    expected = np.clip(result.values[90, 120] + 0.5, 0, 255).astype(int).tolist()
    assert shown[:3] == expected


def test_a_link_with_a_bad_kernel_says_so_and_shows_a_picture(app_url: str, page: Page) -> None:
    page.goto(f"{app_url}/filters?kernel=Your+own&kernel_values=<img src=x>;1,2")
    painted(page)
    expect(page.get_by_text("A kernel is 3 rows of 3 numbers or 5 rows of 5")).to_be_visible()


def test_a_named_kernel_can_be_made_ones_own(app_url: str, page: Page) -> None:
    page.goto(f"{app_url}/filters?kernel=Gaussian+blur")
    first = painted(page)
    page.get_by_role("button", name="Edit this kernel").click()
    expect(page.get_by_label("Row 2, column 2", exact=True)).to_have_value("4")
    expect(page).to_have_url(re.compile(r"kernel_values=1%2C2%2C1%3B2%2C4"))
    assert painted(page) == first  # the divisor 16 became "normalise"
    expect(page.get_by_role("switch", name="Normalise")).to_be_checked()


def test_settings_that_pytorch_refuses_are_explained_beside_a_picture(
    app_url: str, page: Page
) -> None:
    page.goto(f"{app_url}/filters?padding=256+pixels&padding_mode=Reflect")
    expect(page.get_by_text("a mirror cannot show more than there is")).to_be_visible()
    painted(page)
