"""Bars that a view of ours holds: rows that can be picked, and one that is chosen."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.gallery import plain
from tests.gallery.bars import inside, shares, signed
from tests.views.alone import mounted, opened

OWNER = """async (data) => {
  const { Bars } = await import("/parts/now/views/bars/view.js");
  const host = document.querySelector("main").appendChild(document.createElement("div"));
  globalThis.picked = [];
  const bars = new Bars(host, (row) => { picked.push(row); bars.choose(row); });
  bars.show(data);
}"""


def test_rows_are_picked_by_mouse_and_keys(page: Page) -> None:
    opened(page)
    page.evaluate(OWNER, plain(shares()))
    page.get_by_role("row", name="class 3").locator(".value").click()
    page.get_by_role("button", name="class 1").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("picked") == [3, 1]
    expect(page.get_by_role("button", pressed=True)).to_have_text("class 1")
    expect(page.locator(".chosen")).to_have_count(1)


def test_values_move_into_the_bars_and_out_of_them(page: Page) -> None:
    alone = mounted(page, "views/bars", plain(shares()))
    for data, values in ((inside(), 5), (signed(), 0), (inside(), 5)):
        alone.show(plain(data))
        expect(page.locator(".bar .value")).to_have_count(values)
        expect(page.locator(".value")).to_have_text([row.words for row in data.rows])
    assert alone.sent == []
