"""The layout of a page at work: what learns stays in sight."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect


def test_on_a_phone_start_keeps_what_learns_in_sight(phone: Page, app_url: str) -> None:
    query = "model=Softmax+regression&optimizer=SGD&lr=0.1&epochs=2&train_size=500&seed=71"
    phone.goto(f"{app_url}/training?{query}")
    loss = phone.locator("figure").first
    expect(loss).to_be_attached()
    phone.locator(".st-key-start button").click()
    expect(phone.locator(".st-key-steering")).to_contain_text("Finished.")
    learned = phone.locator(".headline")
    expect(learned).to_have_text(re.compile("^After 16 steps it reads"))
    expect(learned).to_be_in_viewport(ratio=0.9)
    # Training and validation differ by more than a colour, in the legend too.
    lines = {kind: loss.locator(f"path[data-kind={kind}]") for kind in ("training", "validation")}
    expect(lines["training"]).to_have_attribute("stroke-dasharray", "none")
    expect(lines["validation"]).not_to_have_attribute("stroke-dasharray", "none")
    expect(loss.locator("li")).to_have_text(["training", "validation"])
