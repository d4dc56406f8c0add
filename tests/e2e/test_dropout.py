"""The dropout page in Chromium: two runs, a refresh, the gap, and one unit's way through masks."""

from __future__ import annotations

import re

import torch
from playwright.sync_api import Page, expect
from torch import nn

from dl101_core.data import load
from dl101_core.dropout_masks import activations, draw_masks, fresh_net, places
from dl101_core.ui.dropout_masks import error_sentence
from tests.e2e.conftest import at_rest, sent, sent_nothing

TINY = "net=Small+net&dropout=0.4&train_size=100&val_size=50&epochs=3&data=Strokes+(built+in)"
MASKS = (
    "view=The+masks&net=The+notes%27+net&dropout=0.4&layer=After+convolution+3&image=4&seed=2"
    "&data=Strokes+(built+in)"
)


def test_two_trainings_end_with_their_gaps_and_are_found_again(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/dropout?{TINY}")
    expect(page.get_by_role("img", name=re.compile("^Loss"))).to_be_visible()
    button = page.locator(".st-key-start button")
    expect(button).to_be_enabled()
    chart = page.locator("figure[data-what=Accuracy] svg[role=img]")
    for part in (button, chart):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 720, "controls and picture without scrolling"
    button.click()
    sentence = page.get_by_text(re.compile(r"^Without dropout the net knows .* with dropout 0.4 "))
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


def test_a_unit_is_written_out_as_pytorch_computes_it_and_asks_no_server(
    page: Page, app_url: str
) -> None:
    place = places("fashion_cnn", 0.4)[2]
    image = load("strokes").test.images[4]
    before = activations(fresh_net("fashion_cnn", 0.4, 2), place, image)
    messages = sent(page)
    page.goto(f"{app_url}/dropout?{MASKS}")
    drawn = draw_masks(before, place, 1, 64)
    sentence = error_sentence(drawn).replace("*", "")
    expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.locator(".panels canvas")).to_have_count(8)
    quiet = at_rest(page, messages)
    # Four maps of 4 × 4 with a line between them stand in a row of 19 cells.
    for number, (x, y) in enumerate(((0, 0), (7, 6), (18, 18))):
        unit = before[0, y // 5 * 4 + x // 5, y % 5, x % 5]
        canvas = page.locator(".panels canvas").nth(number * 3)
        box = canvas.bounding_box()
        assert box is not None
        page.mouse.move(
            box["x"] + box["width"] * (x + 0.5) / 19, box["y"] + box["height"] * (y + 0.5) / 19
        )
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(1)
            layer = nn.Dropout(0.4).train()
            passed = [layer(before)[0, y // 5 * 4 + x // 5, y % 5, x % 5] for _ in range(3)]
        said = page.locator(".unit")
        where = f"Map {y // 5 * 4 + x // 5 + 1}, row {y % 5 + 1}, column {x % 5 + 1}:"
        expect(said).to_contain_text(where)
        shown = [float(text) for text in re.findall(r"= (-?[\d.]+)", minus(said.inner_text()))]
        assert shown == [round(float(value), 4) + 0.0 for value in passed]
        assert f"{round(float(unit), 4) + 0.0:g}" in minus(said.inner_text())
    page.locator(".panels").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".unit")).to_contain_text("Map 16, row 4, column 3:")
    assert sent_nothing(page, messages, quiet), "pointing and arrow keys"
    page.get_by_role("button", name="Next masks").click()
    after = error_sentence(draw_masks(before, place, 2, 64)).replace("*", "")
    expect(page.get_by_text(after)).to_be_visible()


def minus(text: str) -> str:
    return text.replace("−", "-")
