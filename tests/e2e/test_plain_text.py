"""Text of others in a real browser: it shows as it is written, and none of it becomes active."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dl101_core.curriculum import pages
from dl101_core.page_info import PageInfo
from dl101_core.ui.markdown import JOINER
from tests.e2e.conftest import ROOT, free_port, stop_app, wait_for_health
from tests.patience import looks_for

FILE = "<img src=x onerror=alert(1)>**bold**[x](javascript:1).png"
TEXTS = [
    FILE,
    "<script>alert(1)</script>",
    "<b>b</b> <a href='javascript:alert(1)'>a</a> <iframe src=x></iframe>",
    "**bold** *it* _it_ ~~gone~~ `code` ==mark==",
    "[x](javascript:alert(1)) ![x](http://127.0.0.1:1/x.png) [x]: http://a.example",
    "http://a.example/x www.a.example a@b.example https://a.example mailto:a@b.example",
    "HTTP://A.EXAMPLE xmpp:a@b.example <http://a.example> &lt;b&gt; &amp; &#60;",
    "# Title",
    "- point",
    "+ point",
    "1. point",
    "1) point",
    "> quote",
    "--- --- ---",
    "| a | b | |---|---| | 1 | 2 |",
    "$x^2$ $$x^2$$ \\(x\\) \\[x\\]",
    ":material/home: :red[x] :blue-background[x] :smile: :small[x] :streamlit: :badge[x]",
    "a\\*b\\\\c \\",
    "[^1] [^1]: note",
    "*",
    "_",
    "`",
    "x" * 60 + " = <" + "y" * 60,
]
SCRIPT = """
import json, sys
import streamlit as st
from dl101_core.ui.markdown import escape_markdown
for number, text in enumerate(json.loads({texts!r})):
    for place, show in enumerate((st.warning, st.error, st.info, st.markdown, st.caption)):
        with st.container(key=f"box_{{number}}_{{place}}"):
            show(escape_markdown(text))
    with st.container(key=f"box_{{number}}_5"):
        st.progress(0.5, text=escape_markdown(text))
    with st.container(key=f"box_{{number}}_6"):
        st.button(escape_markdown(text), key=f"button_{{number}}")
    with st.container(key=f"box_{{number}}_7"):
        said = f"The link asks for {{escape_markdown(text)}}, but it must not."
        st.warning(said, icon=":material/info:")
st.title("End")
"""


@pytest.fixture(scope="module")
def text_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page of every text in every place."""
    folder = tmp_path_factory.mktemp("texts")
    script = folder / "texts.py"
    head = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"
    script.write_text(head + SCRIPT.format(texts=json.dumps(TEXTS)))
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--server.headless=true"], cwd=folder, stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"
    wait_for_health(url)
    yield url
    stop_app(process)


def watch(page: Page) -> list[str]:
    """Collects every dialog and every request to another site."""
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda r: seen.append(r.url) if "127.0.0.1:1/" in r.url else None)
    return seen


READ = """(boxes) => boxes.map((box) => ({
    key: [...box.classList].find((name) => name.startsWith("st-key-")),
    text: (box.querySelector("[data-testid=stMarkdownContainer]") ?? box).textContent,
    alive: [...box.querySelectorAll("[data-testid=stMarkdownContainer] *")]
        .map((node) => node.tagName.toLowerCase()),
}))"""


def test_every_text_shows_as_it_is_written_wherever_it_stands(text_url: str, page: Page) -> None:
    seen = watch(page)
    page.goto(text_url)
    expect(page.get_by_role("heading", name="End")).to_be_visible()
    boxes = page.locator("[class*=st-key-box_]")
    expect(boxes).to_have_count(8 * len(TEXTS))
    for _ in looks_for(vain="some text does not come"):  # Markdown comes in by and by
        found = boxes.evaluate_all(READ)
        if all(box["text"] for box in found):
            break
    wrong = []
    for box in found:
        number, place = map(int, box["key"].removeprefix("st-key-box_").split("_"))
        text = " ".join(TEXTS[number].split())
        if place == 7:
            text = f"The link asks for {text}, but it must not."
        shown = box["text"].replace(JOINER, "").strip()
        if shown != text or set(box["alive"]) - {"p", "div", "small", "span"}:
            wrong.append((place, text, shown, box["alive"]))
    assert wrong == []
    assert seen == []


@pytest.mark.parametrize(
    ("content", "said"),
    [("picture", None), ("garbage", "This file is not a picture that can be read here")],
)
def test_a_file_name_is_only_a_name(
    app_url: str, page: Page, content: str, said: str | None
) -> None:
    seen = watch(page)
    page.goto(f"{app_url}/filters?picture=Own picture")
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20)).save(buffer, "PNG")
    data = buffer.getvalue() if content == "picture" else b"nothing of the kind"
    chooser = page.locator("input[type=file]")
    chooser.set_input_files({"name": FILE, "mimeType": "image/png", "buffer": data})
    if said:
        expect(page.get_by_text(said)).to_be_visible()
    else:
        expect(page.locator("[data-picture=before] figcaption")).to_contain_text("30 × 20")
    expect(page.get_by_role("button", name=f"Remove {FILE}", exact=True)).to_be_visible()
    assert page.locator("[data-testid=stFileUploader] a").count() == 0
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert seen == []


# One page with ordinary controls, and two with messages of their own. The messages about links are
# tested for all pages without a browser.
LESSONS = [page for page in pages() if page.lesson in ("filters", "builder", "training")]
HOSTILE = "<img src=x onerror=alert(1)> **b**[x](javascript:alert(1)) www.evil.example"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.title)
def test_nothing_of_an_address_comes_to_life(app_url: str, page: Page, lesson: PageInfo) -> None:
    seen = watch(page)
    names = ("kernel", "start", "model", "lr", "stride", "run", "runs", "tab", "view", "picture")
    query = "&".join(f"{name}={quote(HOSTILE)}" for name in (*names, "layers", "built"))
    page.goto(f"{app_url}/{lesson.url}?{query}")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("[data-testid=stAlert]").first).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("a[href^='javascript'], a[href*='evil.example']").count() == 0
    assert page.locator("[data-testid=stAlert] strong").count() == 0
    assert page.locator("[data-testid=stException]").count() == 0
    assert seen == []
