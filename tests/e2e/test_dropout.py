"""The dropout page in Chromium: two runs, a refresh, the gap, and one unit's way through masks."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from dl101_core.cnn.dropout.example import read_example, seeds_sentence
from dl101_core.cnn.dropout.example_view import LABEL, example_gaps
from dl101_core.cnn.dropout.masks import activations, draw_masks, fresh_net, places
from dl101_core.cnn.dropout.masks_view import error_sentence
from dl101_core.cnn.dropout.maths import gap_sentence
from dl101_core.data import load

TINY = "net=Small+net&dropout=0.4&train_size=100&val_size=50&epochs=3&data=Strokes+(built+in)"
MASKS = (
    "view=The+masks&net=The+notes%27+net&dropout=0.4&layer=After+convolution+3&image=4&seed=2"
    "&data=Strokes+(built+in)"
)


def test_two_trainings_end_with_their_gaps_and_are_found_again(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/dropout?rail=Settings&{TINY}")
    expect(page.get_by_role("img", name=re.compile("^Loss"))).to_be_visible()
    button = page.locator(".st-key-start button")
    expect(button).to_be_enabled()
    chart = page.locator("figure[data-what=Accuracy] svg[role=img]")
    for part in (button, chart):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 720, "controls and picture without scrolling"
    button.click()
    gaps = r"^Without dropout the net knows .* with dropout 0\.4\b"
    sentence = page.get_by_text(re.compile(gaps))
    expect(sentence).to_be_visible()
    expect(page.locator("figure[data-what=Accuracy] .bracket")).to_have_count(2)
    words = chart.get_attribute("aria-label") or ""
    assert "Without dropout: training" in words
    assert "Dropout 0.4: training" in words
    gaps = page.locator("td", has_text="points").all_inner_texts()
    drawn = page.locator("figure[data-what=Accuracy] .bracket + text").all_text_contents()
    assert [re.findall(r"[\d.]+", gap)[0] for gap in gaps] == drawn
    page.reload()
    expect(sentence).to_be_visible()
    expect(page.locator("figure[data-what=Loss] .bracket")).to_have_count(2)
    assert page.locator("td", has_text="points").all_inner_texts() == gaps
    # The other view and back: the settings are still there.
    page.get_by_role("radio", name="The masks").click()
    expect(page.get_by_text("in your net with dropout, trained for 6 steps")).to_be_visible()
    page.get_by_role("radio", name="Two trainings").click()
    expect(page.get_by_role("spinbutton", name="Training images")).to_have_value("100")


def test_the_first_view_is_a_recorded_pair(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/dropout")
    expect(page.get_by_text(LABEL)).to_be_visible()
    expect(page.locator("figure[data-what=Accuracy] .bracket")).to_have_count(2)
    expect(page.get_by_text(gap_sentence(example_gaps()))).to_be_visible()
    page.get_by_text("All numbers").click()
    expect(page.get_by_text(seeds_sentence(read_example()))).to_be_visible()
    expect(page.get_by_text("The example has other settings")).to_have_count(0)


def test_next_masks_are_drawn_and_told(page: Page, app_url: str) -> None:
    place = places("fashion_cnn", 0.4)[2]
    image = load("strokes").test.images[4]
    before = activations(fresh_net("fashion_cnn", 0.4, 2), place, image)
    page.goto(f"{app_url}/dropout?rail=Settings&{MASKS}")
    for seed in (1, 2):
        sentence = error_sentence(draw_masks(before, place, seed, 64)).replace("*", "")
        expect(page.get_by_text(sentence)).to_be_visible()
        expect(page.locator(".panels canvas")).to_have_count(8)
        page.get_by_role("button", name="Next masks").click()
