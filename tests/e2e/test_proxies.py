"""A real nginx in front of the app: set up as in docs/proxy.md, below a path, and wrongly."""

from __future__ import annotations

import http.server
import io
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlparse

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FrameLocator, Locator, Page, expect

from dl101_core.home import HEADLINE
from tests.e2e.conftest import OPENER, free_port, start_app, stop_app
from tests.e2e.test_lab_manners import stop
from tests.e2e.test_stream import COUNT, grows
from tests.e2e.test_training import LONG, loss_chart, open_lab
from tests.e2e.test_training import start as start_run
from tests.patience import PATIENCE, within

ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(
    NGINX is None, reason="nginx is not installed: apt-get install nginx"
)
SNIPPET = re.search(r"```nginx\n(.*?)```", (ROOT / "docs" / "proxy.md").read_text("utf-8"), re.S)
UNREACHED = "This page cannot reach its server live."

Proxy = Callable[..., str]


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    """Starts nginx with the documented settings, changed by pairs of texts; gives its address."""
    started: list[subprocess.Popen[bytes]] = []

    def start(app: str, *changes: tuple[str, str]) -> str:
        assert SNIPPET
        port, settings = free_port(), SNIPPET[1]
        own = (("listen 80", f"listen 127.0.0.1:{port}"), ("http://127.0.0.1:8501", app))
        for old, new in (*changes, *own):
            assert old in settings
            settings = settings.replace(old, new)
        folders = "".join(
            f"{part}_temp_path {tmp_path}/{part};"
            for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        config = tmp_path / "nginx.conf"
        who = "user root;" if os.geteuid() == 0 else ""  # nobody else may write into our folder
        config.write_text(
            f"daemon off; {who} pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log; "
            f"worker_processes 1; events {{}} http {{ access_log off; {folders}\n{settings} }}"
        )
        command = [str(NGINX), "-p", str(tmp_path), "-c", str(config)]
        with (tmp_path / "nginx.log").open("wb") as log:
            started.append(subprocess.Popen(command, stdout=log, stderr=log))
        url = f"http://127.0.0.1:{port}"
        assert within(PATIENCE, lambda: listens(url)), (tmp_path / "nginx.log").read_text()
        return url

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def listens(url: str) -> bool:
    try:
        with OPENER.open(f"{url}/", timeout=2):
            return True
    except OSError as problem:
        return hasattr(problem, "code")  # an answer, if no good one


def works(page: Page, url: str) -> None:
    """A link opens its page, a control changes the picture, and the menu leads on."""
    page.goto(f"{url}/convolution?stride=2")
    picture = page.locator(".conv[data-shown]")
    expect(picture).to_be_visible()
    before = str(picture.get_attribute("data-shown"))
    page.get_by_role("slider", name="Stride").first.press("ArrowRight")
    expect(picture).not_to_have_attribute("data-shown", before)
    assert urlparse(page.url).path == f"{urlparse(url).path}/convolution"
    page.get_by_test_id("stTopNavLink").filter(has_text="Home").click()
    expect(page.locator("h1")).to_have_text(HEADLINE)


def test_the_documented_settings_work(page: Page, app_url: str, proxy: Proxy) -> None:
    works(page, proxy(app_url))


def test_a_proxy_may_strip_the_path(page: Page, app_url: str, proxy: Proxy) -> None:
    strip = (("location / {", "location /dl101/ {"), ("127.0.0.1:8501;", "127.0.0.1:8501/;"))
    works(page, f"{proxy(app_url, *strip)}/dl101")


def test_a_proxy_may_keep_the_path(page: Page, tmp_path: Path, proxy: Proxy) -> None:
    port = free_port()
    server = start_app(tmp_path, port, "--server.baseUrlPath=dl101")
    try:
        url = proxy(f"http://127.0.0.1:{port}", ("location / {", "location /dl101/ {"))
        works(page, f"{url}/dl101")
    finally:
        stop_app(server)


def test_without_websockets_the_page_says_so_after_ten_seconds_and_goes_on_once_they_pass(
    page: Page, app_url: str, tmp_path: Path, proxy: Proxy
) -> None:
    upgrade, none = "proxy_set_header Upgrade $http_upgrade;", "proxy_set_header Upgrade '';"
    url = proxy(app_url, (upgrade, none))
    page.clock.install(time=0)
    page.clock.pause_at(1_000)
    page.goto(f"{url}/convolution")
    while not page.get_by_test_id("stApp").count():
        page.clock.run_for(100)
    page.clock.run_for(9_000)
    said = page.get_by_role("alert").filter(has_text=UNREACHED)
    expect(said).to_have_count(0)
    page.clock.run_for(2_000)
    expect(said).to_be_visible()
    expect(said).to_contain_text("let WebSockets through")
    config = tmp_path / "nginx.conf"
    config.write_text(config.read_text().replace(none, upgrade))
    os.kill(int((tmp_path / "nginx.pid").read_text()), signal.SIGHUP)
    page.clock.resume()
    expect(page.locator("h1")).to_have_text("Convolution")
    expect(said).to_have_count(0)


BUFFERS = """location /api/ {
        proxy_pass http://127.0.0.1:8501;
        proxy_http_version 1.0;
        proxy_ignore_headers X-Accel-Buffering;
        proxy_buffer_size 512k;
        proxy_buffers 8 512k;
        proxy_busy_buffers_size 1m;
    }
    location / {"""
"""nginx's old default: it keeps an answer until that ends, or until 512 kB are there."""


@pytest.mark.parametrize("buffers", [False, True], ids=["passes on", "buffers"])
def test_a_curve_grows_by_stream_or_behind_a_proxy_that_buffers_by_polls(
    page: Page, app_url: str, proxy: Proxy, buffers: bool
) -> None:
    url = proxy(app_url, *([("location / {", BUFFERS)] if buffers else []))
    page.add_init_script(COUNT)
    open_lab(page, url, f"{LONG}&seed={75 + buffers}")
    start_run(page)
    expect(loss_chart(page)).to_be_visible()
    grows(page, 6)
    if buffers:
        assert page.evaluate("window.heard") == 0
    else:
        page.wait_for_function("() => window.heard > 20")
    stop(page)


def noise(megabytes: float) -> bytes:
    """A picture that no format can compress."""
    side = int((megabytes * 2**20 / 3) ** 0.5)
    pixels = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def upload(page: Page | FrameLocator, data: bytes) -> None:
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        [{"name": "noise.png", "mimeType": "image/png", "buffer": data}]
    )


def reason(page: Page | FrameLocator) -> Locator:
    """Our script's message below the uploader; Streamlit's own message is in its red chip."""
    parts = page.get_by_test_id("stFileUploader").get_by_role("alert")
    return parts.filter(has_text="The upload failed.")


def test_a_picture_that_the_proxy_stops_is_refused_with_the_reason(
    page: Page, app_url: str, proxy: Proxy
) -> None:
    url = proxy(app_url, ("client_max_body_size 12m;", ""))  # nginx: 1 MB
    page.goto(f"{url}/filters?picture=Own+picture")
    upload(page, noise(2))
    said = reason(page)
    expect(said).to_contain_text("larger than the network in front of this server lets through")
    shown = page.locator("[data-picture=after] canvas")
    sample = str(shown.get_attribute("data-painted"))
    upload(page, noise(0.2))
    expect(shown).not_to_have_attribute("data-painted", sample)
    expect(said).to_have_count(0)


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """Another site, which answers every request with a page that frames a lesson."""

    lesson = ""

    def do_GET(self) -> None:
        body = f'<h1>Course</h1><iframe width="1000" height="700" src="{self.lesson}">'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_in_a_frame_of_another_site_a_lesson_works_and_an_upload_names_the_way_out(
    page: Page, app_url: str
) -> None:
    Elsewhere.lesson = f"{app_url}/filters?picture=Own+picture&embed=true"
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        page.goto(f"http://localhost:{site.server_port}")  # not 127.0.0.1: another site
        lesson = page.frame_locator("iframe")
        expect(lesson.locator("h1")).to_have_text("Filters on pictures")
        upload(lesson, noise(0.2))
        expect(reason(lesson)).to_contain_text("Open the page in a tab of its own.")
    finally:
        site.shutdown()
        site.server_close()
