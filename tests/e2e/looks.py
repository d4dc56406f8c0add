"""Checks of layout: the focus is visible, titles and formulas fit, paper shows everything."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from playwright.sync_api import Page

from tests.browser import DESK

A4 = {"width": 703, "height": 1032}
"""Width and height in CSS pixels, without margins of 12 mm."""
EDGE = 8
"""Pixels around an element in which its focus ring is searched."""
SEEN: set[str] = set()
"""Kinds of elements with a visible ring, on any page, by theme: each is measured once."""

FOCUSABLE = """
() => {
  const found = [];
  const look = (root, part) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) look(one.shadowRoot, one.shadowRoot.querySelector("[class]")?.className);
      const box = one.getBoundingClientRect();
      if (one.tabIndex < 0 || one.disabled || box.width < 3 || box.height < 3) continue;
      // The keyboard passes a panel over that holds something which takes the focus.
      const holds = one.querySelector("[tabindex='0'], a, button, input");
      if (one.role === "tabpanel" && holds) continue;
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
  const field = one.matches("input, textarea")
    ? one.closest('label, [data-baseweb="select"], [data-baseweb="input"]') : null;
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
# A select box with a closed list shows only the chosen title.
ROOM = """([label, titles]) => {
  const box = document.querySelector(`[data-testid="stSelectbox"] input[aria-label="${label}"]`);
  if (!box?.clientWidth) return [];
  const pen = document.createElement("canvas").getContext("2d"), look = getComputedStyle(box);
  pen.font = `${look.fontWeight} ${look.fontSize} ${look.fontFamily}`;
  return titles.filter((title) => pen.measureText(title).width > box.clientWidth);
}"""

PRESSED = "header, .st-key-lesson_bar, .st-key-rail_faces, .st-key-rail_foot, .st-key-rail_set_up"
"""What is only there to be pressed; paper leaves it out."""
LEAVES = """
(pressed) => {
  const leaves = [];
  const look = (root) => {
    for (const one of root.children) {
      if (one.matches(pressed)) continue;
      if (one.shadowRoot) look(one.shadowRoot);
      const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      const whole = one.matches("canvas, svg, img, .katex, input:not([type=range])");
      const box = one.getBoundingClientRect();
      const shown = one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
      const tiny = box.width < 3 || box.height < 3;
      const inline = one.matches(".katex") ? !one.closest(".katex-display")
        : one.matches("p strong, p em, p a, p code, li strong, li em, li a, li code");
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
NOT_ON_PAPER = {"To Start"}


def unfit(page: Page, titles: dict[str, list[str]]) -> list[str]:
    """Formulas wider than their column, and titles that their select box would cut."""
    cut: list[str] = page.evaluate(UNFIT)
    for one in titles.items():
        cut += page.evaluate(ROOM, one)
    return cut


def leaves(page: Page) -> dict[str, Any]:
    """The elements of the page: overlaps, visible ones, and those beyond the edge."""
    found: dict[str, Any] = page.evaluate(LEAVES, PRESSED)
    return found


def titles_of_select_boxes(page: Page) -> dict[str, list[str]]:
    """The titles of every list, by label."""
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
        x, y, width, height = page.evaluate(SHOW, kind)
        clip = {
            "x": max(0.0, x - EDGE),
            "y": max(0.0, y - EDGE),
            "width": width + 2 * EDGE,
            "height": height + 2 * EDGE,
        }
        without = luminance(page.screenshot(clip=clip))  # type: ignore[arg-type]
        if not page.evaluate(FOCUS, kind):
            faint.append(f"{kind}: does not take the focus")
            continue
        with_ring = luminance(page.screenshot(clip=clip))  # type: ignore[arg-type]
        low, high = np.minimum(without, with_ring), np.maximum(without, with_ring)
        changed = int(((high + 0.05) / (low + 0.05) >= 3).sum())
        # A ring of two pixels around the element; half of the ring may be covered.
        if changed < min(width, DESK["width"]) + min(height, DESK["height"]):
            faint.append(f"{kind}: {changed} pixels of {width:.0f} by {height:.0f}")
        else:
            SEEN.add(f"{theme} {kind}")
    return faint


def luminance(png: bytes) -> npt.NDArray[np.float64]:
    """Relative luminance (WCAG) of each pixel."""
    values = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    light: npt.NDArray[np.float64] = linear @ np.array([0.2126, 0.7152, 0.0722])
    return light
