"""Sizes, windows and values against nn.Conv2d, autograd and hand-computed cases."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import json
import warnings
from typing import Any

import pytest
import torch
from torch import nn

from dl101_core.cnn.convolution import compute as conv
from dl101_core.cnn.convolution.compute import ConvConfig, ImpossibleConvolution
from dl101_core.cnn.convolution.script import convolution_script, refused_script
from dl101_core.cnn.convolution.view import missed_sentence, view_data
from dl101_core.cnn.patterns import KERNELS, PICTURES
from dl101_core.settings import every
from tests.close import close
from tests.scripts import run_script

GEOMETRY_OF = ("input_size", "kernel_size", "stride", "padding", "dilation")
GEOMETRY = list(itertools.product(*(every(ConvConfig, name) for name in GEOMETRY_OF)))


@functools.cache
def layer(*arguments: Any) -> nn.Conv2d:
    return nn.Conv2d(*arguments, bias=False)


def torch_layer(config: ConvConfig) -> nn.Conv2d:
    """nn.Conv2d as a learner would write it; even "same" kernels warn about a copy."""
    c = config
    return layer(c.in_channels, c.out_channels, c.kernel_size, c.stride, c.padding, c.dilation)


def torch_output(
    config: ConvConfig, image: torch.Tensor, kernel: torch.Tensor | None
) -> torch.Tensor:
    layer = torch_layer(config)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if kernel is not None:
            layer.weight.copy_(kernel)
        output: torch.Tensor = layer(image[None])[0]
    return output


def looks(index: int) -> dict[str, str]:
    """Another picture and kernel for each geometry, so that all meet all sizes."""
    pictures, kernels = list(PICTURES), list(KERNELS)
    return {
        "image": pictures[index % len(pictures)],
        "kernel": kernels[index % len(kernels) - index // 7 % 7],
    }


def channels(index: int) -> dict[str, int]:
    """One input and one output channel for most cases, and all other numbers in turn."""
    if index % 7:
        return {}
    return {"in_channels": index // 7 % 3 + 1, "out_channels": index // 21 % 4 + 1}


def possible(config: ConvConfig) -> bool:
    try:
        conv.check_possible(config)
    except ImpossibleConvolution:
        return False
    return True


@pytest.fixture(scope="module")
def configs() -> list[ConvConfig]:
    return [
        ConvConfig(
            **dict(zip(GEOMETRY_OF, geometry, strict=True)),
            **looks(index),
            **channels(index),
            flip=index % 3 == 0,
        )
        for index, geometry in enumerate(GEOMETRY)
    ]


@pytest.mark.usefixtures("without_onednn")
def test_every_control_setting_has_the_size_and_values_of_nn_conv2d_or_is_refused_by_both(
    configs: list[ConvConfig],
) -> None:
    refused = 0
    for config in configs:
        if not possible(config):
            size = config.input_size
            with pytest.raises((ValueError, RuntimeError)):
                torch_output(config, torch.zeros(config.in_channels, size, size), None)
            refused += 1
            continue
        result = conv.describe(config)
        expected = torch_output(config, result.image, result.kernel)
        assert expected.shape == (config.out_channels, *[result.output_size] * 2), config
        assert close(result.output, expected), config
    assert 0 < refused < len(configs)


def test_the_products_of_every_output_cell_sum_to_the_output(configs: list[ConvConfig]) -> None:
    for config in configs[::23]:
        if not possible(config):
            continue
        result = conv.describe(config)
        last = result.output_size - 1
        for row, column in {(0, 0), (0, last), (last, 0), (last // 2, last), (last, last)}:
            out = config.out_channels - 1
            total = conv.products(result, row, column, out).sum()
            torch.testing.assert_close(total, result.output[out, row, column], rtol=0, atol=1e-5)


def test_pixels_with_zero_gradient_are_exactly_the_discarded_and_skipped_ones(
    configs: list[ConvConfig],
) -> None:
    for config in configs[::11]:
        if not possible(config):
            continue
        result = conv.describe(config)
        size = config.input_size
        image = torch.ones(1, config.in_channels, size, size, requires_grad=True)
        layer = torch_layer(config)
        nn.init.ones_(layer.weight)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            layer(image).sum().backward()
        assert image.grad is not None
        missed = set(result.discarded + result.skipped)
        lines = torch.tensor([i in missed for i in range(size)])
        torch.testing.assert_close(image.grad[0, 0] == 0, lines[:, None] | lines[None, :])


@pytest.mark.parametrize(
    ("setting", "size"),
    [
        ({"input_size": 7, "kernel_size": 3}, 5),
        ({"input_size": 32, "kernel_size": 5}, 28),
        ({"input_size": 7, "kernel_size": 3, "padding": 1}, 7),
        ({"input_size": 8, "kernel_size": 3, "stride": 2}, 3),
        ({"input_size": 7, "kernel_size": 3, "dilation": 3}, 1),
        ({"input_size": 10, "kernel_size": 4, "padding": "same"}, 10),
    ],
)
def test_output_sizes_of_the_notes_and_of_hand_computed_cases(
    setting: dict[str, int], size: int
) -> None:
    assert conv.describe(ConvConfig(**setting)).output_size == size  # type: ignore[arg-type]


def test_the_notes_image_and_kernel_give_4_in_the_first_cell() -> None:
    result = conv.describe(ConvConfig(input_size=5, kernel_size=3))
    assert result.kernel.tolist() == [[[[1, 0, 1], [0, 1, 0], [1, 0, 1]]]]
    assert result.output.tolist() == [[[4, 3, 4], [2, 4, 3], [2, 3, 4]]]
    assert conv.products(result, 0, 0).tolist() == [[[1, 0, 1], [0, 1, 0], [0, 0, 1]]]


def test_a_dilated_window_leaves_gaps_and_reaches_into_the_padding() -> None:
    config = ConvConfig(input_size=6, kernel_size=3, stride=2, padding=1, dilation=2)
    assert conv.taps(config, 0) == (-1, 1, 3)
    assert conv.taps(config, 1) == (1, 3, 5)
    assert conv.window(config, 0, 1)[:3] == ((-1, 1), (-1, 3), (-1, 5))


def test_an_input_cell_reaches_the_outputs_whose_gradient_it_receives() -> None:
    config = ConvConfig(input_size=9, kernel_size=3, stride=2, padding=1, dilation=2)
    result = conv.describe(config)
    layer = torch_layer(config)
    nn.init.ones_(layer.weight)
    for index in range(9):
        dot = torch.zeros(1, 1, 9, 9)
        dot[0, 0, index, :] = 1
        rows = layer(dot)[0, 0].sum(1).nonzero().flatten().tolist()
        assert list(conv.reached(config, index, result.output_size)) == rows


def test_same_padding_of_an_even_kernel_adds_the_extra_zero_after() -> None:
    assert ConvConfig(kernel_size=4, padding="same").pads == (1, 2)
    assert ConvConfig(kernel_size=2, padding="same", dilation=3).pads == (1, 2)
    assert ConvConfig(kernel_size=5, padding="same").pads == (2, 2)


def test_stride_two_on_eight_discards_the_last_column_and_says_so() -> None:
    result = conv.describe(ConvConfig(input_size=8, kernel_size=3, stride=2))
    assert (result.discarded, result.skipped) == ((7,), ())
    assert missed_sentence(result) == (
        "Discarded at the right and bottom: column and row 8, where no whole window fits."
    )


def test_padding_that_no_window_reaches_is_told_apart_from_discarded_pixels() -> None:
    result = conv.describe(ConvConfig(input_size=8, kernel_size=3, stride=2, padding=1))
    assert (result.discarded, result.skipped, result.unused_padding) == ((), (), (8,))
    assert view_data(result)["missed"] == [9]
    assert missed_sentence(result) == "Every pixel is used; the hatched padding is not."


def test_a_stride_larger_than_the_kernel_jumps_over_columns_between() -> None:
    result = conv.describe(ConvConfig(input_size=7, kernel_size=1, stride=3))
    assert (result.discarded, result.skipped) == ((), (1, 2, 4, 5))
    assert "Jumped over: columns and rows 2, 3, 5 and 6, between the taps." in missed_sentence(
        result
    )


def test_flip_turns_the_kernel_by_180_degrees() -> None:
    plain = conv.describe(ConvConfig(kernel="vertical"))
    flipped = conv.describe(ConvConfig(kernel="vertical", flip=True))
    torch.testing.assert_close(flipped.kernel, plain.kernel.rot90(2, (2, 3)))


def test_same_with_a_stride_is_explained_with_the_way_out() -> None:
    with pytest.raises(ImpossibleConvolution, match="set the stride to 1") as why:
        conv.describe(ConvConfig(padding="same", stride=2))
    assert [(way.field, way.value) for way in why.value.ways_out] == [
        ("stride", 1),
        ("padding", 1),
    ]


def test_a_kernel_larger_than_the_padded_input_is_explained_with_the_way_out() -> None:
    config = ConvConfig(input_size=5, kernel_size=3, dilation=3, padding=0)
    with pytest.raises(ImpossibleConvolution, match=r"over 7 cells .* only 5") as why:
        conv.describe(config)
    assert [(way.field, way.value) for way in why.value.ways_out] == [
        ("input_size", 7),
        ("dilation", 2),
        ("kernel_size", 2),
        ("padding", 1),
    ]


def test_every_way_out_leads_to_possible_settings(configs: list[ConvConfig]) -> None:
    for config in configs:
        if possible(config):
            continue
        with pytest.raises(ImpossibleConvolution) as why:
            conv.check_possible(config)
        assert why.value.ways_out
        for way in why.value.ways_out:
            assert possible(dataclasses.replace(config, **{way.field: way.value})), (config, way)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"input_size": 2}, r"input_size \(=2\) must be a whole number from 3 to 32"),
        ({"kernel_size": 8}, r"kernel_size \(=8\) must be a whole number from 1 to 7"),
        ({"stride": 0}, r"stride \(=0\) must be a whole number from 1 to 4"),
        ({"dilation": 4}, r"dilation \(=4\) must be"),
        ({"padding": 4}, r"padding \(=4\) must be one of: valid, 0, 1, 2, 3, same"),
        ({"padding": "full"}, r"padding \(='full'\) must be one of"),
        ({"image": "cat"}, r"image \(='cat'\) must be one of: notes"),
        ({"kernel": "magic"}, r"kernel \(='magic'\) must be one of: cross"),
    ],
)
def test_a_value_out_of_range_is_named(setting: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ConvConfig(**setting)  # type: ignore[arg-type]


def test_pictures_are_quarters_in_range_and_kernels_are_whole_over_their_divisor() -> None:
    for _, picture in PICTURES.values():
        for size in range(3, 33):
            pixels = picture(size)
            assert pixels.shape == (size, size)
            assert bool(((pixels >= 0) & (pixels <= 1) & (pixels * 4 % 1 == 0)).all())
            assert pixels.max() > 0
    for _, kernel in KERNELS.values():
        for size in range(1, 8):
            entries, divisor = kernel(size)
            assert entries.shape == (size, size)
            assert divisor >= 1
            assert bool((entries % 1 == 0).all())
            assert entries.abs().max() > 0


def test_the_shown_script_prints_the_numbers_of_the_page(configs: list[ConvConfig]) -> None:
    for config in configs[::37]:
        if possible(config):
            script = convolution_script(conv.describe(config))
        else:
            script = refused_script(config)
        assert run_script(script.source) == script.prints, config


def test_the_picture_gets_pytorch_s_numbers_and_little_data() -> None:
    result = conv.describe(
        ConvConfig(
            input_size=32, kernel_size=7, padding="same", image="circle", kernel="box", dilation=3
        )
    )
    data = view_data(result)
    torch.testing.assert_close(
        torch.tensor(data["output"]).view(1, 32, 32), result.output, rtol=1e-5, atol=1e-6
    )
    assert len(json.dumps(data)) < 25_000
