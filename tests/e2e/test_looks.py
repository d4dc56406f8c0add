"""How every page looks: the focus is seen, titles and formulas fit, and paper shows everything."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dl101_core.curriculum import PageInfo, pages
from dl101_core.lessons import read_lesson
from tests.browser import DESK, PHONE
from tests.e2e.test_every_page import settle

A4 = {"width": 703, "height": 1032}
"""In CSS pixels, without margins of 12 mm."""
EDGE = 8
"""Pixels around an element in which its ring is looked for."""
SEEN: set[str] = set()
"""Kinds of elements whose ring was measured, on any page, by theme."""

FOCUSABLE = """
() => {
  const found = [];
  const look = (root, part) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) look(one.shadowRoot, one.shadowRoot.querySelector("[class]")?.className);
      const box = one.getBoundingClientRect();
      if (one.tabIndex < 0 || one.disabled || box.width < 3 || box.height < 3) continue;
      if (!one.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const test = one.dataset.testid ?? one.closest("[data-testid]")?.dataset.testid;
      found.push([[part, one.tagName, one.getAttribute("role"), one.type, test].join(" "), one]);
    }
  };
  look(document, "page");
  globalThis.dl101Focus = Object.fromEntries(found.reverse());
  return Object.keys(globalThis.dl101Focus);
}
"""
SHOW = """kind => {
  const one = globalThis.dl101Focus[kind];
  document.activeElement?.blur();
  one.scrollIntoView({ block: "center", behavior: "instant" });
  const thumb = one.type === "range" ? one.parentElement.parentElement : null;
  const field = one.closest('label, [data-baseweb="select"], [data-baseweb="input"]');
  const box = (thumb ?? field ?? one)
    .getBoundingClientRect();
  return [box.x, box.y, box.width, box.height];
}"""
FOCUS = """kind => {
  const one = globalThis.dl101Focus[kind];
  one.focus({ preventScroll: true, focusVisible: true });
  return one.getRootNode().activeElement === one;
}"""

UNFIT = """
() => [...document.querySelectorAll(".katex-display")]
  .filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 3)
  .map((one) => one.textContent)
"""
# Without opening its list, a select box tells only the title that is chosen.
ROOM = """([label, titles]) => {
  const box = document.querySelector(`[data-testid="stSelectbox"] input[aria-label="${label}"]`);
  if (!box?.clientWidth) return [];
  const pen = document.createElement("canvas").getContext("2d"), look = getComputedStyle(box);
  pen.font = `${look.fontWeight} ${look.fontSize} ${look.fontFamily}`;
  return titles.filter((title) => pen.measureText(title).width > box.clientWidth);
}"""

LEAVES = """
() => {
  const leaves = [];
  const look = (root) => {
    for (const one of root.children) {
      if (one.shadowRoot) look(one.shadowRoot);
      const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      const whole = one.matches("canvas, svg, img, .katex, input:not([type=range])");
      const box = one.getBoundingClientRect();
      const shown = one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
      const tiny = box.width < 3 || box.height < 3;
      const inline = one.matches(".katex") && !one.closest(".katex-display");
      if ((own || whole) && !inline && !one.matches("style, script")) {
        leaves.push(shown && !tiny ? [box.left, box.top, box.right, box.bottom, one] : null);
      }
      if (!whole) look(one);
    }
  };
  look(document.querySelector('[data-testid="stMain"]'));
  const name = (one) => one.textContent || one.getAttribute("aria-label") || one.tagName;
  const words = (one) => name(one).trim().slice(0, 40);
  const over = {};
  leaves.forEach((a, i) => a && leaves.slice(i + 1).forEach((b, j) => {
    if (!b || a[4].contains(b[4])) return;
    const wide = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
    const high = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
    if (wide > 4 && high > 4) over[`${i} ${i + 1 + j}`] = `${words(a[4])} | ${words(b[4])}`;
  }));
  return {
    over,
    shown: leaves.map((one) => (one ? words(one[4]) : "")),
    beyond: leaves.filter((one) => one && one[2] > innerWidth + 6).map((one) => words(one[4])),
  };
}
"""
NOT_ON_PAPER = {"Done", "To Start"}


@pytest.mark.parametrize("info", pages(), ids=lambda info: info.title)
def test_a_page_looks_right(page: Page, app_url: str, info: PageInfo) -> None:
    page.goto(f"{app_url}/{info.url}")
    ready(page)
    titles = titles_of_select_boxes(page)
    assert faint_rings(page, "light") == []
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", "dark")
    assert faint_rings(page, "dark") == []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        settle(page)
        assert page.evaluate(UNFIT) == [], size
        assert [cut for one in titles.items() if (cut := page.evaluate(ROOM, one))] == [], size


@pytest.mark.parametrize("info", pages(), ids=lambda info: info.title)
def test_a_page_is_whole_on_paper(page: Page, app_url: str, info: PageInfo) -> None:
    page.goto(f"{app_url}/{info.url}")
    ready(page)
    screen = page.evaluate(LEAVES)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size(A4)  # type: ignore[arg-type]
    paper = page.evaluate(LEAVES)
    before: dict[str, Any] = screen["over"]
    assert {pair: words for pair, words in paper["over"].items() if pair not in before} == {}
    lost = [a for a, b in zip(screen["shown"], paper["shown"], strict=True) if a and not b]
    assert set(lost) <= NOT_ON_PAPER
    assert paper["beyond"] == []


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
    # Down at the maths it is still there, and leaves the page when it is done.
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


def ready(page: Page) -> None:
    settle(page)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    settle(page)


def titles_of_select_boxes(page: Page) -> dict[str, list[str]]:
    """By label, all that its list offers."""
    found = {}
    for box in page.locator('[data-testid="stSelectbox"] input').all():
        box.click()
        found[str(box.get_attribute("aria-label"))] = page.get_by_role("option").all_inner_texts()
        page.keyboard.press("Escape")
    return found


def faint_rings(page: Page, theme: str) -> list[str]:
    """Kinds of elements where the focus changes too few pixels by a contrast of 3 or more."""
    page.keyboard.press("Tab")  # from here on the browser shows the focus
    faint = []
    for kind in page.evaluate(FOCUSABLE):
        if f"{theme} {kind}" in SEEN:
            continue
        SEEN.add(f"{theme} {kind}")
        x, y, width, height = page.evaluate(SHOW, kind)
        clip = {
            "x": max(0.0, x - EDGE),
            "y": max(0.0, y - EDGE),
            "width": width + 2 * EDGE,
            "height": height + 2 * EDGE,
        }
        without = luminance(page.screenshot(clip=clip))  # type: ignore[arg-type]
        if not page.evaluate(FOCUS, kind):  # a panel of tabs, as long as it holds a control
            continue
        with_ring = luminance(page.screenshot(clip=clip))  # type: ignore[arg-type]
        low, high = np.minimum(without, with_ring), np.maximum(without, with_ring)
        changed = int(((high + 0.05) / (low + 0.05) >= 3).sum())
        # A ring of two pixels around it, of which half may lie under something.
        if changed < min(width, DESK["width"]) + min(height, DESK["height"]):
            faint.append(f"{kind}: {changed} pixels of {width:.0f} by {height:.0f}")
    return faint


def luminance(png: bytes) -> npt.NDArray[np.float64]:
    """Relative luminance (WCAG) of each pixel."""
    values = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    light: npt.NDArray[np.float64] = linear @ np.array([0.2126, 0.7152, 0.0722])
    return light
