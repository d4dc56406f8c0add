"""Opens and reads the convolution's picture, and answers it as the server does."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import torch
from playwright.sync_api import Locator, Page, expect

from dl101_core.cnn.convolution import compute as conv
from dl101_core.cnn.convolution import transposed
from dl101_core.cnn.convolution.compute import ConvConfig
from dl101_core.cnn.convolution.edits_view import merged, read_message
from dl101_core.cnn.convolution.transposed import TransposedConfig
from dl101_core.cnn.convolution.view import transposed_data, view_data
from tests.views.alone import Alone, mounted

Config = ConvConfig | TransposedConfig


def open_alone(page: Page, config: Config | None = None) -> tuple[Alone, Locator]:
    alone = mounted(page, "cnn/conv_view", data(config or ConvConfig()))
    return alone, page.locator(".conv")


def data(config: Config, ack: int = 0) -> dict[str, Any]:
    if isinstance(config, ConvConfig):
        numbers = view_data(conv.describe(config))
    else:
        numbers = transposed_data(transposed.describe(config))
    return numbers | {"ack": ack, "problem": ""}


def answer(alone: Alone, before: ConvConfig) -> ConvConfig:
    """Shows the server's answer to the last edit; gives the settings with the edit."""
    name, value = alone.sent[-1]
    assert name == "edit"
    message = read_message(value)
    assert message
    number, pixels, entries = message
    image, kernel = merged((before.image_edits, before.kernel_edits), pixels, entries)
    config = replace(before, image_edits=image, kernel_edits=kernel)
    alone.show(data(config, number))
    return config


def cell(picture: Locator, grid: str, row: int, column: int) -> Locator:
    line = picture.locator(f".{grid} [role=row]").nth(row)
    return line.locator("[role=gridcell]").nth(column)


def number(words: str) -> float:
    return float(Fraction(words.replace("−", "-") or "0"))


def numbers(picture: Locator, grid: str) -> torch.Tensor:
    """The numbers in a grid; a cell without a number counts as 0."""
    texts = picture.locator(f".{grid} [role=gridcell]").all_text_contents()
    values = [number(one) for one in texts]
    return torch.tensor(values).view([round(len(values) ** 0.5)] * 2)


def settled(picture: Locator, output: torch.Tensor) -> None:
    expect(picture).to_have_attribute("data-settled", "true")
    torch.testing.assert_close(numbers(picture, "output"), output, rtol=0, atol=0.00501)


def drag(page: Page, start: Locator, end: Locator) -> None:
    a, b = start.bounding_box(), end.bounding_box()
    assert a
    assert b
    page.mouse.move(a["x"] + 9, a["y"] + 9)
    page.mouse.down()
    page.mouse.move(b["x"] + 9, b["y"] + 9, steps=3)


def outlined(picture: Locator) -> int:
    paths = (picture.locator(f".marks .{name}").get_attribute("d") for name in ("ring", "pick"))
    return sum((path or "").count("M") for path in paths)
