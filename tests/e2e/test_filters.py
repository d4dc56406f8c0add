"""The filters page in Chromium: kernels, uploads, the own kernel, and one pixel written out."""

from __future__ import annotations

import io
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from dl101_core import pictures
from dl101_core.cnn import filters
from dl101_core.cnn.filters import FilterConfig
from dl101_core.cnn.filters.view import FIRST_PIXEL, TABLE
from tests.browser import CHROMIUM_FLAGS, DESK
from tests.e2e.conftest import at_rest, sent, sent_nothing
from tests.patience import wait_for
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


def expect_repainted(page: Page, before: str) -> None:
    expect(after(page)).not_to_have_attribute("data-painted", before)


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_a_kernel_changes_the_picture_and_the_link(app_url: str, page: Page) -> None:
    page.goto(f"{app_url}/filters?rail=Settings")
    first = painted(page)
    choose(page, "Kernel", "Curve detector")
    expect_repainted(page, first)
    expect(page).to_have_url(re.compile(r"kernel=Curve"))
    expect_settled(page)
    page.get_by_text("Every product of this pixel").click()
    for nth in range(3):  # its 7 × 7 pixels
        expect(page.locator(".tables table").nth(nth)).to_be_in_viewport(ratio=1)
    after(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Enter")
    row, column = FIRST_PIXEL[0] - 10, FIRST_PIXEL[1] + 1
    expect(page).to_have_url(re.compile(f"pixel={row}%2C{column}"))
    page.reload()
    expect(page.locator(".sum")).to_contain_text(f"Row {row + 1}, column {column + 1}, red")


def test_an_upload_is_filtered_and_garbage_keeps_the_old_picture(app_url: str, page: Page) -> None:
    page.goto(f"{app_url}/filters?rail=Settings&kernel=Identity")
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

    dot = png(Image.new("RGB", (1, 1), (10, 200, 90)))
    chooser.set_input_files({"name": "dot.png", "mimeType": "image/png", "buffer": dot})
    expect(page.locator("[data-picture=before] figcaption")).to_contain_text("1 × 1")
    mark = page.locator("[data-picture=before] .mark")
    expect(mark).to_have_attribute("style", re.compile("width: 300%"))  # three pixels of one
    sheet = page.locator("[data-picture=before] .sheet").bounding_box()
    clip = page.locator("[data-picture=before] .marks")
    ends = clip.bounding_box()
    assert sheet
    assert ends
    assert ends["width"] <= sheet["width"] + 6
    assert clip.evaluate("e => getComputedStyle(e).overflow") == "hidden"


COUNT_CAMERAS = (
    "window.asked = 0; const real = navigator.mediaDevices?.getUserMedia;"
    "if (real) navigator.mediaDevices.getUserMedia = (...a) => { window.asked += 1;"
    " return real.apply(navigator.mediaDevices, a) }"
)


def test_without_a_camera_the_page_goes_on(app_url: str, page: Page) -> None:
    page.add_init_script(COUNT_CAMERAS)
    page.goto(f"{app_url}/filters?rail=Settings&picture=Own+picture")
    painted(page)
    assert page.evaluate("window.asked") == 0  # not before it is chosen
    choose(page, "Picture", "Camera")
    expect(page.get_by_text("No camera here?")).to_be_visible()
    first = painted(page)  # the last sample is still there
    choose(page, "Picture", "Cat")
    expect_repainted(page, first)
    expect(page.get_by_text("No camera here?")).to_have_count(0)


def test_a_picture_of_the_camera_is_filtered(app_url: str) -> None:
    flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    # Playwright allows one of its own per thread.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(take_a_picture, chromium, [*CHROMIUM_FLAGS, *flags], app_url).result()


def take_a_picture(chromium: str | None, flags: list[str], app_url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page(viewport=DESK)  # type: ignore[arg-type]
        page.goto(f"{app_url}/filters?rail=Settings&picture=Camera&kernel=Identity")
        sample = painted(page)
        wait_for(lambda: page.evaluate("document.querySelector('video')?.videoWidth > 0"))
        page.get_by_role("button", name="Take Photo").click()
        expect_repainted(page, sample)
        corner = before_pixel(page, 128, 60)
        assert corner != pictures.sample("lighthouse")[60, 128].tolist()
        expect(page.get_by_role("button", name=re.compile("Download picture.png"))).to_be_visible()
        browser.close()


def test_two_filters_are_shown_as_one_kernel(app_url: str, page: Page) -> None:
    page.goto(f"{app_url}/filters?rail=Settings&kernel=Box+blur")
    expect_settled(page)
    choose(page, "Then", "Edge detection")
    expect(page).to_have_url(re.compile(r"second=Edge"))
    pair = filters.apply_pair(FilterConfig(kernel="box"), "edge", pictures.sample("lighthouse"))
    expect(page.locator(".verdict")).to_contain_text(f"differ by up to {pair.border:.2f}")
    one = page.locator(".kernels table").nth(2)
    numbers = [cell.replace("\u2212", "-") for cell in one.locator("td").all_inner_texts()]
    assert [float(cell) for cell in numbers] == [entry for row in pair.rows for entry in row]
    for nth, values in enumerate((pair.two, pair.one)):
        canvas = page.locator(".pair canvas").nth(nth)
        shown = canvas.evaluate(
            "c => Array.from(c.getContext('2d').getImageData(0, 128, 256, 1).data)"
        )
        expected = filters.show_values(values, pair.shown_as, TABLE)[128]
        assert np.array_equal(np.reshape(shown, (256, 4))[:, :3], expected)
    page.get_by_role("tab", name="The code").click()
    expect(page.get_by_text("in_turn = apply(y, second")).to_be_visible()
    page.get_by_text("More settings").click()
    choose(page, "Outside", "Circular")
    expect(page.locator(".verdict")).to_contain_text("At the border too, with this padding.")
    choose(page, "Then", "Nothing")
    expect_settled(page)


TENTHS = "0.1,0.2,-0.3;1.1,2.2,-3.3;0.7,0.9,0.123"


def test_dragging_shows_the_result_at_once_and_calls_the_server_only_when_it_ends(
    app_url: str, page: Page
) -> None:
    messages = sent(page)
    link = (
        f"kernel=Your+own&kernel_values={TENTHS}&normalise=true&view=Stretched&grey=true"
        "&padding_mode=Circular&dilation=3&stride=2"
    )
    page.goto(f"{app_url}/filters?rail=Settings&{link}")
    expect_settled(page)
    at_rest(page, messages)
    field = cell(page, 2, 2)
    before = float(field.input_value())
    x, y = middle(field)
    page.mouse.move(x, y)
    messages.clear()
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x + 4 * step, y - step)  # 40 pixels right and up
    expect(page.locator(".view[data-settled]")).to_have_attribute("data-settled", "false")
    expect(field).to_have_value(f"{before + 1.3:g}")
    assert sent_nothing(page, messages, 0)
    after(page).evaluate(KEEP)
    told = page.locator(".finding").inner_text()
    page.mouse.up()
    expect_settled(page)
    assert after(page).evaluate(COMPARE) <= 1
    assert page.locator(".finding").inner_text() == told
    expect(page).to_have_url(re.compile(r"kernel=Your.*kernel_values="))
    rows = filters.parse_rows(page.get_by_role("textbox", name="Kernel as text").input_value())
    assert rows[1][1] == round(before + 1.3, 3)


def test_typing_and_keys_move_the_picture_at_once_and_settle(app_url: str, page: Page) -> None:
    page.goto(f"{app_url}/filters?rail=Settings&kernel=Gaussian+blur")
    expect_settled(page)
    field = cell(page, 2, 2)
    field.click()
    page.keyboard.type("9.5")
    expect(page.locator(".view[data-settled]")).to_have_attribute("data-settled", "false")
    expect_settled(page)
    # A named kernel became the learner's own, and its divisor 16 became "Normalise".
    expect(page).to_have_url(re.compile(r"kernel_values=1%2C2%2C1%3B2%2C9.5"))
    expect(page.get_by_role("switch", name="Normalise")).to_be_checked()
    expect(page.locator(".operator")).to_contain_text("÷ 21.5")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    expect(field).to_have_value("10.4")
    expect(page).to_have_url(re.compile(r"2%2C10.4"))
    expect_settled(page)
    page.get_by_role("button", name="5 × 5").click()
    expect(cell(page, 3, 3)).to_have_value("10.4")
    expect(cell(page, 1, 5)).to_have_value("0")
    bias = page.get_by_label("Bias, draggable")
    bias.click()
    page.keyboard.type("-40")
    expect(page).to_have_url(re.compile(r"bias=-40"))
    page.get_by_text("More settings").click()
    expect(page.get_by_role("spinbutton", name="Bias", exact=True)).to_have_value("-40")


def test_a_kernel_is_copied_as_a_tensor_and_pasted_rows_are_read(app_url: str, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{app_url}/filters?rail=Settings&kernel=Sobel+x")
    expect_settled(page)
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    tensor = page.evaluate("navigator.clipboard.readText()")
    assert tensor == "torch.tensor([[-1., 0., 1.], [-2., 0., 2.], [-1., 0., 1.]])"
    page.evaluate("navigator.clipboard.writeText('0 1 0\\n1 x 1\\n0 1 0')")
    cell(page, 1, 1).click()
    page.keyboard.press("ControlOrMeta+v")
    expect(page.get_by_text("'x' is not a number")).to_be_visible()
    expect(cell(page, 2, 1)).to_have_value("-2")  # the last good one
    field = page.get_by_role("textbox", name="Kernel as text")
    expect(field).to_have_value("0 1 0;1 x 1;0 1 0")  # nothing is lost
    field.fill("torch.tensor([[0., 1., 0.], [1., -4., 1.], [0., 1., 0.]])")
    field.press("Enter")
    expect(cell(page, 2, 2)).to_have_value("-4")
    expect(page.get_by_text("is not a number")).to_have_count(0)


def test_a_link_with_a_bad_kernel_says_so_and_shows_a_picture(app_url: str, page: Page) -> None:
    page.goto(f"{app_url}/filters?rail=Settings&kernel=Your+own&kernel_values=<img src=x>;1,2")
    painted(page)
    expect(page.get_by_text("is not a number. A kernel is 3 rows of 3 numbers")).to_be_visible()


def test_settings_that_pytorch_refuses_are_explained_beside_a_picture(
    app_url: str, page: Page
) -> None:
    page.goto(f"{app_url}/filters?rail=Settings&padding=256+pixels&padding_mode=Reflect")
    expect(page.get_by_text("a mirror cannot show more than there is")).to_be_visible()
    painted(page)
