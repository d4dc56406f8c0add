"""Changed cells: their text comes back unchanged, and any other text of a link is refused."""

from __future__ import annotations

import random

import pytest
import torch

from dl101_core.cnn.convolution import edits
from dl101_core.cnn.convolution.channels import Cells
from dl101_core.cnn.convolution.compute import ConvConfig, describe
from dl101_core.cnn.convolution.edits import (
    kernel_changes,
    kernel_text,
    picture_changes,
    picture_text,
)
from dl101_core.cnn.convolution.script import kernels_literal, picture_literal


def some_value(rng: random.Random) -> float:
    return rng.choice([0.0, 1.0, 0.5, -1.0, rng.randint(-99000, 99000) / 1000])


def test_changes_survive_their_text_whatever_cells_and_values_they_have() -> None:
    rng = random.Random(4)
    for count in (0, 1, 2, 5, 30, 300):
        pixels = {
            (rng.randrange(3), rng.randrange(32), rng.randrange(32)): some_value(rng)
            for _ in range(count)
        }
        assert picture_changes(picture_text(pixels)) == pixels
        entries = {
            (rng.randrange(4), rng.randrange(3), rng.randrange(7), rng.randrange(7)): some_value(
                rng
            )
            for _ in range(count)
        }
        assert kernel_changes(kernel_text(entries)) == entries


def test_equal_neighbours_in_a_row_are_one_cell_of_the_text() -> None:
    row = {(0, 6, column): 0.75 for column in range(7)}
    assert picture_text(row | {(1, 31, 31): -0.5}) == "0.75~0606_-0.5~1vv0"
    whole = {(0, r, c): 1.0 for r in range(32) for c in range(32)}
    assert len(picture_text(whole)) < 200


def test_newer_values_replace_older_ones() -> None:
    merged = edits.merged_picture("1~0003", "0.5~0010")
    assert picture_changes(merged) == {(0, 0, 0): 1, (0, 0, 1): 0.5, (0, 0, 2): 1, (0, 0, 3): 1}
    assert edits.merged_kernel("1~0000", "2~0000") == "2~0000"


@pytest.mark.parametrize(
    "text",
    ["x", "1", "~0000", "1~000", "1~00000", "1~000w", "100~0000", "1.2345~0000", "1e3~0000"],
)
def test_what_is_no_list_of_cells_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="look like"):
        picture_changes(text)
    with pytest.raises(ValueError, match="look like"):
        kernel_changes(text)


@pytest.mark.parametrize(
    "text", ["nan~0000", "+1~0000", "1~3000", "1~00v1", "1~0000_", "_1~0000", "1~0000;", "١~0000"]
)
def test_what_is_no_picture_is_refused_by_the_text_and_by_the_config(text: str) -> None:
    with pytest.raises(ValueError, match=r"look like|outside"):
        picture_changes(text)
    with pytest.raises(ValueError, match="image_edits: "):
        ConvConfig(image_edits=text)


@pytest.mark.parametrize("text", ["1~4000", "1~0300", "1~0070", "1~0007", "5", "1~00"])
def test_what_is_no_kernel_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="kernel_edits: "):
        Cells(kernel_edits=text)


def test_more_than_a_link_can_hold_is_refused_with_the_way_out() -> None:
    noise = {(0, r, c): (r * 32 + c) / 100 for r in range(32) for c in range(32)}
    with pytest.raises(ValueError, match="change less"):
        edits.merged_picture("", picture_text(noise))


def test_cells_outside_the_picture_wait_for_a_larger_one() -> None:
    config = {"image_edits": "5~0550_3~0000_2~1110", "in_channels": 2}
    small = describe(ConvConfig(input_size=4, **config)).image  # type: ignore[arg-type]
    large = describe(ConvConfig(input_size=6, **config)).image  # type: ignore[arg-type]
    assert small.shape == (2, 4, 4)
    assert (small[0, 0, 0], small[1, 1, 1]) == (3, 2)
    assert large[0, 5, 5] == 5


def test_a_changed_picture_and_kernel_are_what_pytorch_convolves() -> None:
    config = ConvConfig(
        input_size=5,
        kernel_size=3,
        image_edits="0.5~0000_-2~0220",
        kernel_edits="0.25~0000_3~0012",
        flip=True,
    )
    result = describe(config)
    image = torch.tensor(
        [[0.5, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, -2, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
    )
    kernel = torch.tensor([[0.25, 0, 1], [0, 1, 3], [1, 0, 1]]).flip(0, 1)
    assert torch.equal(result.image[0], image)
    assert torch.equal(result.kernel[0, 0], kernel)
    for r in range(3):
        for c in range(3):
            window = image[r : r + 3, c : c + 3]
            assert result.output[0, r, c] == (window * kernel).sum()


def test_the_code_writes_every_changed_number_exactly() -> None:
    rng = random.Random(7)
    for channels, outs in ((1, 1), (3, 1), (1, 4), (2, 3)):
        entries = {
            (o, i, r, c): some_value(rng)
            for o in range(outs)
            for i in range(channels)
            for r, c in ((0, 0), (1, 2))
        }
        cells = Cells(
            image="seven",
            kernel="box",
            in_channels=channels,
            out_channels=outs,
            image_edits="0.125~0000_-9.999~0220",
            kernel_edits=kernel_text(entries),
        )
        image, kernels = cells.picture(9), cells.kernels()
        written = eval(picture_literal(image), {"torch": torch})
        assert torch.equal(written.view_as(image), image)
        written = eval(kernels_literal(kernels.values, kernels.divisors), {"torch": torch})
        assert torch.equal(written.view_as(kernels.values), kernels.values)
    for size in range(1, 8):
        kernels = Cells(kernel="box", kernel_size=size).kernels()
        written = eval(kernels_literal(kernels.values, kernels.divisors), {"torch": torch})
        assert torch.equal(written.view_as(kernels.values), kernels.values)


def test_channels_differ_and_a_count_out_of_range_is_named() -> None:
    cells = Cells(in_channels=3, out_channels=4)
    channels = cells.picture(8)
    assert channels.shape == (3, 8, 8)
    assert len({tuple(one.flatten().tolist()) for one in channels}) == 3
    kernels = cells.kernels().values
    assert kernels.shape == (4, 3, 3, 3)
    for out in kernels:
        assert len({tuple(one.flatten().tolist()) for one in out}) == 3
    with pytest.raises(ValueError, match=r"in_channels \(=4\) must be a whole number from 1 to 3"):
        ConvConfig(in_channels=4)
    with pytest.raises(ValueError, match=r"out_channels \(=0\) must be a whole number from 1 to 4"):
        Cells(out_channels=0)
