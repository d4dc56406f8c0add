"""Reads the pooling picture, on its page and alone."""

from __future__ import annotations

import torch
from playwright.sync_api import Locator, Page, expect

from dl101_core.cnn.pooling import compute as pooling
from dl101_core.cnn.pooling.compute import PoolResult


def cell(picture: Locator, grid: str, row: int, column: int) -> Locator:
    line = picture.locator(f".{grid} [role=row]").nth(row)
    return line.locator("[role=gridcell]").nth(column)


def shown(picture: Locator, grid: str) -> list[str]:
    texts: list[str] = picture.locator(f".{grid} [role=gridcell]").all_text_contents()
    return texts


def numbers(picture: Locator, grid: str) -> torch.Tensor:
    texts = shown(picture, grid)
    side = int(len(texts) ** 0.5)
    values = [0.0 if one == "=" else float(one.replace("−", "-")) for one in texts]
    return torch.tensor(values).view(side, side)


def shows(picture: Locator, result: PoolResult) -> None:
    """Expect both pictures, both outputs, their difference and the kept cells of ``result``."""
    config, (y, x) = result.config, result.at
    expect(picture).to_have_attribute("data-shift", f"{config.right},{config.down}")
    moved = pooling.shift(result.image, config.right, config.down, config.wrap)
    for grid, values in (
        ("input.before", result.image),
        ("input.after", moved),
        ("output.before", result.before),
        ("output.after", result.after),
        ("diff", result.after - result.before),
    ):
        torch.testing.assert_close(numbers(picture, grid), values, rtol=0, atol=0.00501)
    same = int(result.kept.same[y, x])
    assert shown(picture, "diff").count("=") == same
    expect(picture.locator(".head")).to_contain_text(f"{same} of {result.before.numel()} output")
    change = f"{result.kept.change[y, x] * 100:.0f} %"
    expect(picture.locator(".own td").last).to_have_text(change)


def point(page: Page, picture: Locator, grid: str) -> tuple[float, float, float]:
    """The middle of a grid, and the side of one of its cells."""
    box = picture.locator(f".{grid} .grid").bounding_box()
    assert box
    side = box["width"] / picture.locator(f".{grid} [role=row]").count()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, side
