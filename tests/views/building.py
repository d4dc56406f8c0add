"""Helpers for tests of the CNN builder, on its page and alone: its rows and its state."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def shown(page: Page, layers: str) -> Locator:
    """The builder, once the server's numbers of ``layers`` are there."""
    builder = page.locator(".builder")
    expect(builder).to_have_attribute("data-shown", layers)
    return builder


def row(page: Page, number: int) -> Locator:
    return page.locator(".builder .item").nth(number - 1)
