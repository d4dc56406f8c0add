"""Real Chromium: a laptop's pages and a phone's, for tests of the whole app and of one part alone.

A plugin of pytest, so that both share one browser. Tests without a browser load no Playwright.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Playwright
    from playwright.sync_api import BrowserContext as Profile

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = {"width": 1280, "height": 720}
PHONE = {"width": 390, "height": 844}
COMES = 120_000
"""Timeout in milliseconds of an expected event, on any machine; only a failure takes so long."""
EAGER = 2_000
"""Playwright looks ten times a second if it may wait no longer than this, else only twice."""
LATER = 5_000
"""Milliseconds by which a page's clock is advanced: more than our longest timer."""


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    from playwright._impl.frame import Frame
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=COMES)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setattr(Frame, "_expect", looking_often(Frame._expect))
        yield playwright


Expect = Callable[..., Awaitable[Any]]


def looking_often(expect: Expect) -> Expect:
    """Playwright's ``expect`` in turns of ``EAGER``: it notices a change in 0.1 s, not in 0.5 s."""

    async def often(frame: Any, selector: Any, kind: str, options: Any, title: Any) -> Any:
        end = time.monotonic() + options["timeout"] / 1000
        while True:
            left = max(1.0, 1000 * (end - time.monotonic()))
            turn = options | {"timeout": min(EAGER, left)}
            result = await expect(frame, selector, kind, turn, title)
            if result["matches"] != bool(options.get("isNot")) or left <= EAGER:
                return result

    return often


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A browser for visitors from elsewhere: every context of it starts empty."""
    chrome = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
    yield chrome
    chrome.close()


@pytest.fixture(scope="session")
def laptop(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    yield from profile(playwright, tmp_path_factory.mktemp("laptop"), viewport=DESK)


@pytest.fixture(scope="session")
def pocket(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    touch = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2}
    yield from profile(playwright, tmp_path_factory.mktemp("pocket"), viewport=PHONE, **touch)


@pytest.fixture
def page(laptop: Profile) -> Iterator[Page]:
    """A laptop's page, 1280×720, with a mouse."""
    yield laptop.new_page()
    forget(laptop)


@pytest.fixture
def phone(pocket: Profile) -> Iterator[Page]:
    """A phone's page, 390×844, with touch."""
    yield pocket.new_page()
    forget(pocket)


def profile(playwright: Playwright, folder: Path, **looks: Any) -> Iterator[Profile]:
    """A profile that caches compiled scripts, so that a page takes two thirds of the work.

    The clock of its pages runs as usual, and a test may advance it.
    """
    kept = playwright.chromium.launch_persistent_context(
        folder, executable_path=chromium(), args=list(CHROMIUM_FLAGS), **looks
    )
    kept.clock.install()
    kept.set_default_timeout(COMES)
    yield kept
    kept.close()


def forget(profile: Profile) -> None:
    """Delete all state of one test, so that the next test starts without it."""
    for page in profile.pages[1:]:  # the first keeps the browser open
        page.close()
    profile.clear_cookies()
    profile.clear_permissions()


def chromium() -> str:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "the browser tests need Chromium: apt-get install chromium"
    return path


def to_the_middle(part: Locator) -> None:
    """Scrolls ``part`` clear of the controls, which stay at the lower edge of a phone."""
    part.evaluate("part => part.scrollIntoView({ block: 'center' })")
