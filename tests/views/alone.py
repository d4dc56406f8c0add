"""One client-side part alone on a page of Chromium: without Streamlit, and without a server.

The part is mounted as by Streamlit: its HTML and style in a shadow root, its script as a module of
its own, which is called again at every change of the data.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

from dl101_core.ui.component import travels
from dl101_core.ui.parts import FOLDER, loader, modules
from tests.browser import LATER

CONFIG = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"
ADDRESS = "http://localhost/"  # a secure origin, for the clipboard; nobody is asked
PAGE = """<!doctype html><html lang="en">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A part</title>
<style>
body { margin: 0; font: 16px sans-serif; background: var(--st-background-color); %s }
@media (prefers-color-scheme: dark) { body { color-scheme: dark; %s } }
main { margin: 1rem; max-width: 759px }
</style>
<main></main>"""
MOUNT = """async ([js, isolated]) => {
  const place = document.querySelector("main").appendChild(document.createElement("div"));
  const parentElement = isolated ? place.attachShadow({ mode: "open" }) : place;
  const script = URL.createObjectURL(new Blob([js], { type: "text/javascript" }));
  const { default: view } = await import(script);
  const send = (name, value) => sent.push([name, value]);
  const sent = [], rest = { parentElement, setStateValue: send, setTriggerValue: send };
  return { sent, show: (data) => view({ data, ...rest }) };
}"""


class Alone:
    """A part on a page: its messages, and the server's answers."""

    def __init__(self, page: Page, name: str, isolated: bool = True) -> None:
        self.page = page
        self.part = page.evaluate_handle(MOUNT, [loader(name), isolated])

    @property
    def sent(self) -> list[tuple[str, Any]]:
        """Name and value of every message, in order, with the delayed ones."""
        self.page.clock.run_for(LATER)
        return self.so_far

    @property
    def so_far(self) -> list[tuple[str, Any]]:
        """The messages so far, without advancing the page's clock."""
        return [(name, value) for name, value in self.part.evaluate("part => part.sent")]

    def show(self, data: dict[str, Any]) -> None:
        """Give the part data of the server, sent as JSON."""
        text = json.dumps(travels(data), allow_nan=False)
        self.part.evaluate("async (part, text) => { await part.show(JSON.parse(text)); }", text)


def mounted(page: Page, name: str, data: dict[str, Any]) -> Alone:
    """Opens a page with nothing but the part ``name`` on it."""
    opened(page)
    alone = Alone(page, name)
    alone.show(data)
    return alone


def opened(page: Page) -> None:
    """A page without anything on it, in the colours of the app."""
    page.route(ADDRESS, blank)
    page.route(f"{ADDRESS}{FOLDER}/**", module)
    page.goto(ADDRESS)


def blank(route: Route) -> None:
    route.fulfill(content_type="text/html; charset=utf-8", body=page_text())


def page_text() -> str:
    """A page without anything on it, in the app's colours, light or dark."""
    return PAGE % (colours("light"), colours("dark"))


def colours(theme: str) -> str:
    """The app's colours, as declarations of a style."""
    chosen = tomllib.loads(CONFIG.read_text("utf-8"))["theme"][theme]
    names = {f"--st-{kebab(name)}": value for name, value in chosen.items()}
    names |= {"--st-font": "sans-serif", "--st-heading-font": "serif", "--st-base-radius": "0.4rem"}
    return "".join(f"{name}: {value};" for name, value in names.items())


def module(route: Route) -> None:
    """One of the modules, as the server answers."""
    _, _, path = route.request.url.removeprefix(f"{ADDRESS}{FOLDER}/").partition("/")
    route.fulfill(content_type="text/javascript", body=modules()[path])


def kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
