"""The chart alone: it grows in place, and tells its values to mouse, keyboard and screen reader."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from dl101_core.views.chart import Chart, ChartCurve, ChartLevel, ChartLine, points, smoothed
from tests.gallery import plain
from tests.gallery.chart import SAMPLES, STEPS, thirty_seeds, trained
from tests.views.alone import ADDRESS, Alone, mounted, opened

KEEP = """figure => {
  window.lines = [...figure.querySelectorAll("path.line")];
  window.blank = 0;
  const look = () => (blank += Number(lines.some((one) => !one.getAttribute("d"))));
  new MutationObserver(look).observe(figure, { subtree: true, childList: true, attributes: true });
}"""
SAME = """figure => {
  const now = [...figure.querySelectorAll("path.line")];
  return blank === 0 && now.length === lines.length && now.every((one, i) => one === lines[i]);
}"""
WATCH = """figure => {
  window.changed = [];
  const EVERYTHING = { subtree: true, childList: true, attributes: true };
  new MutationObserver((all) => changed.push(...all.map((one) => one.target.nodeName)))
    .observe(figure.querySelector("svg[role=img]"), EVERYTHING);
}"""
FEED = """async ([at, text]) => {
  const { Chart } = await import(at);
  window.picked = [];
  window.chart = new Chart(document.querySelector("main"), { onPick: (x) => picked.push(x) });
  chart.show(JSON.parse(text));
}"""


def figure(page: Page) -> Locator:
    return page.locator("figure.chart")


def line(page: Page, name: str) -> Locator:
    return page.locator(f"path.line[data-kind={name}]")


def growing(steps: int) -> dict[str, Any]:
    """The first ``steps`` steps of a real run."""
    run = trained(0, 0.05)
    tests = tuple(test for test in run.tests if test[0] <= steps)
    learned = ChartLine(name="training", points=points(run.losses[:steps]))
    measured = ChartLine(name="validation", points=tests, kind="thick", marks=True)
    curve = ChartCurve(name="1: a net", place=0, lines=(learned, measured))
    return plain(Chart(title="Loss", curves=(curve,), total=STEPS))


def many() -> dict[str, Any]:
    """Thirty curves of 300 points, none of them faint."""
    curves = tuple(
        ChartCurve(
            name=f"seed {seed}",
            place=seed,
            lines=(ChartLine(name="training", points=points(trained(seed, 0.05).losses)),),
        )
        for seed in range(30)
    )
    return plain(Chart(title="Loss", curves=curves))


def losses(words: str) -> list[float]:
    return [float(value) for value in re.findall(r"\d\.\d{4}", words)]


def test_smoothing_is_the_mean_with_weights_that_fall_by_a_share() -> None:
    values = torch.tensor(trained(0, 0.05).losses, dtype=torch.float64)
    for t, given in enumerate(smoothed(values.tolist(), 0.8)):
        weights = 0.8 ** torch.arange(t, -1, -1, dtype=torch.float64)
        assert given == pytest.approx(float((weights * values[: t + 1]).sum() / weights.sum()))
    assert smoothed([1.0, float("inf"), 3.0], 0.5) == [1.0, float("inf"), pytest.approx(7 / 3)]
    assert points([2.0, float("nan")], start=5, every=2) == ((5, 2.0), (7, None))


def test_new_points_come_into_the_same_paths(page: Page) -> None:
    alone = mounted(page, "views/chart", growing(60))
    figure(page).evaluate(KEEP)
    box = figure(page).bounding_box()
    for steps in (61, 120, 299):
        before = str(line(page, "training").get_attribute("d"))
        alone.show(growing(steps))
        expect(page.get_by_role("img", name=f"at step {steps},")).to_be_visible()
        expect(line(page, "training")).not_to_have_attribute("d", before)
        assert str(line(page, "training").get_attribute("d")).startswith(before[:40])
        assert figure(page).evaluate(SAME)
    assert figure(page).bounding_box() == box
    assert alone.sent == []


def test_the_tip_tells_the_numbers_of_the_run(page: Page) -> None:
    alone = mounted(page, "views/chart", growing(STEPS))
    run = trained(0, 0.05)
    keys = page.get_by_role("slider", name="Loss: values along the step")
    keys.press("Home")
    tip, aloud = page.locator(".tip"), page.locator(".aloud")
    expect(tip).to_contain_text("step 1")
    for step in (2, 3):
        keys.press("ArrowRight")
        expect(tip.locator("p").first).to_have_text(f"step {step}")
        assert losses(tip.inner_text())[0] == pytest.approx(run.losses[step - 1], abs=6e-5)
    keys.press("ArrowLeft")
    expect(tip.locator("p").first).to_have_text("step 2")
    page.clock.run_for(300)
    expect(aloud).to_contain_text(f"step 2: training {run.losses[1]:.4f}")
    keys.press("End")
    expect(tip).to_contain_text(f"training {run.losses[-1]:.4f}")
    expect(tip).to_contain_text(f"validation {run.tests[-1][1]:.4f}")
    expect(keys).to_have_attribute("aria-valuetext", f"step {STEPS}")
    keys.press("ArrowRight")
    expect(tip.locator("p").first).to_have_text(f"step {STEPS}")
    expect(page.locator(".spots circle")).to_have_count(2)
    keys.press("Escape")
    expect(tip).to_be_hidden()
    expect(page.locator(".cursor")).to_have_attribute("visibility", "hidden")
    expect(keys).to_be_focused()
    keys.press("ArrowLeft")
    expect(tip.locator("p").first).to_have_text(f"step {STEPS - 1}")
    keys.blur()
    expect(tip).to_be_hidden()
    assert alone.sent == []


def test_the_mouse_finds_the_closest_point_and_the_tip_stays_in_the_picture(page: Page) -> None:
    mounted(page, "views/chart", growing(STEPS))
    picture, tip = page.get_by_role("img", name="Loss"), page.locator(".tip")
    whole = picture.bounding_box()
    assert whole
    for x, step in ((43, 1), (whole["width"] - 13, STEPS)):
        picture.hover(position={"x": x, "y": 80})
        expect(tip.locator("p").first).to_have_text(f"step {step}")
        box = tip.bounding_box()
        assert box
        assert whole["x"] <= box["x"]
        assert box["x"] + box["width"] <= whole["x"] + whole["width"]
    page.mouse.move(0, 0)
    expect(tip).to_be_hidden()


def test_a_growing_chart_keeps_its_tip(page: Page) -> None:
    alone = mounted(page, "views/chart", growing(100))
    keys = page.get_by_role("slider")
    keys.press("End")
    expect(page.locator(".tip")).to_contain_text("step 100")
    alone.show(growing(200))
    expect(page.get_by_role("img", name="at step 200,")).to_be_visible()
    expect(page.locator(".tip")).to_contain_text("step 200"), "who stands at the end stays there"
    keys.press("ArrowLeft")
    expect(page.locator(".tip")).to_contain_text("step 199")
    alone.show(growing(250))
    expect(page.get_by_role("img", name="at step 250,")).to_be_visible()
    expect(page.locator(".tip")).to_contain_text("step 199")


def test_hovering_over_thirty_runs_draws_no_line_again(page: Page) -> None:
    alone = mounted(page, "views/chart", many())
    expect(page.locator("path.line")).to_have_count(30)
    figure(page).evaluate(WATCH)
    picture = page.get_by_role("img", name="Loss")
    for x in range(60, 600, 30):
        picture.hover(position={"x": x, "y": 100})
    expect(page.locator(".tip p")).to_have_count(10)
    expect(page.locator(".tip")).to_contain_text("and 22 more")
    assert page.evaluate("changed") == []
    assert alone.sent == []


def test_an_explosion_has_powers_of_ten(page: Page) -> None:
    alone = mounted(page, "views/chart", plain(SAMPLES["an explosion"]()))
    expect(page.locator(".kind")).to_have_text("in powers of ten")
    expect(page.locator("text.peak")).to_have_text("344")
    ticks = page.locator("text[text-anchor=end]").all_text_contents()
    assert [one for one in ticks if one != "344"][-5:] == ["0.1", "1", "10", "100", "1,000"]
    alone.show(plain(SAMPLES["a run that broke"]()))
    expect(page.locator("text.end")).to_have_text(re.compile(r"^broke at step \d$"))
    expect(page.locator("path.lost")).to_have_attribute("d", re.compile("^M"))
    alone.show(growing(STEPS))
    expect(page.locator(".kind")).to_have_text("")
    expect(page.locator("text.end")).to_have_count(0)


def test_thirty_seeds_are_one_curve_with_its_spread(page: Page) -> None:
    mounted(page, "views/chart", plain(thirty_seeds()))
    expect(page.locator("path.line.faint")).to_have_count(30)
    expect(page.locator("path.band").first).to_have_attribute("d", re.compile("^M.*z$"))
    expect(page.locator(".chart ul li")).to_have_count(3)
    page.get_by_role("slider").press("End")
    rows = page.locator(".tip p").all_inner_texts()
    assert rows[0] == "step 300"
    mean, lower, upper = losses(" ".join(rows))
    assert (lower + upper) / 2 == pytest.approx(mean, abs=1e-4)


def test_an_empty_chart_has_axes_and_a_sentence(page: Page) -> None:
    alone = mounted(page, "views/chart", plain(SAMPLES["empty"]()))
    expect(page.locator("text.empty")).to_have_text("No points yet")
    expect(page.locator("text", has_text="step")).to_be_visible()
    page.get_by_role("slider").press("End")
    expect(page.locator(".tip")).to_be_hidden()
    alone.show(growing(10))
    expect(page.locator("text.empty")).to_have_count(0)


def test_data_that_are_older_or_unsound_do_no_harm(page: Page) -> None:
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    alone = mounted(page, "views/chart", {})
    for data in ({"curves": 3}, {"title": "Loss", "curves": ({"lines": 4}, {"name": "a"})}):
        alone.show(data)
        page.get_by_role("slider").press("Home")
    alone.show(growing(20))
    expect(page.get_by_role("img", name="at step 20")).to_be_visible()
    assert said == []


def test_a_level_and_the_time_of_a_scrubber_are_drawn(page: Page) -> None:
    data = Chart(title="Loss", total=10, cursor=5, levels=(ChartLevel(y=2.3, words="guessing"),))
    alone = mounted(page, "views/chart", plain(data))
    middle = page.locator(".now-end").bounding_box()
    expect(page.locator("text.note")).to_have_text("guessing")
    alone.show(plain(Chart(title="Loss", total=10, cursor=10)))
    expect(page.locator("text.note")).to_have_count(0)
    end = page.locator(".now-end").bounding_box()
    assert middle
    assert end
    assert end["x"] > middle["x"] + 100


def test_who_feeds_the_chart_hears_which_point_was_chosen(page: Page) -> None:
    opened(page)
    page.evaluate(FEED, [f"{ADDRESS}parts/x/views/chart/view.js", json.dumps(growing(STEPS))])
    picture, keys = page.locator("svg[role=img]"), page.get_by_role("slider")
    box = picture.bounding_box()
    assert box
    picture.click(position={"x": box["width"] - 11, "y": 50})
    assert page.evaluate("picked") == [STEPS]
    expect(keys).to_be_focused()
    keys.press("ArrowLeft")
    keys.press("Enter")
    assert page.evaluate("picked") == [STEPS, STEPS - 1]
    keys.press("Escape")
    keys.press("Enter")
    assert len(page.evaluate("picked")) == 2
    page.evaluate("chart.destroy()")


def test_a_finger_opens_the_tip_and_it_stays(phone: Page) -> None:
    alone: Alone = mounted(phone, "views/chart", growing(STEPS))
    box = phone.get_by_role("img", name="Loss").bounding_box()
    assert box
    phone.touchscreen.tap(box["x"] + box["width"] - 13, box["y"] + 60)
    expect(phone.locator(".tip")).to_contain_text(f"step {STEPS}")
    phone.touchscreen.tap(20, 800)
    expect(phone.locator(".tip")).to_be_hidden()
    assert alone.sent == []
