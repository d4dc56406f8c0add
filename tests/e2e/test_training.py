"""The training lab in a real browser: whole runs, refreshes, pauses and failures."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import rested, to_settings

TINY = "model=Softmax+regression&optimizer=SGD&lr=0.1&epochs=2&train_size=500"
# Minutes of quick steps, so that a busy machine shows the next step soon.
LONG = "model=GRU&hidden_size=64&optimizer=Adam&epochs=100&train_size=9000&batch_size=32"


def open_lab(page: Page, app_url: str, query: str) -> None:
    page.goto(f"{app_url}/training?{query}")
    expect(page.get_by_role("heading", name="Training lab")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("^Loss"))).to_be_visible()


def start(page: Page) -> None:
    page.locator(".st-key-start button").click()
    expect(page).to_have_url(re.compile(r"[?&]run="))


def run_in(page: Page) -> str:
    return parse_qs(urlparse(page.url).query)["run"][0]


def said(page: Page) -> Locator:
    return page.get_by_test_id("stAlert")


def steer(page: Page, name: str) -> Locator:
    """A button of the run; the scrubber of its pictures has one called Pause, too."""
    return page.locator(".st-key-steering").get_by_role("button", name=name)


def field(page: Page, label: str) -> Locator:
    return page.get_by_role("spinbutton", name=label, exact=True)


def loss_chart(page: Page) -> Locator:
    """The chart's text alternative is made from the points that it draws."""
    return page.locator("[role=img][aria-label*='Loss of']")


def test_a_run_survives_a_refresh_and_ends_with_its_result(page: Page, app_url: str) -> None:
    open_lab(page, app_url, "model=Softmax+regression&optimizer=SGD&lr=0.1&epochs=20")
    start(page)
    run = run_in(page)
    expect(loss_chart(page)).to_be_visible()
    page.reload()
    assert run_in(page) == run
    expect(said(page)).to_contain_text("Finished.")
    expect(said(page)).to_contain_text("Test accuracy 0.")
    expect(loss_chart(page)).to_have_attribute(
        "aria-label", re.compile(r"training .* at step 1260, validation .* at step 1260")
    )
    page.get_by_role("tab", name="Mistakes").click()
    expect(page.locator(".mistakes .heading")).to_have_text(re.compile(r"^Mistakes, the surest"))
    expect(loss_chart(page)).to_be_visible()


def test_a_cell_shows_its_images_and_an_image_opens_its_network(page: Page, app_url: str) -> None:
    open_lab(page, app_url, f"{TINY}&seed=12")
    start(page)
    expect(said(page)).to_contain_text("Finished.")
    page.get_by_role("tab", name="Mistakes").click()
    sevens = page.get_by_role("button", name=re.compile("^7 read as 7: "))
    count = int((sevens.get_attribute("aria-label") or "").rpartition(" ")[2])
    sevens.focus()
    page.keyboard.press("Enter")
    heading = page.locator(".mistakes .heading")
    expect(heading).to_have_text(re.compile(f"^7 read as 7: {count:,} images?"))
    tiles = page.locator(".mistakes .tiles button")
    expect(tiles).to_have_count(min(count, 24))
    expect(tiles.first).to_have_text(re.compile("^reads 7, .*is 7$"))
    page.get_by_role("button", name="All mistakes").click()
    expect(heading).to_have_text(re.compile("^Mistakes, the surest first"))
    found = re.match(r"Test image (\d+): ", tiles.first.get_attribute("aria-label") or "")
    assert found
    tiles.first.click()
    expect(page.locator("h1")).to_have_text("What the network sees")
    expect(page).to_have_url(re.compile(f"example={found[1]}(&|$)"))
    to_settings(page)
    expect(page.get_by_role("combobox", name="Network")).to_have_value(re.compile("^Your run 1: "))


def test_the_code_prints_the_accuracy_that_the_page_shows(page: Page, app_url: str) -> None:
    open_lab(page, app_url, f"{TINY}&seed=11")
    start(page)
    expect(said(page)).to_contain_text("Finished.")
    shown = re.search(r"Test accuracy (0\.\d{4})", said(page).inner_text())
    assert shown
    page.get_by_role("tab", name="The code").click()
    printed = page.get_by_test_id("stCode").last
    expect(printed).to_contain_text(f"test accuracy {shown[1]}")
    # A link leads to "What the network sees" for the trained network.
    page.get_by_role("link", name="See what it sees").click()
    expect(page.locator("h1")).to_have_text("What the network sees")
    to_settings(page)
    expect(page.get_by_role("combobox", name="Network")).to_have_value(re.compile("^Your run 1: "))


def test_pause_holds_the_run_and_resume_goes_on(page: Page, app_url: str) -> None:
    open_lab(page, app_url, f"{LONG}&seed=13")
    start(page)
    expect(loss_chart(page)).to_be_visible()
    steer(page, "Pause").click()
    expect(page.get_by_text(re.compile("^Paused at step"))).to_be_visible()
    rested(page)  # the worker's last reports have arrived
    held = loss_chart(page).get_attribute("aria-label")
    rested(page)
    assert loss_chart(page).get_attribute("aria-label") == held
    steer(page, "Resume").click()
    expect(loss_chart(page)).not_to_have_attribute("aria-label", str(held))
    page.get_by_role("button", name="Stop").click()
    expect(said(page)).to_contain_text("Stopped at step")


def test_the_learning_rate_changes_while_it_trains(page: Page, app_url: str) -> None:
    open_lab(page, app_url, f"{LONG}&seed=15")
    start(page)
    expect(loss_chart(page)).to_be_visible()
    page.get_by_role("button", name="Learning rate", exact=True).click()
    field(page, "New learning rate").fill("0.0005")
    field(page, "New learning rate").press("Enter")
    expect(page.get_by_text("the learning rate is 0.0005")).to_be_visible()
    field(page, "New learning rate").fill("0.0003")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("the learning rate is 0.0003")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Stop").click()
    expect(said(page)).to_contain_text("Stopped at step")


def test_a_learning_rate_that_diverges_is_named_and_a_safe_one_offered(
    page: Page, app_url: str
) -> None:
    open_lab(page, app_url, "model=Multi-layer+perceptron&optimizer=SGD&lr=100&epochs=1")
    start(page)
    expect(said(page)).to_contain_text(
        re.compile(r"At step \d+ the loss is .*lr = 100 is too large")
    )
    chart = page.locator("figure").first
    expect(chart.locator(".kind")).to_have_text("in powers of ten")
    expect(chart.locator("text.end")).to_have_text(re.compile(r"^broke at step \d+$"))
    expect(chart.locator("text.peak")).to_have_text(re.compile(r"^\d[\d,]{3,}$|^\d\.\de\+\d+$"))
    heights = chart.locator("path[data-kind=training]").evaluate("line => line.getBBox().height")
    assert heights > 100, "from 2.3 up to the explosion"
    offer = page.get_by_role("button", name=re.compile(r"^Use lr = "))
    safe = offer.inner_text().rpartition(" ")[2]
    assert 0 < float(safe) < 100
    offer.click()
    expect(field(page, "Learning rate")).to_have_value(safe)
    start(page)
    expect(said(page)).to_contain_text("Finished.")


def test_a_run_that_does_not_exist_is_said_in_a_sentence(page: Page, app_url: str) -> None:
    open_lab(page, app_url, "run=<script>")
    expect(page.get_by_text("There is no such run here any more.")).to_be_visible()
    expect(page.locator(".st-key-start button")).to_be_enabled()


def test_it_opens_on_a_recorded_run_and_trains_ones_own(page: Page, app_url: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_lab(page, app_url, f"{TINY}&seed=21")
    expect(page.get_by_text("A recorded run: Convolutional network")).to_be_visible()
    headline = page.locator(".headline")
    expect(headline).to_have_text(re.compile(r"^After 315 steps it reads 2\d of 24 unseen"))
    # Home leads to the run's beginning: the digits, the curves' cursor and the table go with it.
    time = page.get_by_role("slider", name="Picture")
    time.focus()
    time.press("Home")
    expect(headline).to_have_text(re.compile(r"^Before the first step it reads \d+ of 24"))
    expect(page.locator(".strip li.wrong .said").first).to_contain_text("✗")
    expect(page.locator(".strip li.wrong .truth").first).to_contain_text("is ")
    expect(page.locator(".finding")).to_contain_text("After 0 steps")
    page.get_by_role("button", name="Train your own").click()
    expect(said(page)).to_contain_text("Finished.")
    expect(page.get_by_text("A recorded run:")).to_be_hidden()
    expect(headline).to_have_text(re.compile(r"^After 16 steps it reads \d+ of 24 unseen"))
    expect(page.locator(".filters .all canvas")).to_have_count(10)


def test_the_digits_move_while_it_trains_and_a_preset_sets_the_page(
    page: Page, app_url: str
) -> None:
    open_lab(page, app_url, f"{LONG}&seed=23")
    start(page)
    headline = page.locator(".headline")
    expect(headline).to_have_attribute("data-shots", re.compile(r"^([3-9]|\d\d+)$"))
    expect(page.locator(".strip li")).to_have_count(24)
    expect(page.locator(".filters")).to_be_hidden()  # a recurrent network has none
    before = headline.get_attribute("data-shots")
    expect(headline).not_to_have_attribute("data-shots", str(before))
    page.get_by_role("button", name="Stop").click()
    expect(said(page)).to_contain_text("Stopped at step")
    page.get_by_role("button", name=re.compile("^Rate too large")).click()
    expect(field(page, "Learning rate")).to_have_value("100")
    expect(page).to_have_url(re.compile("lr=100"))
