"""Every sample of the gallery of shared views, in light, in dark, and on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.gallery import plain, samples
from tests.views.alone import Alone, mounted

NAMES = sorted(samples())
IDS = ["-".join(name).replace(" ", "_") for name in NAMES]
PARTS = "document.querySelector('main > div').shadowRoot"


def opened(page: Page, name: tuple[str, str]) -> Alone:
    return mounted(page, f"views/{name[0]}", plain(samples()[name]()))


def faults(page: Page) -> list[str]:
    """Faults of any impact that axe-core sees; the page itself has no headings and landmarks."""
    none = {"region", "page-has-heading-one", "landmark-one-main"}
    return axe(page, {"rules": {name: {"enabled": False} for name in none}})


def axe(page: Page, options: dict[str, object]) -> list[str]:
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['failureSummary']}" for one in found]


def wider(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def problems(page: Page) -> list[str]:
    """What the browser says against the page from now on."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text))
    return found


@pytest.mark.parametrize("name", NAMES, ids=IDS)
class TestSample:
    def test_it_is_drawn_for_everyone(self, page: Page, name: tuple[str, str]) -> None:
        said = problems(page)
        alone = opened(page, name)
        assert faults(page) == []
        page.emulate_media(color_scheme="dark")
        page.clock.run_for(1000)
        # Nothing but the colours differs, and axe takes seconds for a view of many nodes.
        assert axe(page, {"runOnly": ["color-contrast"]}) == []
        assert wider(page) <= 0
        sweep(page)
        assert alone.sent == [], "what follows the pointer must not ask the server"
        assert said == []

    def test_it_fits_a_phone(self, phone: Page, name: tuple[str, str]) -> None:
        opened(phone, name)
        assert wider(phone) <= 0
        assert axe(phone, {"runOnly": ["target-size", "color-contrast"]}) == []

    def test_it_is_still_under_reduced_motion(self, page: Page, name: tuple[str, str]) -> None:
        page.emulate_media(reduced_motion="reduce")
        opened(page, name)
        before = page.screenshot()
        page.clock.run_for(3000)
        assert page.evaluate("document.getAnimations().length") == 0
        assert page.screenshot() == before


def sweep(page: Page) -> None:
    """Move the mouse over all of the view."""
    box = page.locator("main").bounding_box()
    assert box
    for step in range(1, 12):
        share = step / 12
        page.mouse.move(box["x"] + share * box["width"], box["y"] + share * box["height"])
        page.mouse.move(box["x"] + (1 - share) * box["width"], box["y"] + share * box["height"])
