"""After a broken network or a server's end, the learner sees the complete curve again."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from dl101_core.jobs.record import Saved
from dl101_core.jobs.store.journal import FILE
from dl101_core.jobs.store.runs import Store
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import Checkpointed, Event, Finished, Progress
from dl101_core.training.loop import train
from tests.e2e.cable import Cable
from tests.e2e.conftest import free_port, start_app, stop_app
from tests.e2e.test_training import LONG, loss_chart, open_lab, run_in, said, start
from tests.faults.helpers import alive, descendants
from tests.patience import PATIENCE, looks_for, wait_for

CUT = 10_000
# A run that is longer than the test on any machine; the test stops it.
ENDLESS = (
    "model=Multi-layer+perceptron&hidden_size=256&optimizer=Adam"
    "&epochs=100&train_size=12000&seed=51"
)


@pytest.fixture
def cable(app_url: str) -> Iterator[Cable]:
    cable = Cable(int(urlparse(app_url).port or 0))
    yield cable
    cable.close()


def last_step(page: Page) -> int:
    """The last step that the loss chart draws."""
    label = loss_chart(page).get_attribute("aria-label") or ""
    return max(map(int, re.findall(r"at step (\d+)", label)), default=0)


def moves_on(page: Page) -> None:
    """The curve grows by itself, and nothing is wrong on the page."""
    for _ in range(2):  # the first may come of drawing the whole page once more
        before = str(loss_chart(page).get_attribute("aria-label"))
        expect(loss_chart(page)).not_to_have_attribute("aria-label", before)
    expect(page.get_by_text(re.compile("^Training: step"))).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_cut_of_ten_seconds_a_refresh_and_other_viewers_leave_the_run_alone(
    page: Page, cable: Cable, browser: Browser
) -> None:
    url = f"http://127.0.0.1:{cable.port}"
    open_lab(page, url, f"{LONG}&seed=50")
    start(page)
    moves_on(page)
    cable.pull()
    page.clock.run_for(CUT)
    for _ in looks_for(vain="the page does not try again"):
        if cable.refused:
            break
    stood = last_step(page)
    cable.plug()
    moves_on(page)
    assert last_step(page) > stood
    page.reload()
    moves_on(page)
    second = page.context.new_page()
    second.goto(page.url)
    moves_on(second)
    elsewhere = browser.new_context()
    device = elsewhere.new_page()
    device.goto(page.url)
    moves_on(device)
    elsewhere.close()
    moves_on(page)
    second.close()
    page.get_by_role("button", name="Stop").click()
    expect(said(page)).to_contain_text("Stopped at step")
    assert cable.refused > 0


def saved(folder: Path, run: str) -> Saved:
    store = Store(f"sqlite:///{folder / FILE}")
    found = store.load(run)
    store.database.close()
    assert found is not None
    return found


def end(server: subprocess.Popen[bytes], blow: signal.Signals) -> int:
    """The server's exit code; all its child processes have ended in time."""
    below = descendants(server.pid)
    assert below
    server.send_signal(blow)
    code = server.wait(PATIENCE)
    wait_for(lambda: not any(map(alive, below)), "a process of the dead server goes on")
    return code


def answers(tab: Page) -> bool:
    """Whether a control of the convolution page changes its picture."""
    picture = tab.locator(".conv[data-shown]")
    before = picture.get_attribute("data-shown") or ""
    tab.get_by_role("slider", name="Stride").first.press("ArrowRight")
    try:
        expect(picture).not_to_have_attribute("data-shown", before, timeout=2_000)
    except AssertionError:
        return False
    return True


def beginning(of: ImageConfig, length: int) -> list[Event]:
    """The first events of a run that nothing disturbs."""
    alone = (event for event in train(of) if event and not isinstance(event, Checkpointed))
    return list(islice(alone, length))


def test_a_run_pauses_unwatched_and_outlives_two_servers(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DL101_LEASE", "3")
    port = free_port()
    log = tmp_path / "server.log"
    server = start_app(tmp_path, port)
    try:
        open_lab(page, f"http://127.0.0.1:{port}", ENDLESS)
        start(page)
        expect(loss_chart(page)).to_be_visible()
        link, run = page.url, run_in(page)
        page.goto("about:blank")
        idle = page.context.new_page()
        idle.goto(f"http://127.0.0.1:{port}/convolution?stride=1")
        expect(idle.locator(".conv[data-shown]")).to_be_visible()
        wait_for(lambda: "run paused at step" in log.read_text("utf-8"))
        page.goto(link)
        expect(page.get_by_text("while nobody watched, and goes on now")).to_be_visible()
        moves_on(page)
        # At SIGTERM the server saves the run at its present step.
        assert end(server, signal.SIGTERM) == -signal.SIGTERM
        kept = saved(tmp_path, run)
        assert kept.checkpoint is not None
        assert kept.checkpoint.told == len(kept.events)
        steps = [event.step for event in kept.events if isinstance(event, Progress)]
        assert kept.checkpoint.step >= steps[-1] > 1
        # The page that is still open finds the next server by itself.
        server = start_app(tmp_path, port)
        wait_for(lambda: f"run resumed at step {kept.row.step}" in log.read_text("utf-8"))
        moves_on(page)
        # So does a page that was idle since its opening: its controls belong to no session now.
        wait_for(lambda: answers(idle))
        assert end(server, signal.SIGKILL) == -signal.SIGKILL
        server = start_app(tmp_path, port)
        moves_on(page)
        page.get_by_role("button", name="Stop").click()
        expect(said(page)).to_contain_text("Stopped at step")
        expect(page.get_by_test_id("stException")).to_have_count(0)
        wait_for(lambda: saved(tmp_path, run).row.outcome == "stopped")
        whole = saved(tmp_path, run)
        told = [event for event in whole.events if not isinstance(event, Finished)]
        assert told == beginning(whole.row.config, len(told))
    finally:
        stop_app(server)
