"""Colour filters against nn.Conv2d over every control, and the notes' case by hand."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator

import pytest
import torch
from torch import nn

from dl101_core import pictures
from dl101_core.cnn.colour import compute as colour
from dl101_core.cnn.colour.compute import FILTERS, IMAGES, NOTES, PATCHES, ColourConfig
from dl101_core.cnn.colour.maths import colour_latex
from dl101_core.cnn.colour.script import colour_script
from dl101_core.cnn.colour.view import PRESETS, pinned, view_data
from dl101_core.settings import every
from tests.scripts import run_script


def every_setting() -> Iterator[ColourConfig]:
    """All sizes, kernels, strides and paddings; pictures, places and filters take turns."""
    sources = [(NOTES, 0)] + [(name, patch) for name in pictures.SAMPLES for patch in PATCHES]
    turn = 0
    for (image, patch), size, stride, padding in itertools.product(
        sources, *(every(ColourConfig, name) for name in ("kernel_size", "stride", "padding"))
    ):
        for count in (1 + turn % 6, 6):
            first, bias = list(FILTERS)[turn % len(FILTERS)], (turn * 53) % 1001 - 500
            yield ColourConfig(
                image=image,
                patch=patch,
                patch_row=(turn * 37) % 225,
                patch_column=(turn * 91) % 225,
                kernel_size=size,
                stride=stride,
                padding=padding,
                out_channels=count,
                first=first,
                bias=bias,
            )
            turn += 1


def layer(config: ColourConfig, weight: torch.Tensor) -> nn.Conv2d:
    conv = nn.Conv2d(
        3, config.out_channels, config.kernel_size, config.stride, config.padding
    ).double()
    with torch.no_grad():
        conv.weight.copy_(weight)
        conv.bias.fill_(config.bias)  # type: ignore[union-attr]
    return conv


def test_every_setting_gives_exactly_the_numbers_of_nn_conv2d_in_double() -> None:
    for config in every_setting():
        result = colour.describe(config)
        conv = layer(config, result.weight)
        with torch.no_grad():
            expected = conv(result.image[None].double())[0]
        assert result.output.shape == (config.out_channels, config.outputs, config.outputs)
        assert torch.equal(result.output.double(), expected), config
        assert config.parameters == sum(one.numel() for one in conv.parameters())
        # One product for each weight and output number, counted on a layer of ones.
        ones = nn.functional.conv2d(
            torch.ones(1, 3, *[config.size + 2 * config.padding] * 2),
            torch.ones_like(result.weight),
            stride=config.stride,
        )
        assert config.multiply_adds == int(ones.sum()), config


def test_partial_sums_and_bias_add_up_to_the_output_in_every_corner() -> None:
    for config in itertools.islice(every_setting(), 0, None, 7):
        result = colour.describe(config)
        last = config.outputs - 1
        for row, column in {(0, 0), (0, last), (last, 0), (last, last // 2)}:
            for filter in range(config.out_channels):
                cell = colour.explain(result, filter, row, column)
                parts = (cell.window.double() * cell.kernel.double()).sum((1, 2)).tolist()
                assert list(cell.partial) == parts
                assert sum(cell.partial) + cell.bias == cell.value
                assert cell.value == result.output[filter, row, column].item()


def test_the_notes_case_by_hand() -> None:
    config = ColourConfig()
    cell = colour.explain(colour.describe(config), 0, 0, 0)
    assert cell.window.tolist() == [
        [[0, 0, 0], [0, 156, 155], [0, 153, 154]],
        [[0, 0, 0], [0, 167, 166], [0, 164, 165]],
        [[0, 0, 0], [0, 163, 162], [0, 160, 161]],
    ]
    assert cell.partial == (156 - 155 + 153 + 154, -167 - 166 - 165, 163 - 160 + 161)
    assert cell.partial == (308, -498, 164)
    assert (cell.bias, cell.value) == (1, -25)
    assert config.parameters == 3 * 3 * 3 + 1


def test_six_filters_turn_32_by_32_into_28_by_28_with_456_parameters() -> None:
    config = ColourConfig(image="lighthouse", kernel_size=5, padding=0, out_channels=6)
    result = colour.describe(config)
    assert tuple(result.image.shape) == (3, 32, 32)
    assert tuple(result.weight.shape) == (6, 3, 5, 5)
    assert tuple(result.output.shape) == (6, 28, 28)
    assert (config.parameters, config.multiply_adds) == (456, 352_800)


def test_a_part_is_cut_where_the_controls_say_and_the_whole_is_a_mean_of_boxes() -> None:
    whole = torch.from_numpy(pictures.sample("cat").copy()).permute(2, 0, 1)
    part = colour.patch(ColourConfig(image="cat", patch=8, patch_row=40, patch_column=100))
    assert torch.equal(part, whole[:, 40:48, 100:108].float())
    boxes = whole.float().reshape(3, 32, 8, 32, 8).mean((2, 4))
    assert (colour.patch(ColourConfig(image="cat")) - boxes).abs().max() < 1  # Pillow rounds twice


def test_filters_are_whole_numbers_and_see_what_their_names_say() -> None:
    red, green, blue, grey = torch.tensor([[9, 0, 0], [0, 9, 0], [0, 0, 9], [9, 9, 9]]).float()
    for size in every(ColourConfig, "kernel_size"):
        weights = {name: maker(size) for name, (_, _, maker) in FILTERS.items()}
        for weight in weights.values():
            assert tuple(weight.shape) == (3, size, size)
            assert bool((weight % 1 == 0).all())

        def seen(name: str, colours: torch.Tensor, weights: object = weights) -> float:
            return float((weights[name].sum((1, 2)) * colours).sum())  # type: ignore[index]

        assert seen("red_green", red) > 0 > seen("red_green", green)
        assert seen("red_green", grey) == seen("blue_yellow", grey) == 0
        assert seen("blue_yellow", blue) > 0 > seen("blue_yellow", red + green)
        for name in ("upright", "grey_spot", "warm_cold"):
            assert seen(name, red) == seen(name, green) == seen(name, blue) == 0
        step = torch.zeros(3, size, size)
        step[2, :, : size // 2] = 9
        step[0, :, -(size // 2) :] = 9
        assert (weights["warm_cold"] * step).sum() > 0 > (weights["warm_cold"] * step.flip(2)).sum()


def test_rows_that_no_window_covers_have_no_gradient() -> None:
    for config in itertools.islice(every_setting(), 0, None, 5):
        side = config.size + 2 * config.padding
        x = torch.ones(1, 3, side, side, requires_grad=True)
        weight = torch.ones(1, 3, config.kernel_size, config.kernel_size)
        nn.functional.conv2d(x, weight, stride=config.stride).sum().backward()
        assert x.grad is not None
        lines = (x.grad[0, 0].sum(1) == 0).nonzero().flatten().tolist()
        assert list(colour.unused(config)) == lines


def test_filters_follow_from_the_first_and_begin_again() -> None:
    assert ColourConfig(out_channels=6).filters == tuple(FILTERS)
    assert ColourConfig(out_channels=2, first="warm_cold").filters == ("warm_cold", NOTES)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"image": "dog"}, r"image \(='dog'\) must be one of: notes"),
        ({"patch": 4}, r"patch \(=4\) must be one of: 0, 32, 16, 8"),
        ({"kernel_size": 4}, r"kernel_size \(=4\) must be one of: 3, 5"),
        ({"first": "magic"}, r"first \(='magic'\) must be one of: notes"),
        ({"stride": 4}, r"stride \(=4\) must be a whole number from 1 to 3"),
        ({"padding": -1}, r"padding \(=-1\) must be"),
        ({"out_channels": 7}, r"out_channels \(=7\) must be"),
        ({"patch_row": 225}, r"patch_row \(=225\) must be a whole number from 0 to 224"),
        ({"bias": 501}, r"bias \(=501\) must be"),
    ],
)
def test_a_value_out_of_range_is_named(setting: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ColourConfig(**setting)  # type: ignore[arg-type]


def test_a_cell_outside_the_output_is_named() -> None:
    with pytest.raises(ValueError, match=r"cell \(=0, 5, 0\) must lie in the output of 1 × 5 × 5"):
        colour.explain(colour.describe(ColourConfig()), 0, 5, 0)


def test_the_shown_script_prints_the_numbers_of_the_page() -> None:
    for config in itertools.islice(every_setting(), 0, None, 19):
        result = colour.describe(config)
        last = config.outputs - 1
        script = colour_script(result, colour.explain(result, config.out_channels - 1, last, 0))
        assert run_script(script.source) == script.prints, config


def test_the_maths_writes_each_partial_sum_and_the_total() -> None:
    result = colour.describe(ColourConfig())
    latex = colour_latex(colour.explain(result, 0, 0, 0), result)
    assert "Filter 1, row 1, column 1" in latex
    assert r"y = 308 + (-498) + 164 + 1 = \mathbf{-25}" in latex
    assert r"\text{parameters} = 1 \cdot (3 \cdot 3 \cdot 3 + 1) = 28" in latex


def test_the_picture_gets_pytorch_s_numbers_and_little_data() -> None:
    result = colour.describe(
        ColourConfig(image="lighthouse", kernel_size=5, padding=2, out_channels=6)
    )
    data = view_data(result)
    assert torch.equal(torch.tensor(data["output"]).view(6, 32, 32), result.output.int())
    assert torch.equal(torch.tensor(data["image"]).view(3, 32, 32), result.image.int())
    assert len(json.dumps(data)) < 60_000


def test_presets_are_possible_and_give_the_numbers_on_their_buttons() -> None:
    configs = {name: ColourConfig(**settings) for name, (_, settings) in PRESETS.items()}  # type: ignore[arg-type]
    assert colour.describe(configs["notes"]).output[0, 0, 0] == -25
    assert (configs["six"].size, configs["six"].outputs) == (32, 28)
    assert set(IMAGES) >= {config.image for config in configs.values()}


@pytest.mark.parametrize(
    "message",
    [None, "0,0,0", {}, [0, 0], [0, 0, 5], [1, 0, 0], [-1, 0, 0], [0.0, 1, 1], [True, 0, 0], []],
)
def test_a_message_that_names_no_cell_explains_the_first(
    message: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamlit.session_state", {"colour_cell": message})
    assert pinned(ColourConfig()) == (0, 0, 0)


def test_the_pressed_cell_is_explained_while_the_settings_have_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("streamlit.session_state", {"colour_cell": [0, 4, 3]})
    assert pinned(ColourConfig()) == (0, 4, 3)
    assert pinned(ColourConfig(kernel_size=5, padding=0)) == (0, 0, 0)
