"""The layout of a page at work: the experiment beside the picture, the curve in sight."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from dl101_core.lessons import read_lesson
from tests.browser import DESK, PHONE


@pytest.mark.parametrize("width", [DESK["width"], PHONE["width"]])
def test_the_text_of_an_experiment_stays_beside_its_picture_until_it_is_done(
    page: Page, app_url: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{app_url}/pooling?tab=Try+this")
    expect(page.locator(".pooling[data-shown]")).to_be_visible()
    note = page.locator(".st-key-task_note")
    expect(note).to_have_count(0)
    experiment = next(one for one in read_lesson("pooling").experiments if one.answers)
    box = page.locator("[data-testid=stVerticalBlock]").filter(
        has=page.get_by_role("radiogroup", name="Your prediction")
    )
    box.last.get_by_text(experiment.answers[experiment.right]).click()
    box.last.get_by_role("button", name="Set it up").click()
    expect(note).to_contain_text(experiment.title)
    expect(note).to_contain_text(f"You said: {experiment.answers[experiment.right]}")
    expect(note).to_contain_text("Right.")
    expect(note).to_be_in_viewport()
    expect(page.locator(".pooling .grid").first).to_be_in_viewport()
    # The note is still visible at the maths, and leaves the page when the experiment is done.
    page.get_by_test_id("stTabs").evaluate("tabs => tabs.scrollIntoView({ block: 'end' })")
    expect(note).to_be_in_viewport()
    note.get_by_role("button", name="Done").click()
    expect(note).to_have_count(0)


def test_on_a_phone_start_brings_the_curve_into_view(phone: Page, app_url: str) -> None:
    query = "model=Softmax+regression&optimizer=SGD&lr=0.1&epochs=2&train_size=500&seed=71"
    phone.goto(f"{app_url}/training?{query}")
    loss = phone.locator("figure").first
    expect(loss).to_be_attached()
    expect(loss).not_to_be_in_viewport(ratio=0.9)
    phone.locator(".st-key-start button").click()
    expect(loss).to_be_in_viewport(ratio=0.9)
    # Training and validation differ by more than a colour, in the legend too.
    lines = {kind: loss.locator(f"path[data-kind={kind}]") for kind in ("training", "validation")}
    expect(lines["training"]).to_have_attribute("stroke-dasharray", "none")
    expect(lines["validation"]).not_to_have_attribute("stroke-dasharray", "none")
    expect(loss.locator("li")).to_have_text(["training", "validation"])
