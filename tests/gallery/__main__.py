"""Serves the gallery, or saves a screenshot of each sample in DIR with ``--shots DIR``.

Usage: ``python -m tests.gallery``.
"""

from __future__ import annotations

import argparse
import json
from html import escape
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from dl101_core.server.parts_route import parts_route
from dl101_core.ui.component import travels
from dl101_core.ui.parts import loader
from tests.browser import CHROMIUM_FLAGS, chromium
from tests.gallery import plain, samples
from tests.views.alone import MOUNT, mounted, page_text

COME_TO_REST = """async () => {
  for (let frame = 0; frame < 45; frame++) await new Promise(requestAnimationFrame);
}"""
"""Longer than any animation of a view."""
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 720}},
    "dark": {"viewport": {"width": 1280, "height": 720}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}


async def index(_: Request) -> Response:
    links = (
        f'<li><a href="/{view}/{title.replace(" ", "-")}">{escape(f"{view}: {title}")}</a></li>'
        for view, title in samples()
    )
    return HTMLResponse(f"{page_text()}<ul>{''.join(links)}</ul>")


async def one(request: Request) -> Response:
    wanted = request.path_params["view"], request.path_params["title"].replace("-", " ")
    make = samples().get(wanted)
    if make is None:
        return HTMLResponse("There is no such sample.", 404)
    view, title = wanted
    data = json.dumps(travels(plain(make()))).replace("<", "\\u003c")
    script = f"""globalThis.dl101Base = "/";
      const part = await ({MOUNT})([{json.dumps(loader(f"views/{view}"))}, true]);
      await part.show({data});"""
    heading = f"<h1>{escape(f'{view}: {title}')}</h1>"
    return HTMLResponse(f'{page_text()}{heading}<script type="module">{script}</script>')


def shoot(folder: Path, only: str) -> None:
    """Screenshots of every sample: light, dark, and on a phone."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
        for (view, title), make in samples().items():
            if only in ("", view):
                for look in LOOKS:
                    shoot_one(
                        browser, view, plain(make()), look, folder / f"{view}-{title}-{look}.png"
                    )
        browser.close()


def shoot_one(browser: Browser, view: str, data: dict[str, object], look: str, file: Path) -> None:
    context = browser.new_context(**LOOKS[look])  # type: ignore[arg-type]
    page = context.new_page()
    page.on("console", lambda message: print(file.stem, message.text))
    page.on("pageerror", lambda error: print(file.stem, error))
    mounted(page, f"views/{view}", data)
    page.evaluate(COME_TO_REST)
    page.screenshot(path=str(file).replace(" ", "_"), full_page=True)
    context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8610)
    parser.add_argument("--shots", type=Path, help="save screenshots here instead of serving")
    parser.add_argument("--view", default="", help="only this view")
    arguments = parser.parse_args()
    if arguments.shots:
        return shoot(arguments.shots, arguments.view)
    routes = [Route("/", index), parts_route(""), Route("/{view}/{title}", one)]
    uvicorn.run(Starlette(routes=routes), host="127.0.0.1", port=arguments.port)
    return None


if __name__ == "__main__":
    main()
