"""The filters page in Chromium: kernels, uploads, the own kernel, and one pixel written out."""

from __future__ import annotations

import io
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect, sync_playwright

from dl101_core import filters, pictures
from dl101_core.figures.formulas import doubts, number
from dl101_core.filters import OWN, FilterConfig
from dl101_core.ui.filter_view import TABLE
from tests.browser import CHROMIUM_FLAGS, DESK, to_the_middle
from tests.e2e.conftest import at_rest, sent, sent_nothing

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


def test_pixels_beyond_the_border_are_the_ones_that_pytorch_pads(app_url: str, page: Page) -> None:
    page.goto(f"{app_url}/filters?kernel=Emboss&padding=8+pixels&dilation=3&grey=true")
    before = painted(page)
    for mode in filters.PADDING_MODES:
        if mode != "zeros":
            choose(page, "Outside", mode.capitalize())
            expect_repainted(page, before)
            before = painted(page)
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
            expect(total).to_contain_text(f"Row {row + 1}, column {column + 1}:")
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
        expect(total).to_contain_text(f"Row {row + 1}, column {column + 1}, red")
        assert float(total.get_attribute("data-value") or "nan") == values[row, column, 0]
    after(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    expect(total).to_contain_text("Row 67, column 89, red")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("pixel=66%2C88"))
    page.reload()
    expect(total).to_contain_text("Row 67, column 89, red")


def test_the_picture_before_chooses_the_pixel_whose_window_has_its_middle_there(
    app_url: str, page: Page
) -> None:
    source = page.locator("[data-picture=before] canvas")
    total = page.locator(".sum")
    for link, x, y, place in (
        ("stride=2&dilation=3", 100, 50, (25, 50)),
        ("padding=8+pixels", 100, 50, (57, 107)),
        ("padding=None&kernel=Curve+detector", 100, 50, (47, 97)),
        ("padding=None&kernel=Curve+detector", 254, 1, (0, 249)),
    ):
        page.goto(f"{app_url}/filters?{link}")
        expect_settled(page)
        expect(page.locator("[data-picture=before] figcaption")).to_contain_text("a click keeps it")
        box = source.bounding_box()
        assert box is not None
        share = box["width"] / 256
        spot = (box["x"] + share * (x + 0.5) + 0.4, box["y"] + share * (y + 0.5) + 0.4)
        page.mouse.move(*spot)
        expect(total).to_contain_text(f"Row {place[0] + 1}, column {place[1] + 1}, red")
        page.mouse.move(1, 1)
        expect(total).not_to_contain_text(f"Row {place[0] + 1}, column {place[1] + 1}, red")
    for nth in range(3):  # the 7 × 7 pixels of the curve detector, above the fold
        table = page.locator(".tables table").nth(nth).bounding_box()
        assert table is not None
        assert table["y"] + table["height"] < DESK["height"]
    page.mouse.click(*spot)
    expect(page).to_have_url(re.compile("pixel=0%2C249"))


def test_a_sum_is_written_with_the_digits_that_float32_holds(app_url: str, page: Page) -> None:
    rows = ((-1.0, -1.0, -1.0), (-1.0, 8.6, -1.0), (-1.0, -1.0, -1.0))
    text = "%3B".join("+".join(f"{entry:g}" for entry in row) for row in rows)
    page.goto(f"{app_url}/filters?kernel=Your+own&kernel_values={text}&grey=true&bias=0.3")
    expect_settled(page)
    config = FilterConfig(OWN, rows, bias=0.3, grey=True)
    result = filters.apply(config, pictures.sample("lighthouse"))
    box = after(page).bounding_box()
    assert box is not None
    for row, column in ((0, 0), (40, 100), (90, 130), (200, 60), (255, 255)):
        page.mouse.move(
            box["x"] + box["width"] * (column + 0.5) / 256,
            box["y"] + box["height"] * (row + 0.5) / 256,
        )
        pixel = filters.pixel(result, row, column)
        doubt, end = doubts(pixel, result.config)
        words = f"sum of products {number(pixel.total, doubt)} + 0.3 = {number(pixel.value, end)}"
        words = f"Row {row + 1}, column {column + 1}: {words}".replace("-", "\u2212")
        expect(page.locator(".sum")).to_have_text(words)


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
    page.goto(f"{app_url}/filters?picture=Own+picture")
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
        page.goto(f"{app_url}/filters?picture=Camera&kernel=Identity")
        sample = painted(page)
        page.wait_for_function("document.querySelector('video')?.videoWidth > 0")
        page.get_by_role("button", name="Take Photo").click()
        expect_repainted(page, sample)
        corner = before_pixel(page, 128, 60)
        assert corner != pictures.sample("lighthouse")[60, 128].tolist()
        expect(page.get_by_role("button", name=re.compile("Download picture.png"))).to_be_visible()
        browser.close()


def test_two_filters_are_shown_as_one_kernel(app_url: str, page: Page) -> None:
    page.goto(f"{app_url}/filters?kernel=Box+blur")
    expect_settled(page)
    choose(page, "Then", "Edge detection")
    expect(page).to_have_url(re.compile(r"second=Edge"))
    pair = filters.apply_pair(FilterConfig("box"), "edge", pictures.sample("lighthouse"))
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
    choose(page, "Outside", "Circular")
    expect(page.locator(".verdict")).to_contain_text("At the border too, with this padding.")
    choose(page, "Then", "Nothing")
    expect_settled(page)


# Keeps the pixels of the after picture, and compares those of now with the kept ones.
KEEP = (
    "c => { c.kept = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
    " return [c.width, c.height] }"
)
COMPARE = (
    "c => { const now = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
    " return now.length === c.kept.length && Math.max(...[0, 1, 2, 3].map(from => {"
    " let most = 0; for (let i = from; i < now.length; i += 4)"
    " most = Math.max(most, Math.abs(now[i] - c.kept[i])); return most })) }"
)


def cell(page: Page, row: int, column: int) -> Locator:
    return page.get_by_label(f"Row {row}, column {column}", exact=True)


def expect_settled(page: Page) -> None:
    """PyTorch's result is on the screen, not the preview."""
    expect(page.locator(".view")).to_have_attribute("data-settled", "true")


def middle(field: Locator) -> tuple[float, float]:
    box = field.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


TENTHS = "0.1,0.2,-0.3;1.1,2.2,-3.3;0.7,0.9,0.123"


def test_dragging_shows_the_result_at_once_and_calls_the_server_only_when_it_ends(
    app_url: str, page: Page
) -> None:
    messages = sent(page)
    for link in (
        "padding_mode=Reflect&bias=-12.5&padding=8+pixels&view=Absolute",
        f"kernel=Your+own&kernel_values={TENTHS}&normalise=true&view=Stretched&grey=true"
        "&padding_mode=Circular&dilation=3&stride=2",
        "kernel=Curve+detector&view=Signed&padding_mode=Replicate&padding=None&difference=true",
    ):
        page.goto(f"{app_url}/filters?{link}")
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
        expect(page.locator(".view")).to_have_attribute("data-settled", "false")
        step = 1 if "Curve" in link else 0.1
        expect(field).to_have_value(f"{before + 13 * step:g}")
        assert sent_nothing(page, messages, 0), link
        after(page).evaluate(KEEP)
        told = page.locator("[data-picture=after] figcaption").inner_text()
        page.mouse.up()
        expect_settled(page)
        assert after(page).evaluate(COMPARE) <= 1, link
        assert page.locator("[data-picture=after] figcaption").inner_text() == told
        expect(page).to_have_url(re.compile(r"kernel=Your.*kernel_values="))
        rows = filters.parse_rows(page.get_by_role("textbox", name="Kernel as text").input_value())
        assert rows[1][1] == round(before + 13 * step, 3)


def test_typing_and_keys_move_the_picture_at_once_and_settle(app_url: str, page: Page) -> None:
    page.goto(f"{app_url}/filters?kernel=Gaussian+blur")
    expect_settled(page)
    field = cell(page, 2, 2)
    field.click()
    page.keyboard.type("9.5")
    expect(page.locator(".view")).to_have_attribute("data-settled", "false")
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
    expect(page.get_by_role("spinbutton", name="Bias", exact=True)).to_have_value("-40")


def test_a_field_that_is_left_shows_the_number_in_force(app_url: str, page: Page) -> None:
    page.goto(f"{app_url}/filters?kernel=Sharpen&bias=2")
    expect_settled(page)
    used = page.locator(".tables .kernel td").nth(4)
    hint = page.locator(".hint")
    field = cell(page, 2, 2)
    field.click()
    page.keyboard.type("99999", delay=20)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(hint).to_contain_text("From −1000 to 1000")
    expect(used).to_have_text("5")  # not 999, the part of it that would fit
    expect_settled(page)
    expect(field).to_have_value("99999")  # nobody takes away what is being typed
    page.keyboard.press("Tab")
    expect(field).to_have_value("5")
    expect(field).to_have_attribute("aria-invalid", "false")
    expect(hint).to_have_text("Drag a number")
    field.click()
    page.keyboard.type("7")
    expect(page).to_have_url(re.compile(r"2C7%2C"))
    page.keyboard.press("Backspace")
    page.keyboard.type("abc")
    expect(used).to_have_text("5")
    expect(page).not_to_have_url(re.compile(r"2C7%2C"))
    page.keyboard.press("Tab")
    expect(field).to_have_value("5")
    field.click()
    page.keyboard.type("0.12345")
    page.keyboard.press("Tab")
    expect(field).to_have_value("0.123")
    expect(page).to_have_url(re.compile(r"2C0.123%2C"))
    expect_settled(page)
    expect(field).to_have_value("0.123")
    bias = page.get_by_label("Bias, draggable")
    bias.click()
    page.keyboard.type("5000")
    expect(bias).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Tab")
    expect(bias).to_have_value("2")
    expect(page.locator(".sum")).to_contain_text(" + 2 = ")


def test_a_kernel_is_copied_as_a_tensor_and_pasted_rows_are_read(app_url: str, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{app_url}/filters?kernel=Sobel+x")
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


def test_a_finger_drags_a_number_without_scrolling_the_page(app_url: str, phone: Page) -> None:
    phone.goto(f"{app_url}/filters?kernel=Sharpen")
    expect_settled(phone)
    field = cell(phone, 2, 2)
    to_the_middle(field)
    top = "document.querySelector('[data-testid=stMain]').scrollTop"
    scrolled = phone.evaluate(top)
    x, y = middle(field)
    touch = phone.context.new_cdp_session(phone)
    for kind, up in (("touchStart", 0), *(("touchMove", 5 * n) for n in range(1, 7))):
        point = {"x": x, "y": y - up}
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(field).to_have_value("6")
    assert phone.evaluate(top) == scrolled
    expect(phone).to_have_url(re.compile(r"-1%2C6%2C-1"))
    expect_settled(phone)


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
    expect(page.get_by_text("is not a number. A kernel is 3 rows of 3 numbers")).to_be_visible()


def test_settings_that_pytorch_refuses_are_explained_beside_a_picture(
    app_url: str, page: Page
) -> None:
    page.goto(f"{app_url}/filters?padding=256+pixels&padding_mode=Reflect")
    expect(page.get_by_text("a mirror cannot show more than there is")).to_be_visible()
    painted(page)
