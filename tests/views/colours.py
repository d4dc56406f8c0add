"""Reads the picture of a filter over three colours, on its page and alone."""

from __future__ import annotations

import torch
from playwright.sync_api import Locator, expect
from torch import nn

from dl101_core.cnn.colour import compute as colour
from dl101_core.cnn.colour.compute import ColourConfig

NAMES = ("red", "green", "blue")


def cell(picture: Locator, grid: str, row: int, column: int) -> Locator:
    line = picture.locator(f".{grid} [role=row]").nth(row)
    return line.locator("[role=gridcell]").nth(column)


def numbers(texts: list[str]) -> list[int]:
    return [int(text.replace("−", "-").strip("= ")) for text in texts]


def shows(picture: Locator, config: ColourConfig, filter: int, row: int, column: int) -> None:
    """Windows, kernels, products, partial sums and total are those of nn.Conv2d."""
    expect(picture.locator(".sum")).to_contain_text(f"Output row {row + 1}, column {column + 1} ")
    image, weight = colour.patch(config), colour.describe(config).weight
    conv = nn.Conv2d(3, config.out_channels, config.kernel_size, config.stride, config.padding)
    with torch.no_grad():
        conv.weight.copy_(weight)
        conv.bias.fill_(config.bias)  # type: ignore[union-attr]
        value = int(conv(image[None])[0, filter, row, column])
    size, stride = config.kernel_size, config.stride
    padded = nn.functional.pad(image, (config.padding,) * 4)
    window = padded[:, row * stride :, column * stride :][:, :size, :size]
    partial = []
    for name, pixels, kernel in zip(NAMES, window, weight[filter], strict=True):
        plane = picture.locator(f".plane.{name}")
        for table, expected in (
            ("window", pixels),
            ("kernel", kernel),
            ("products", pixels * kernel),
        ):
            shown = numbers(plane.locator(f".{table} td").all_inner_texts())
            assert shown == expected.int().flatten().tolist(), (name, table)
        partial += numbers([plane.locator(".partial").inner_text()])
    assert partial == (window * weight[filter]).sum((1, 2)).int().tolist()
    terms = " + ".join(f"({one})" if one < 0 else str(one) for one in (*partial, config.bias))
    expect(picture.locator(".sum")).to_contain_text(f"{terms} = {value}".replace("-", "−"))
