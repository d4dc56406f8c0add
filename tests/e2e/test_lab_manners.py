"""The lab polls seldom, draws in place, names its limits, and deletes runs for good."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import at_rest, sent, sent_nothing
from tests.e2e.test_training import (
    LONG,
    TINY,
    field,
    loss_chart,
    open_lab,
    run_in,
    said,
    start,
    steer,
)
from tests.patience import wait_for

HIDE = """hidden => {
    Object.defineProperty(document, 'hidden', {get: () => hidden, configurable: true});
    document.dispatchEvent(new Event('visibilitychange'));
}"""
LINES = "figure svg[role=img] path.line"
SHORT = "model=Multi-layer+perceptron&optimizer=Adam&epochs=2&train_size=9000"


def stop(page: Page) -> None:
    page.get_by_role("button", name="Stop").click()
    expect(said(page)).to_contain_text("Stopped at step")


def drawn(page: Page) -> list[str]:
    """The lines of the charts, point by point."""
    lines = [line.get_attribute("d") or "" for line in page.locator(LINES).all()]
    assert any(lines)
    return lines


def test_a_growing_curve_stays_in_its_place_and_a_hidden_tab_asks_nothing(
    page: Page, app_url: str
) -> None:
    messages = sent(page)
    open_lab(page, app_url, f"{LONG}&seed=41")
    start(page)
    expect(loss_chart(page)).to_be_visible()
    page.evaluate("document.querySelector('.st-key-lab_curves').mark = 'the same'")
    shown = str(loss_chart(page).get_attribute("aria-label"))
    expect(loss_chart(page)).not_to_have_attribute("aria-label", shown)

    page.evaluate(HIDE, True)
    before = at_rest(page, messages)
    page.clock.run_for(60_000)
    assert len(messages) == before
    shown = str(loss_chart(page).get_attribute("aria-label"))
    page.evaluate(HIDE, False)
    expect(loss_chart(page)).not_to_have_attribute("aria-label", shown)

    stop(page)
    assert page.evaluate("document.querySelector('.st-key-lab_curves').mark") == "the same"
    before = at_rest(page, messages)
    page.clock.run_for(60_000)
    assert len(messages) == before, "nothing can come any more"


def test_the_curve_is_the_same_live_after_a_refresh_and_elsewhere(
    page: Page, app_url: str, browser: Browser
) -> None:
    open_lab(page, app_url, f"{SHORT}&seed=42")
    start(page)
    middle = browser.new_page(viewport=page.viewport_size)
    middle.goto(page.url)
    for each in (page, middle):
        expect(said(each)).to_contain_text("Finished.")
        expect(loss_chart(each)).to_be_visible()
    live = drawn(page)
    assert drawn(middle) == live
    page.reload()
    expect(loss_chart(page)).to_be_visible()
    assert drawn(page) == live
    middle.close()


def test_who_pauses_from_the_keyboard_keeps_the_focus(page: Page, app_url: str) -> None:
    open_lab(page, app_url, f"{LONG}&seed=60")
    start(page)
    for now, then in (("Pause", "Resume"), ("Resume", "Pause")):
        steer(page, now).press("Enter")
        expect(steer(page, then)).to_be_focused()
    stop(page)


def test_a_learner_may_have_four_unfinished_runs_and_is_told_so(page: Page, app_url: str) -> None:
    open_lab(page, app_url, f"{LONG}&seed=50")
    page.get_by_text("More settings").click()
    start(page)
    for waiting, seed in enumerate(("51", "52", "53"), start=1):
        field(page, "Seed").fill(seed)
        field(page, "Seed").press("Enter")
        page.wait_for_url(f"**seed={seed}**")
        before = run_in(page)
        page.locator(".st-key-start button").click()
        wait_for(lambda before=before: before not in page.evaluate("location.href"))
        words = page.locator(".words")
        if waiting == 1:  # on the second worker, which would rest
            expect(words).to_contain_text("Training")
            continue
        expect(words).to_contain_text(f"Waiting: {['1st', '2nd'][waiting - 2]} in line")
        expect(words).to_contain_text("one at a time")
    field(page, "Seed").fill("54")
    field(page, "Seed").press("Enter")
    page.wait_for_url("**seed=54**")
    page.locator(".st-key-start button").click()
    expect(said(page)).to_contain_text("You have 4 runs that are not finished")
    expect(field(page, "Seed")).to_have_value("54")

    for number in (4, 3, 2, 1):  # by keyboard alone
        page.get_by_role("button", name=f"Delete run {number}").press("Enter")
        page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
        expect(page.get_by_role("button", name=f"Delete run {number}")).to_have_count(0)
    expect(page.get_by_text("Choose, then press Start.")).to_be_visible()


def test_a_deleted_run_is_gone_from_book_link_and_the_other_tab(page: Page, app_url: str) -> None:
    open_lab(page, app_url, f"{LONG}&seed=43")
    start(page)
    expect(loss_chart(page)).to_be_visible()
    link, tab = page.url, page.context.new_page()
    tab.goto(link)
    expect(steer(tab, "Pause")).to_be_visible()

    page.bring_to_front()
    page.get_by_role("button", name="Delete run 1").click()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Delete run 1")).to_be_visible()
    page.get_by_role("button", name="Delete run 1").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The run is deleted.")).to_be_visible()
    expect(page.get_by_role("button", name="Delete run 1")).to_have_count(0)
    assert "run=" not in page.url

    expect(tab.get_by_text("There is no such run here any more.")).to_be_visible()
    tab.goto(link)
    expect(tab.get_by_text("There is no such run here any more.")).to_be_visible()


def test_a_point_tells_its_values_under_the_mouse(page: Page, app_url: str) -> None:
    open_lab(page, app_url, f"{TINY}&seed=44")
    start(page)
    expect(said(page)).to_contain_text("Finished.")
    chart = loss_chart(page)
    box = chart.bounding_box()
    assert box
    chart.hover(position={"x": box["width"] - 13, "y": 80})
    tip = page.locator("figure .tip").first
    expect(tip).to_contain_text("step 16")
    words = str(chart.get_attribute("aria-label"))
    spoken = float(words.partition("training ")[2].partition(" ")[0])
    shown = float(tip.inner_text().partition("training ")[2].split()[0])
    assert abs(spoken - shown) <= 0.0005


def test_the_keyboard_reaches_start_in_a_few_steps(page: Page, app_url: str) -> None:
    messages = sent(page)
    open_lab(page, app_url, f"{TINY}&seed=45")
    page.get_by_test_id("stMain").focus()
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="To Start")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    before = at_rest(page, messages)
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-start button")).to_be_focused()
    assert sent_nothing(page, messages, before)
    page.keyboard.press("Enter")
    expect(said(page)).to_contain_text("Finished.")
