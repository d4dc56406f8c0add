"""A flood of drawings from a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import free_port, start_app, stop_app


def test_a_flood_of_drawings_gets_a_sentence_and_the_pad_goes_on(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DL101_DRAWINGS_PER_MINUTE", "4")
    port = free_port()
    server = start_app(tmp_path, port)
    try:
        page.goto(f"http://127.0.0.1:{port}/draw")
        pad = page.locator("canvas").first
        expect(pad).to_be_visible()
        page.wait_for_timeout(2_000)
        box = pad.bounding_box()
        assert box is not None
        said = page.get_by_role("status").filter(has_text="You may send 4 drawings a minute.")
        for stroke in range(12):
            x, y = box["x"] + 40 + 10 * stroke, box["y"] + 60
            page.mouse.move(x, y)
            page.mouse.down()
            page.mouse.move(x, y + 80, steps=4)
            page.mouse.up()
            page.wait_for_timeout(700)
            if said.count():
                break
        expect(said.first).to_be_attached()
        expect(pad).to_be_visible()
    finally:
        stop_app(server)
